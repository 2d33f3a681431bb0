"""Shapes that are given by the upright box around them: they can be turned, and have a word in the region text."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from torch import Tensor

from .fields import box_fields
from .shape import Bounds, Shape


@dataclass(frozen=True)
class BoxShape(Shape):
    """x, y: left and top edge of the box, whose four sides the shape touches."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def read(cls, fields: dict, label: str) -> BoxShape:
        return cls(**box_fields(fields, label))

    def bounds(self, aspect: float) -> Bounds:  # noqa: ARG002  (other kinds need it)
        return self.x, self.y, self.x + self.width, self.y + self.height

    def holds(self, x: Tensor, y: Tensor) -> Tensor:
        """Whether points lie in it, bool; x and y are tensors of sizes that fit together."""
        if self.width <= 0 or self.height <= 0:
            return (x < x) | (y < y)  # without area it holds nothing
        return self.holds_in_box((x - self.x) / self.width, (y - self.y) / self.height)

    @abstractmethod
    def holds_in_box(self, across: Tensor, down: Tensor) -> Tensor:
        """The same for points in fractions of the box, 0..1 from its left and top edge."""
