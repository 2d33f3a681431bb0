"""Draws regions: a tint and a numbered name tag for each, over the picture if there is one."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from ..regions import RegionSet
from ..regions.printable import printable

PALETTE = [
    (230, 75, 60),
    (60, 130, 220),
    (70, 175, 95),
    (240, 185, 40),
    (155, 95, 200),
    (45, 185, 190),
    (235, 120, 170),
    (150, 110, 70),
]
"""Colours of the regions in drawing order, from the first again after the last; the same as on the canvas."""
MAX_TAG = 28
"""Characters of a name or prompt in a picture."""
TINT = 0.55
"""Opacity of a region's colour, 0..1."""
BACKGROUND_COLOR = (244, 243, 240)


def draw_regions(
    regions: RegionSet, coverages: Tensor, size: tuple[int, int], image: Tensor | None, show_grid: bool
) -> Tensor:
    """A picture [1, H, W, 3] in 0..1 of the regions over image, with their tags, and the lines between tokens if asked.

    coverages: [R, h, w] in 0..1; size: (width, height) in pixels; image: [B, H, W, 3] in 0..1 and of this size, or
    None.
    """
    picture = Image.new("RGB", size, BACKGROUND_COLOR) if image is None else _to_pillow(image)
    for index, coverage in enumerate(coverages):
        opacity = (coverage.numpy() * 255 * TINT).astype(np.uint8)
        mask = Image.fromarray(opacity).resize(size, Image.Resampling.NEAREST)
        picture.paste(Image.new("RGB", size, region_color(index)), mask=mask)
    draw = ImageDraw.Draw(picture)
    if show_grid:
        _draw_grid(draw, coverages.shape[2], coverages.shape[1], size)
    for index, coverage in enumerate(coverages):
        region = regions.regions[index]
        tag = f"{index + 1} {printable(region.name or region.prompt, MAX_TAG)}".strip()
        _draw_tag(draw, tag, coverage, region_color(index), size)
    return torch.from_numpy(np.asarray(picture).astype(np.float32) / 255)[None]


def region_color(index: int) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of the region with this index."""
    return PALETTE[index % len(PALETTE)]


def text_color(background: tuple[int, int, int]) -> tuple[int, int, int]:
    """Black or white, whichever reads better on this colour (its luma, ITU-R BT.601)."""
    luma = 0.299 * background[0] + 0.587 * background[1] + 0.114 * background[2]
    return (20, 20, 20) if luma > 150 else (255, 255, 255)


def _to_pillow(image: Tensor) -> Image.Image:
    return Image.fromarray((image[0, ..., :3].clamp(0, 1).cpu().numpy() * 255).astype(np.uint8))


def _draw_grid(draw: ImageDraw.ImageDraw, cols: int, rows: int, size: tuple[int, int]) -> None:
    for col in range(1, cols):
        draw.line([(col * 16, 0), (col * 16, size[1])], fill=(128, 128, 128), width=1)
    for row in range(1, rows):
        draw.line([(0, row * 16), (size[0], row * 16)], fill=(128, 128, 128), width=1)


def _draw_tag(
    draw: ImageDraw.ImageDraw, text: str, coverage: Tensor, color: tuple[int, int, int], size: tuple[int, int]
) -> None:
    """A name tag at the region's centre of mass, inside the picture. coverage: [h, w] in 0..1."""
    font = ImageFont.load_default(size=max(11, min(size) // 22))
    weight, (rows, cols) = coverage.double(), coverage.shape
    y = (weight.sum(1) * (torch.arange(rows) + 0.5)).sum() / weight.sum() / rows * size[1]
    x = (weight.sum(0) * (torch.arange(cols) + 0.5)).sum() / weight.sum() / cols * size[0]
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    w, h, pad = right - left, bottom - top, max(3, min(size) // 160)
    x = min(max(x.item() - w / 2, pad), max(size[0] - w - pad, pad))
    y = min(max(y.item() - h / 2, pad), max(size[1] - h - pad, pad))
    draw.rounded_rectangle([x - pad, y - pad, x + w + pad, y + h + pad], radius=pad, fill=color)
    draw.text((x - left, y - top), text, fill=text_color(color), font=font)
