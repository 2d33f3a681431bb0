"""Regions from boxes that were read, and the box around a region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import torch

from ..pixel_mask import region_mask
from ..region import Region, ShapeOp
from ..region_set import RegionSet
from ..shapes import Rect
from .corners import STEPS

MAX_BOXES = 256
"""Of a layout: more than anybody describes, few enough to draw."""


def check_count(count: int, noun: str = "boxes") -> None:
    """Raises ValueError for a layout without boxes, and for more than MAX_BOXES of them."""
    if not count:
        raise ValueError(f"The layout holds no {noun}. Draw some where it was made, or lower the detector's threshold.")
    if count > MAX_BOXES:
        raise ValueError(f"The layout holds {count:,} {noun}; at most {MAX_BOXES} are read. Leave out the smallest.")


def regions_of(rects: Iterable[Rect], prompts: Sequence[str], names: Sequence[str], **prompts_around) -> RegionSet:
    """A region for each box, in their order. prompts_around: base_prompt and background_prompt."""
    regions = (
        Region(name, prompt, shapes=(ShapeOp(rect),)) for rect, prompt, name in zip(rects, prompts, names, strict=True)
    )
    return RegionSet(tuple(regions), **prompts_around)


def is_one_box(region: Region) -> bool:
    """Whether its area is a single rectangle, not turned."""
    if len(region.shapes) != 1 or region.mask is not None or region.view is not None:
        return False
    return isinstance(region.shapes[0].shape, Rect) and region.shapes[0].mode == "add"


def box_around(region: Region, label: str) -> Rect:
    """The smallest box that holds a region, exact for a single rectangle on the canvas, else to a step of the grid.

    Raises ValueError, starting with label, for a region that covers nothing of the canvas.
    """
    if is_one_box(region):
        shape = region.shapes[0].shape
        assert isinstance(shape, Rect)
        x, y = max(shape.x, 0.0), max(shape.y, 0.0)
        box = Rect(x, y, min(shape.x + shape.width, 1.0) - x, min(shape.y + shape.height, 1.0) - y)
        if (x, y) == (shape.x, shape.y) and shape.x + shape.width <= 1 and shape.y + shape.height <= 1:
            box = shape
        if box.width > 0 and box.height > 0:
            return box
    area = region_mask(replace(region, feather=0.0), STEPS, STEPS)
    filled = area >= min(0.5, area.max().item())
    if area.max() <= 0:
        raise ValueError(f"{label} is empty: nothing of it lies on the canvas. Draw its area, or remove the region.")
    rows, cols = torch.nonzero(filled.any(1))[:, 0], torch.nonzero(filled.any(0))[:, 0]
    x, y = cols[0].item() / STEPS, rows[0].item() / STEPS
    return Rect(x, y, (cols[-1].item() + 1) / STEPS - x, (rows[-1].item() + 1) / STEPS - y)
