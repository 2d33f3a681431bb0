"""Draws attention: one panel for each text, a heat map over the grey picture, with the outline of its region."""

from __future__ import annotations

import math

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from .region_picture import colour, ink

PANEL = 384
"""Longest side of a panel in pixels, at most; smaller pictures are enlarged to it."""
MARGIN = 8
HEAT = np.array([(12, 12, 30), (90, 20, 110), (200, 60, 70), (250, 160, 40), (255, 250, 200)], dtype=np.float32)
"""Colours from no attention to the most, evenly spaced."""
PICTURE = 0.3
"""How much of the picture shines through the heat."""


def draw_attention(
    titles: list[str], maps: Tensor, areas: list[Tensor | None], size: tuple[int, int], image: Tensor | None
) -> Tensor:
    """maps: [P, rows, cols] in 0..1, one for each title; areas: [rows, cols] coverage to outline, or None; size: (height,
    width) of the picture in px; image: [B, H, W, 3] in 0..1 or None. Returns [1, H, W, 3]: the panels, all on one scale."""
    scale = PANEL / max(size)
    height, width = (max(1, round(side * scale)) for side in size)
    columns = math.ceil((len(titles) * height / width) ** 0.5)
    rows = -(-len(titles) // columns)
    font = ImageFont.load_default(size=15)
    top = 15 + 2 * MARGIN
    sheet = Image.new("RGB", (columns * (width + MARGIN) + MARGIN, rows * (height + top) + top), (24, 24, 28))
    pen = ImageDraw.Draw(sheet)
    most = max(maps.max().item(), 1e-6)
    under = _grey(image, (width, height))
    for index, (title, heat, area) in enumerate(zip(titles, maps, areas, strict=True)):
        x = MARGIN + index % columns * (width + MARGIN)
        y = index // columns * (height + top) + top
        sheet.paste(_panel(heat / most, (width, height), under), (x, y))
        tint = (70, 70, 78) if area is None else colour(index)
        pen.rectangle([x, y - top + MARGIN, x + width - 1, y - 1], fill=tint)
        pen.text((x + 4, y - top + MARGIN + 2), _shortened(pen, title, font, width - 8), fill=ink(tint), font=font)
        if area is not None:
            _outline(pen, area >= 0.5, (x, y), (width, height))
    _legend(pen, sheet, most, font, top)
    return torch.from_numpy(np.asarray(sheet).astype(np.float32) / 255)[None]


def _heat_colours(share: np.ndarray) -> np.ndarray:
    """share in 0..1 -> RGB, by straight lines between the colours of HEAT."""
    stops = np.linspace(0, 1, len(HEAT))
    return np.stack([np.interp(share, stops, HEAT[:, channel]) for channel in range(3)], -1)


def _panel(heat: Tensor, size: tuple[int, int], under: np.ndarray | None) -> Image.Image:
    tokens = Image.fromarray((_heat_colours(heat.numpy())).astype(np.uint8))
    panel = tokens.resize(size, Image.Resampling.NEAREST)
    if under is None:
        return panel
    return Image.fromarray((np.asarray(panel) * (1 - PICTURE) + under[..., None] * PICTURE).astype(np.uint8))


def _grey(image: Tensor | None, size: tuple[int, int]) -> np.ndarray | None:
    if image is None:
        return None
    picture = Image.fromarray((image[0, ..., :3].clamp(0, 1).cpu().numpy() * 255).astype(np.uint8))
    return np.asarray(picture.convert("L").resize(size)).astype(np.float32)


def _outline(pen: ImageDraw.ImageDraw, inside: Tensor, corner: tuple[int, int], size: tuple[int, int]) -> None:
    """Lines between the tokens of a region and all others, also along the picture's border. inside: [rows, cols] bool."""
    rows, cols = inside.shape
    padded = torch.nn.functional.pad(inside, (1, 1, 1, 1))

    def at(row: int, col: int) -> tuple[float, float]:
        """The token corner, one pixel off the far borders so that the line stays in the panel."""
        return corner[0] + min(col * size[0] / cols, size[0] - 1), corner[1] + min(row * size[1] / rows, size[1] - 1)

    for row, col in (padded[1:, 1:-1] != padded[:-1, 1:-1]).nonzero().tolist():
        pen.line([at(row, col), at(row, col + 1)], fill=(255, 255, 255), width=1)
    for row, col in (padded[1:-1, 1:] != padded[1:-1, :-1]).nonzero().tolist():
        pen.line([at(row, col), at(row + 1, col)], fill=(255, 255, 255), width=1)


def _shortened(pen: ImageDraw.ImageDraw, text: str, font, width: int) -> str:
    """text, with its name cut in the middle if it is wider than this; the number at its end stays."""
    if pen.textlength(text, font=font) <= width:
        return text
    head, colon, tail = text.rpartition(":")
    while head and pen.textlength(f"{head}…{colon}{tail}", font=font) > width:
        head = head[:-1]
    return f"{head}…{colon}{tail}"


def _legend(pen: ImageDraw.ImageDraw, sheet: Image.Image, most: float, font, height: int) -> None:
    """A bar of the heat's colours along the lower border, with what its ends stand for."""
    y = sheet.height - height + MARGIN
    left, right = "0%", f"{most:.0%} of a pixel's attention"
    start, stop = MARGIN + pen.textlength(left, font=font) + 6, 130 + MARGIN
    bar = _heat_colours(np.linspace(0, 1, int(stop - start)))[None].repeat(12, 0).astype(np.uint8)
    sheet.paste(Image.fromarray(bar), (int(start), y + 1))
    pen.text((MARGIN, y - 2), left, fill=(230, 230, 230), font=font)
    pen.text((stop + 6, y - 2), right, fill=(230, 230, 230), font=font)
