"""A region cut out of a picture, to be made anew at a larger size."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from ..coverage import feathered
from ..mask import unit_mask
from ..pixel_mask import region_mask
from ..region_set import RegionSet

MIN_DRAWN = 0.01
"""Of a pixel: less of a region does not count to the box around it."""
BOX_STEP, SIDE_STEP = 8, 16
"""Pixels. A latent cell; a token."""
MIN_PEAK = 0.9
"""Of a mask that fades inwards: in a region too narrow for its fade, that gets narrower."""


class Detail(NamedTuple):
    """image: [B, H, W, C], the picture in the box, enlarged. mask: [1, h, w] in 0..1, of the box at the picture's own
    size: where it may change.

    x, y: of the box, in pixels. box: the same and its size, in fractions of the picture.
    """

    image: Tensor
    mask: Tensor
    x: int
    y: int
    box: tuple[float, float, float, float]


def detail_of(
    regions: RegionSet,
    index: int,
    image: Tensor,
    margin: float,
    size: int,
    soft: float,
    check: Callable[[], None] = lambda: None,
) -> Detail:
    """The region at index, cut out of image [B, H, W, C].

    margin: around it, as a fraction of its longer side. size: of the longer side of the enlarged picture, 0 = as it is;
    it is never made smaller. soft: the width over which the mask fades, inwards, as a fraction of the shorter side.
    check: as for region_mask. Raises ValueError for a region that covers nothing of the picture.
    """
    height, width = image.shape[1:3]
    drawn = region_mask(regions.regions[index], width, height, check)
    rows, cols = ((drawn > MIN_DRAWN).any(axis).nonzero()[:, 0].tolist() for axis in (1, 0))
    if not rows:
        raise ValueError(
            f"{regions.label(index)} is empty: nothing of it lies on the picture. Draw its area, or leave it out."
        )
    shorter, longer = sorted((rows[-1] + 1 - rows[0], cols[-1] + 1 - cols[0]))
    y, bottom = _widened(rows[0], rows[-1] + 1, margin * longer, height)
    x, right = _widened(cols[0], cols[-1] + 1, margin * longer, width)
    part = image[:, y:bottom, x:right]
    part = part if part.is_floating_point() else unit_mask(part)
    mask = faded_inwards(drawn, soft * shorter, check)[None, y:bottom, x:right]
    box = (x / width, y / height, (right - x) / width, (bottom - y) / height)
    return Detail(_enlarged(part, size), mask.contiguous(), x, y, box)


def faded_inwards(area: Tensor, width: float, check: Callable[[], None] = lambda: None) -> Tensor:
    """area [H, W] in 0..1 with edges that fade to 0 within it, over about width cells; nowhere more than area.

    The picture's border is no edge.
    """
    while width > 1:
        faded = ((feathered(area, 2 * width, check) - 0.5) * 2).clamp(0, 1)
        if faded.max() >= MIN_PEAK:
            return torch.minimum(faded, area)
        width /= 2
    return area


def _widened(start: int, end: int, margin: float, length: int) -> tuple[int, int]:
    """start..end with a margin, to whole latent cells, within 0..length."""
    start = max(0, math.floor((start - margin) / BOX_STEP) * BOX_STEP)
    end = min(length, math.ceil((end + margin) / BOX_STEP) * BOX_STEP)
    # At the far border of a picture that has no whole number of cells, the box grows to the near side.
    return max(0, end - math.ceil((end - start) / BOX_STEP) * BOX_STEP), end


def _enlarged(picture: Tensor, size: int) -> Tensor:
    """picture [B, H, W, C] with a longer side of size pixels, where that is more.

    Both sides become multiples of SIDE_STEP, since FLUX.2's autoencoder cuts off the rest.
    """
    sides = picture.shape[1:3]
    scale = size / max(sides)
    if scale <= 1 and all(side % SIDE_STEP == 0 for side in sides):
        return picture.clone()
    enlarged = [math.ceil(round(side * max(scale, 1), 3) / SIDE_STEP) * SIDE_STEP for side in sides]
    return interpolate(picture.movedim(-1, 1), enlarged, mode="bicubic").clamp(0, 1).movedim(1, -1)
