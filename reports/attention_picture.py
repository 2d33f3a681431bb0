"""Draws attention: one panel for each text, a heat map over the grey picture, with the outline of its region."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from ..regions.rgb_picture import rgb_picture
from .font import composed, font_of_size, has_letters
from .region_picture import region_color, text_color

PANEL = 384
"""The longer side of a panel in pixels."""
MARGIN = 8
CANVAS_COLOR = (24, 24, 28)
BASE_COLOR = (70, 70, 78)
"""Of the title of a text that belongs to no region."""
HEAT_COLORS = np.array([(12, 12, 30), (90, 20, 110), (200, 60, 70), (250, 160, 40), (255, 250, 200)], dtype=np.float32)
"""From no attention to the most, evenly spaced."""
UNDERLAY = 0.3
"""How much of the picture shines through the heat, 0..1."""


class Title(NamedTuple):
    """name: of a region, as its report has it. plain_name: in place of one with letters that the font lacks."""

    name: str
    plain_name: str
    measure: str = ""

    def text(self) -> str:
        name = composed(self.name) if has_letters(self.name) else self.plain_name
        return f"{name}: {self.measure}" if self.measure else name


def draw_attention(
    titles: list[Title], maps: Tensor, areas: list[Tensor | None], size: tuple[int, int], image: Tensor | None
) -> Tensor:
    """One picture [1, H, W, 3] in 0..1 with a panel for each of P texts, all on one scale.

    titles: P, of each panel. maps: [P, rows, cols] in 0..1, the attention of each image token. areas: P, the coverage
    [rows, cols] whose outline is drawn, or None. size: (height, width) of the picture in pixels. image: [B, H, W, 3] in
    0..1 or None.
    """
    scale = PANEL / max(size)
    height, width = (max(1, round(side * scale)) for side in size)
    columns = math.ceil((len(titles) * height / width) ** 0.5)
    rows = -(-len(titles) // columns)
    font = font_of_size(15)
    title_height = 15 + 2 * MARGIN
    canvas_size = columns * (width + MARGIN) + MARGIN, rows * (height + title_height) + title_height
    canvas = Image.new("RGB", canvas_size, CANVAS_COLOR)
    draw = ImageDraw.Draw(canvas)
    max_share = max(maps.max().item(), 1e-6)
    underlay = None if image is None else _grey(image, (width, height))
    for index, (title, attention, area) in enumerate(zip(titles, maps, areas, strict=True)):
        x = MARGIN + index % columns * (width + MARGIN)
        y = index // columns * (height + title_height) + title_height
        canvas.paste(_heat_map(attention / max_share, (width, height), underlay), (x, y))
        color = BASE_COLOR if area is None else region_color(index)
        title_top = y - title_height + MARGIN
        draw.rectangle([x, title_top, x + width - 1, y - 1], fill=color)
        draw.text((x + 4, title_top + 2), _fit(draw, title.text(), font, width - 8), fill=text_color(color), font=font)
        if area is not None:
            _draw_outline(draw, area >= 0.5, (x, y), (width, height))
    _draw_legend(draw, canvas, max_share, font, title_height)
    return torch.from_numpy(np.asarray(canvas).astype(np.float32) / 255)[None]


def _heat_colors(heat: np.ndarray) -> np.ndarray:
    """heat [...] in 0..1 -> RGB [..., 3] in 0..255, by straight lines between HEAT_COLORS."""
    stops = np.linspace(0, 1, len(HEAT_COLORS))
    return np.stack([np.interp(heat, stops, HEAT_COLORS[:, channel]) for channel in range(3)], -1)


def _heat_map(heat: Tensor, size: tuple[int, int], underlay: np.ndarray | None) -> Image.Image:
    """heat: [rows, cols] in 0..1. size: (width, height) in pixels. underlay: [height, width] in 0..255 or None."""
    tokens = Image.fromarray((_heat_colors(heat.numpy())).astype(np.uint8))
    panel = tokens.resize(size, Image.Resampling.NEAREST)
    if underlay is None:
        return panel
    return Image.fromarray((np.asarray(panel) * (1 - UNDERLAY) + underlay[..., None] * UNDERLAY).astype(np.uint8))


def _grey(image: Tensor, size: tuple[int, int]) -> np.ndarray:
    """The first picture of image [B, H, W, 3], without its colours:

    [height, width] in 0..255; size = (width, height).
    """
    picture = Image.fromarray((rgb_picture(image).clamp(0, 1).numpy() * 255).astype(np.uint8))
    return np.asarray(picture.convert("L").resize(size)).astype(np.float32)


def _draw_outline(draw: ImageDraw.ImageDraw, inside: Tensor, corner: tuple[int, int], size: tuple[int, int]) -> None:
    """Lines between the tokens of a region and all others, also along the picture's border.

    inside: [rows, cols] bool. corner: (x, y) of the panel on the canvas; size: its (width, height); both in pixels.
    """
    rows, cols = inside.shape
    padded = torch.nn.functional.pad(inside, (1, 1, 1, 1))

    def token_corner(row: int, col: int) -> tuple[float, float]:
        """On the canvas; at the far borders one pixel less, so that the line stays in the panel."""
        return corner[0] + min(col * size[0] / cols, size[0] - 1), corner[1] + min(row * size[1] / rows, size[1] - 1)

    for row, col in (padded[1:, 1:-1] != padded[:-1, 1:-1]).nonzero().tolist():
        draw.line([token_corner(row, col), token_corner(row, col + 1)], fill=(255, 255, 255), width=1)
    for row, col in (padded[1:-1, 1:] != padded[1:-1, :-1]).nonzero().tolist():
        draw.line([token_corner(row, col), token_corner(row + 1, col)], fill=(255, 255, 255), width=1)


def _fit(draw: ImageDraw.ImageDraw, title: str, font, width: int) -> str:
    """title, cut to width pixels: the name before its last colon is shortened, the number behind it stays."""
    if draw.textlength(title, font=font) <= width:
        return title
    name, colon, number = title.rpartition(":")
    while name and draw.textlength(f"{name}…{colon}{number}", font=font) > width:
        name = name[:-1]
    return f"{name}…{colon}{number}"


def _draw_legend(draw: ImageDraw.ImageDraw, canvas: Image.Image, max_share: float, font, height: int) -> None:
    """A bar of the heat's colours in the lowest height pixels of the canvas, with what its ends stand for."""
    y = canvas.height - height + MARGIN
    low, high = "0%", f"{max_share:.0%} of a pixel's attention"
    start, stop = MARGIN + draw.textlength(low, font=font) + 6, 130 + MARGIN
    bar = _heat_colors(np.linspace(0, 1, int(stop - start)))[None].repeat(12, 0).astype(np.uint8)
    canvas.paste(Image.fromarray(bar), (int(start), y + 1))
    draw.text((MARGIN, y - 2), low, fill=(230, 230, 230), font=font)
    draw.text((stop + 6, y - 2), high, fill=(230, 230, 230), font=font)
