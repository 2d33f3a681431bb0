"""A shape turned around the middle of its box."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..json_values import expect_number, number_outside
from .box_shape import BoxShape
from .cells import Cells
from .shape import Bounds, Shape

MAX_DEGREES = 360
"""To either side."""


@dataclass(frozen=True)
class Rotated(Shape):
    """shape, turned clockwise by so many degrees on the canvas as it is seen: nothing is skewed where it is not square.

    It is no kind of its own: the document has it as the shape's kind, with "rotation".
    """

    shape: BoxShape
    degrees: float

    kind: ClassVar[str] = "rotated shape"

    @classmethod
    def read(cls, fields: dict, label: str) -> Shape:
        """Upright by half a turn, which changes nothing of a shape that is symmetric around the middle of its box."""
        kinds = {kind.kind: kind for kind in BoxShape.__subclasses__()}
        if fields["kind"] not in kinds:
            raise ValueError(f"{label}: rotation is for {' and '.join(kinds)}; turn the points, and leave it out.")
        degrees = expect_number(fields["rotation"], f"{label}: rotation")
        if abs(degrees) > MAX_DEGREES:
            shown = number_outside(degrees, -MAX_DEGREES, MAX_DEGREES)
            raise ValueError(f"{label}: rotation is {shown}; give degrees from -{MAX_DEGREES} to {MAX_DEGREES}.")
        shape = kinds[fields["kind"]].read(fields, label)
        return shape if degrees % 180 == 0 else cls(shape, degrees)

    def write(self) -> dict:
        return {**self.shape.write(), "rotation": self.degrees}

    def bounds(self, aspect: float) -> Bounds:
        left, top, right, bottom = self.shape.bounds(aspect)
        turn = _Turn((left + right) / 2, (top + bottom) / 2, self.degrees, aspect)
        corners = [turn(x, y) for x in (left, right) for y in (top, bottom)]
        across, down = zip(*corners, strict=True)
        return min(across), min(down), max(across), max(down)

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:  # noqa: ARG002  (other kinds need it)
        left, top, right, bottom = self.shape.bounds(cells.aspect)
        y, x = cells.centres
        # What the shape turned holds, it holds of the cells turned back.
        back = _Turn((left + right) / 2, (top + bottom) / 2, -self.degrees, cells.aspect)
        return self.shape.holds(*back(x, y)).float()


class _Turn:
    """Turns points, numbers or tensors, clockwise around (x, y), at distances as they are seen."""

    def __init__(self, x: float, y: float, degrees: float, aspect: float):
        self.x, self.y = x, y
        self.x_scale, self.y_scale = max(aspect, 1.0), max(1 / aspect, 1.0)
        self.cos, self.sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def __call__(self, x, y):
        across, down = (x - self.x) * self.x_scale, (y - self.y) * self.y_scale
        return (
            self.x + (across * self.cos - down * self.sin) / self.x_scale,
            self.y + (across * self.sin + down * self.cos) / self.y_scale,
        )
