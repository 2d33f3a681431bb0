"""The upright ellipse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from .cells import Cells
from .fields import box_fields
from .shape import Bounds, Shape


@dataclass(frozen=True)
class Ellipse(Shape):
    """The ellipse that touches all four sides of the rectangle with this left edge x, top edge y, width and height."""

    x: float
    y: float
    width: float
    height: float

    kind: ClassVar[str] = "ellipse"

    @classmethod
    def read(cls, fields: dict, label: str) -> Ellipse:
        return cls(**box_fields(fields, label))

    def bounds(self, aspect: float) -> Bounds:  # noqa: ARG002  (other kinds need it)
        return self.x, self.y, self.x + self.width, self.y + self.height

    def holds(self, x: Tensor, y: Tensor) -> Tensor:
        """Whether points lie in it, bool; x and y are tensors of sizes that fit together."""
        if self.width <= 0 or self.height <= 0:
            return (x < x) | (y < y)  # without area it holds nothing
        across = (x - self.x - self.width / 2) / (self.width / 2)
        down = (y - self.y - self.height / 2) / (self.height / 2)
        return across**2 + down**2 <= 1

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:  # noqa: ARG002  (other kinds need it)
        y, x = cells.centres
        return self.holds(x, y).float()
