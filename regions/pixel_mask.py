"""The drawing: a region at the picture's own pixels, for whatever wants a mask rather than tokens."""

from __future__ import annotations

import torch
from torch import Tensor

from .coverage import area_average, feathered
from .region import Region
from .token_grid import TokenGrid


def drawing(region: Region, width: int, height: int) -> Tensor:
    """[height, width] float32 on the CPU, in 0..1: the region's shapes, hard-edged, and its mask; then its feather.

    A pixel is in a shape if its centre is; a rectangle fills the pixels on its edges in part.
    """
    pixels = TokenGrid(height, width, patch=1)
    rows, cols = pixels.row_edges(), pixels.col_edges()
    drawn = torch.zeros(height, width)
    for mark in region.marks:
        fill = mark.shape.fill(rows, cols, width / height)
        drawn = torch.maximum(drawn, fill) if mark.mode == "add" else torch.minimum(drawn, 1 - fill)
    if region.mask is not None:
        drawn = torch.maximum(drawn, area_average(region.mask.float().cpu(), pixels))
    return feathered(drawn, region.feather * min(width, height))
