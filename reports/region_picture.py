"""Draws regions: a tint and a numbered name tag for each, over the picture if there is one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from ..regions import RegionSet
from ..regions.palette import PALETTE as HEXADECIMAL_PALETTE
from ..regions.palette import color_or_palette
from ..regions.printable import printable
from ..regions.rgb_picture import rgb_picture
from .font import composed, font_of_size, has_letters

MAX_TAG = 28
"""Characters of a name or prompt in a picture."""
TINT = 0.55
"""Opacity of a region's colour, 0..1."""
BACKGROUND_COLOR = (244, 243, 240)


def draw_regions(
    regions: RegionSet,
    coverages: Tensor,
    size: tuple[int, int],
    image: Tensor | None,
    show_grid: bool,
    check: Callable[[], None] = lambda: None,
) -> Tensor:
    """A picture [1, H, W, 3] in 0..1 of the regions over image, with their tags, and the lines between tokens if asked.

    coverages: [R, h, w] in 0..1; size: (width, height) in pixels; image: [B, H, W, 3] in 0..1 and of this size, or
    None. check: called before each region; what it raises ends the drawing.
    """
    picture = Image.new("RGB", size, BACKGROUND_COLOR) if image is None else _to_pillow(image)
    for index, coverage in enumerate(coverages):
        check()
        _tint(picture, coverage, region_color(index, regions.regions[index].color))
    draw = ImageDraw.Draw(picture)
    if show_grid:
        _draw_grid(draw, coverages.shape[2], coverages.shape[1], size)
    for index, coverage in enumerate(coverages):
        check()
        region = regions.regions[index]
        color = region_color(index, region.color)
        _draw_tag(draw, str(index + 1), printable(region.name or region.prompt, MAX_TAG), coverage, color, size)
    return torch.from_numpy(np.asarray(picture).astype(np.float32) / 255)[None]


def _tint(picture: Image.Image, coverage: Tensor, color: tuple[int, int, int]) -> None:
    """Lays the colour over the picture where the region is, and touches no other pixel. coverage: [h, w] in 0..1."""
    opacity = (coverage.numpy() * 255 * TINT).astype(np.uint8)
    rows, cols = (_nearest(*sides) for sides in zip(opacity.shape, (picture.height, picture.width), strict=True))
    rows_drawn, cols_drawn = (opacity.any(axis)[cells].nonzero()[0] for axis, cells in ((1, rows), (0, cols)))
    if not len(rows_drawn):
        return
    (top, bottom), (left, right) = ((drawn[0], drawn[-1] + 1) for drawn in (rows_drawn, cols_drawn))
    mask = Image.fromarray(opacity[np.ix_(rows[top:bottom], cols[left:right])])
    picture.paste(color, (int(left), int(top), int(right), int(bottom)), mask)


def _nearest(cells: int, pixels: int) -> np.ndarray:
    """[pixels]: the cell in which the middle of each pixel lies."""
    return (2 * np.arange(pixels) + 1) * cells // (2 * pixels)


def region_color(index: int, color: str = "") -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of the region with this index; color: its own, "#rrggbb", or empty."""
    return _rgb(color_or_palette(color, index))


def _rgb(color: str) -> tuple[int, int, int]:
    value = int(color[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


PALETTE = [_rgb(color) for color in HEXADECIMAL_PALETTE]
"""Red, green and blue of the regions in drawing order, from the first again after the last; as on the canvas."""


def text_color(background: tuple[int, int, int]) -> tuple[int, int, int]:
    """Black or white, whichever has the greater contrast to this colour: never less than 4.5 : 1."""
    red, green, blue = (_linear(channel / 255) for channel in background)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # White is as far from luminance L as black for (L + 0.05)^2 = 1.05 * 0.05 (WCAG 2).
    return (0, 0, 0) if (luminance + 0.05) ** 2 > 1.05 * 0.05 else (255, 255, 255)


def _linear(channel: float) -> float:
    """A channel of sRGB, 0..1, to linear light."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _to_pillow(image: Tensor) -> Image.Image:
    return Image.fromarray((rgb_picture(image).clamp(0, 1).numpy() * 255).astype(np.uint8))


def _draw_grid(draw: ImageDraw.ImageDraw, cols: int, rows: int, size: tuple[int, int]) -> None:
    for col in range(1, cols):
        draw.line([(col * 16, 0), (col * 16, size[1])], fill=(128, 128, 128), width=1)
    for row in range(1, rows):
        draw.line([(0, row * 16), (size[0], row * 16)], fill=(128, 128, 128), width=1)


def _draw_tag(
    draw: ImageDraw.ImageDraw,
    number: str,
    name: str,
    coverage: Tensor,
    color: tuple[int, int, int],
    size: tuple[int, int],
) -> None:
    """A tag at the region's centre of mass, inside the picture: its number, and its name where the region is as wide
    and the font has all its letters. coverage: [h, w] in 0..1.
    """
    font = font_of_size(max(11, min(size) // 22))
    weight, (rows, cols) = coverage.double(), coverage.shape
    y = (weight.sum(1) * (torch.arange(rows) + 0.5)).sum() / weight.sum() / rows * size[1]
    x = (weight.sum(0) * (torch.arange(cols) + 0.5)).sum() / weight.sum() / cols * size[0]
    pad = max(3, min(size) // 160)
    covered = (coverage >= 0.5).any(0).nonzero().flatten()
    room = 0.0 if covered.numel() == 0 else (covered[-1] - covered[0] + 1).item() / cols * size[0] - 4 * pad
    text = f"{number} {composed(name)}".strip()
    if not has_letters(name) or font.getlength(text) > room:
        text = number
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    w, h = right - left, bottom - top
    x = min(max(x.item() - w / 2, pad), max(size[0] - w - pad, pad))
    y = min(max(y.item() - h / 2, pad), max(size[1] - h - pad, pad))
    draw.rounded_rectangle([x - pad, y - pad, x + w + pad, y + h + pad], radius=pad, fill=color)
    draw.text((x - left, y - top), text, fill=text_color(color), font=font)
