"""A mask that lies somewhere on a larger picture: put there, at a size that regions need."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..coverage import area_average
from ..shapes.cells import Cells

MAX_SIDE = 512
"""Of the mask, in pixels: one for each token of a picture of 8192 pixels."""


def mask_size(width: float, height: float) -> tuple[int, int]:
    """(width, height) of a mask with these proportions, its longer side at most MAX_SIDE."""
    scale = min(1.0, MAX_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def placed_mask(
    mask: Tensor,
    box: tuple[float, float, float, float],
    size: tuple[float, float],
    rotation: float = 0.0,
    flip: tuple[bool, bool] = (False, False),
) -> Tensor:
    """[H, W] float32 in 0..1, the mask on a picture of size (width, height), H and W as in mask_size.

    mask: [h, w] in 0..1. box: (x, y, width, height), where it lies, in the picture's pixels. rotation: about the box's
    centre, in radians, clockwise. flip: (left to right, top to bottom), before it is turned.
    """
    x, y, box_width, box_height = box
    columns, rows = mask_size(*size)
    # Averaged first to about the size it will have, so that no pixel of it is left out.
    scale = columns / size[0], rows / size[1]
    target = (
        max(1, min(mask.shape[1], math.ceil(box_width * scale[0]))),
        max(1, min(mask.shape[0], math.ceil(box_height * scale[1]))),
    )
    averaged = area_average(mask.float().cpu().clamp(0, 1), Cells.of_pixels(*target))
    across = (torch.arange(columns) + 0.5) / scale[0] - (x + box_width / 2)
    down = ((torch.arange(rows) + 0.5) / scale[1] - (y + box_height / 2))[:, None]
    cos, sin = math.cos(rotation), math.sin(rotation)
    u = (across * cos + down * sin) / (box_width / 2)
    v = (down * cos - across * sin) / (box_height / 2)
    u, v = (-u if flip[0] else u), (-v if flip[1] else v)
    places = torch.stack((u, v), dim=-1)[None]
    inside = (u.abs() <= 1) & (v.abs() <= 1)
    sampled = torch.nn.functional.grid_sample(
        averaged[None, None], places, mode="bilinear", padding_mode="border", align_corners=False
    )
    return sampled[0, 0] * inside
