"""The upright rectangle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from .box_shape import BoxShape
from .cells import Cells, interval_fill
from .interval import Interval


@dataclass(frozen=True)
class Rect(BoxShape):
    """All of its box."""

    kind: ClassVar[str] = "rect"

    @classmethod
    def between(cls, across: Interval, down: Interval) -> Rect:
        """The rectangle that spans these intervals of the canvas's width and height."""
        return cls(float(across.start), float(down.start), float(across.size), float(down.size))

    def holds_in_box(self, across: Tensor, down: Tensor) -> Tensor:
        return (across >= 0) & (across <= 1) & (down >= 0) & (down <= 1)

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:  # noqa: ARG002  (other kinds need it)
        down = interval_fill(cells.rows, self.y, self.y + self.height)
        across = interval_fill(cells.cols, self.x, self.x + self.width)
        return (down[:, None] * across[None, :]).float()
