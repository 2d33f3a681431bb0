"""Draws regions: a tint and a numbered name tag for each, over the picture if there is one."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from ..regions import RegionSet

COLOURS = [
    (230, 75, 60),
    (60, 130, 220),
    (70, 175, 95),
    (240, 185, 40),
    (155, 95, 200),
    (45, 185, 190),
    (235, 120, 170),
    (150, 110, 70),
]
TINT = 0.55
PAPER = (244, 243, 240)


def draw(regions: RegionSet, covered: Tensor, size: tuple[int, int], image: Tensor | None, show_grid: bool) -> Tensor:
    """covered: [R, h, w] in 0..1; size: (width, height) px; image: [B, H, W, 3] in 0..1 or None. Returns [1, H, W, 3]."""
    picture = Image.new("RGB", size, PAPER) if image is None else _to_pillow(image)
    for index, cover in enumerate(covered):
        alpha = Image.fromarray((cover.numpy() * 255 * TINT).astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
        picture.paste(Image.new("RGB", size, colour(index)), mask=alpha)
    pen = ImageDraw.Draw(picture)
    if show_grid:
        _draw_grid(pen, covered.shape[2], covered.shape[1], size)
    for index, cover in enumerate(covered):
        _draw_tag(
            pen,
            f"{index + 1} {regions.regions[index].name or regions.regions[index].prompt[:28]}".strip(),
            cover,
            index,
            size,
        )
    return torch.from_numpy(np.asarray(picture).astype(np.float32) / 255)[None]


def colour(index: int) -> tuple[int, int, int]:
    return COLOURS[index % len(COLOURS)]


def ink(paper: tuple[int, int, int]) -> tuple[int, int, int]:
    """Black or white, whichever reads better on this colour (its luma, ITU-R BT.601)."""
    luma = 0.299 * paper[0] + 0.587 * paper[1] + 0.114 * paper[2]
    return (20, 20, 20) if luma > 150 else (255, 255, 255)


def _to_pillow(image: Tensor) -> Image.Image:
    return Image.fromarray((image[0, ..., :3].clamp(0, 1).cpu().numpy() * 255).astype(np.uint8))


def _draw_grid(pen: ImageDraw.ImageDraw, cols: int, rows: int, size: tuple[int, int]) -> None:
    for col in range(1, cols):
        pen.line([(col * 16, 0), (col * 16, size[1])], fill=(128, 128, 128), width=1)
    for row in range(1, rows):
        pen.line([(0, row * 16), (size[0], row * 16)], fill=(128, 128, 128), width=1)


def _draw_tag(pen: ImageDraw.ImageDraw, text: str, cover: Tensor, index: int, size: tuple[int, int]) -> None:
    """A name tag at the centre of the region's mass."""
    font = ImageFont.load_default(size=max(11, min(size) // 22))
    weight = cover.double()
    y = (weight.sum(1) * (torch.arange(cover.shape[0]) + 0.5)).sum() / weight.sum() / cover.shape[0] * size[1]
    x = (weight.sum(0) * (torch.arange(cover.shape[1]) + 0.5)).sum() / weight.sum() / cover.shape[1] * size[0]
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    wide, high, pad = right - left, bottom - top, max(3, min(size) // 160)
    x = min(max(x.item() - wide / 2, pad), max(size[0] - wide - pad, pad))
    y = min(max(y.item() - high / 2, pad), max(size[1] - high - pad, pad))
    pen.rounded_rectangle([x - pad, y - pad, x + wide + pad, y + high + pad], radius=pad, fill=colour(index))
    pen.text((x - left, y - top), text, fill=ink(colour(index)), font=font)
