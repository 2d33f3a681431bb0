"""The upright ellipse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from .box_shape import BoxShape
from .cells import Cells


@dataclass(frozen=True)
class Ellipse(BoxShape):
    """The ellipse that touches all four sides of its box."""

    kind: ClassVar[str] = "ellipse"

    def holds_in_box(self, across: Tensor, down: Tensor) -> Tensor:
        return (2 * across - 1) ** 2 + (2 * down - 1) ** 2 <= 1

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:  # noqa: ARG002  (other kinds need it)
        y, x = cells.centres
        return self.holds(x, y).float()
