"""The upright rectangle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from .cells import Cells, interval_fill
from .fields import box_fields
from .interval import Interval
from .shape import Bounds, Shape


@dataclass(frozen=True)
class Rect(Shape):
    """x, y: its left and top edge."""

    x: float
    y: float
    width: float
    height: float

    kind: ClassVar[str] = "rect"

    @classmethod
    def read(cls, fields: dict, label: str) -> Rect:
        return cls(**box_fields(fields, label))

    @classmethod
    def between(cls, across: Interval, down: Interval) -> Rect:
        """The rectangle that spans these intervals of the canvas's width and height."""
        return cls(float(across.start), float(down.start), float(across.size), float(down.size))

    def bounds(self, aspect: float) -> Bounds:  # noqa: ARG002  (other kinds need it)
        return self.x, self.y, self.x + self.width, self.y + self.height

    def holds(self, x: Tensor, y: Tensor) -> Tensor:
        """Whether points lie in it, bool; x and y are tensors of sizes that fit together."""
        if self.width <= 0 or self.height <= 0:
            return (x < x) | (y < y)  # without area it holds nothing
        across, down = (x - self.x) / self.width, (y - self.y) / self.height
        return (across >= 0) & (across <= 1) & (down >= 0) & (down <= 1)

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:  # noqa: ARG002  (other kinds need it)
        down = interval_fill(cells.rows, self.y, self.y + self.height)
        across = interval_fill(cells.cols, self.x, self.x + self.width)
        return (down[:, None] * across[None, :]).float()
