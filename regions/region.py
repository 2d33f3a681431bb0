"""A region: a named area of the canvas with a prompt of its own, as an immutable value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from .mask import check_mask
from .printable import printable
from .region_fields import END, FEATHER, REGION_FIELDS, START, STRENGTH
from .region_lora import RegionLora, check_loras
from .shapes import Shape
from .shapes.cells import Cells
from .shapes.shape import Bounds
from .view import WHOLE_VIEW, View


@dataclass(frozen=True)
class ShapeOp:
    """A shape, and whether it is added to the region's area or taken away from it."""

    shape: Shape
    mode: Literal["add", "subtract"] = "add"


@dataclass(frozen=True, eq=False)
class Region:
    """An area with its own prompt. A RegionSet checks the ranges when the region is added to it (check_region).

    shapes: vector shapes, drawn one after the other. mask: [H, W] float in 0..1 (1 = inside), added to the shapes.
    strength: 0..2. At 1 the region's prompt has the fraction 1 - beta of the attention (beta: the base ratio of
        arXiv 2411.02395, section 3), at 0 none, at 2 twice as much, up to all of it.
    feather: 0..0.5, the width over which the edge fades, as a fraction of the canvas's shorter side.
    conditioning: [B, T, C] the text embedding, where it does not come from encoding the prompt.
    conditioning_settings: what the host keeps beside it (word ids, weights), which some models need.
    start, end: the region's own window, as fractions of the sampler's steps, 0 <= start < end <= 1. Outside of it the
        region is left out, as if it were not in the set.
    loras: of the region's own, added up; in force on its area, whatever its window and strength are.
    references: latents of pictures [B, C, ..., H, W] that this region alone sees, beside those of its conditioning.
    color: "#rrggbb" in pictures of the regions; empty for the one of its position (palette.py).
    view: the part of the canvas it was drawn on that is shown, once its set was cropped; None = all of it. Shapes, mask
        and feather are that canvas's.
    number: what people call it, from 1, where that is not its index in the set plus 1: a subset keeps the numbers.
    """

    name: str = ""
    prompt: str = ""
    strength: float = STRENGTH.default
    feather: float = FEATHER.default
    shapes: tuple[ShapeOp, ...] = ()
    mask: Tensor | None = None
    conditioning: Tensor | None = None
    conditioning_settings: dict = field(default_factory=dict)
    start: float = START.default
    end: float = END.default
    number: int | None = None
    color: str = ""
    loras: tuple[RegionLora, ...] = ()
    references: tuple[Tensor, ...] = ()
    view: View | None = None

    def bounds(self, aspect: float) -> Bounds | None:
        """A box that holds all its shapes, on a canvas of this width / height; None if nothing is added."""
        boxes = [op.shape.bounds(aspect) for op in self.shapes if op.mode == "add"]
        if not boxes:
            return None
        left, top, right, bottom = zip(*boxes, strict=True)
        return min(left), min(top), max(right), max(bottom)

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:
        """[H, W] float32 in 0..1: how much of each cell its shapes fill. Its mask and feather are left out.

        check: called before each shape and now and then within it; what it raises ends the drawing.
        """
        area = cells.empty()
        for op in self.shapes:
            check()
            rows, cols = cells.window(op.shape.bounds(cells.aspect))
            if rows.start >= rows.stop or cols.start >= cols.stop:
                continue
            filled, part = op.shape.fill(cells.part((rows, cols)), check), area[rows, cols]
            part.copy_(torch.maximum(part, filled) if op.mode == "add" else torch.minimum(part, 1 - filled))
        return area


def shown_mask_size(region: Region) -> tuple[float, float]:
    """(height, width) in pixels of what a region's view shows of its mask."""
    assert region.mask is not None
    shown, (height, width) = region.view or WHOLE_VIEW, region.mask.shape
    return height * shown.height, width * shown.width


MAX_NAME = 200
"""Characters of a region's name, which every report, error and picture repeats."""


def check_name(name: str, label: str) -> None:
    """Raises ValueError, starting with label, for a name that is too long."""
    if len(name) > MAX_NAME:
        raise ValueError(
            f"{label}: name has {len(name):,} characters; give at most {MAX_NAME}. What to draw belongs into prompt."
        )


def region_label(index: int, name: str) -> str:
    """How an error or a report calls region number index (from 0): by number and, where it has one, name."""
    return f"Region {index + 1} ('{printable(name, MAX_NAME)}')" if name else f"Region {index + 1}"


def check_region(region: Region, label: str) -> None:
    """Raises ValueError, starting with label, for a name, strength, feather, window, LoRA or mask out of Region's
    ranges.
    """
    check_name(region.name, label)
    for region_field in REGION_FIELDS:
        region_field.check(getattr(region, region_field.name), label)
    if region.start >= region.end:
        raise ValueError(
            f"{label}: start ({region.start:g}) must be smaller than end ({region.end:g}): the region acts from start "
            "to end. To leave it out, remove it."
        )
    check_loras(region.loras, label)
    if region.mask is not None:
        check_mask(region.mask, label)
