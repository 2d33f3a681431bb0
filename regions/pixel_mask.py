"""A region at the picture's own pixels, for whatever wants a mask rather than tokens."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .coverage import area_average, blur_radius, feathered
from .region import Region
from .view import ViewGrid


def region_mask(region: Region, width: int, height: int, check: Callable[[], None] = lambda: None) -> Tensor:
    """[height, width] float32 on the CPU, in 0..1: the region's shapes, hard-edged, and its mask; then its feather.

    A pixel is in a shape if its centre is; a rectangle fills the pixels on its edges in part. check: called before
    each shape and now and then within it; what it raises ends the drawing.
    """
    pixels = ViewGrid.of(height, width, 1, region.view)
    feather = region.feather * pixels.shorter_side
    margin = blur_radius(feather)
    cells = pixels.cells(margin=margin)
    area = region.fill(cells, check)
    if region.mask is not None:
        area = torch.maximum(area, area_average(region.mask.float().cpu(), cells, check))
    return pixels.without_margin(feathered(area, feather, check), margin)
