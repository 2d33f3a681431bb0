"""What every kind of shape can do: be read, be written, and say which cells it fills."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from torch import Tensor

from .cells import Cells

Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Shape(ABC):
    """A kind of shape: a frozen dataclass whose fields have the names that they have in the region document."""

    kind: ClassVar[str]
    """Its name in the region document."""

    @classmethod
    @abstractmethod
    def read(cls, fields: dict, label: str) -> Shape:
        """The shape in an object of the region document. Raises ValueError, starting with label, for a bad value."""

    def write(self) -> dict:
        """The object that `read` reads as this shape."""
        return {"kind": self.kind, **vars(self)}

    @abstractmethod
    def bounds(self, aspect: float) -> Bounds:
        """A box that holds all of it, on a canvas of this width / height. It may reach off the canvas."""

    @abstractmethod
    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:
        """[H, W] float32 in 0..1: how much of each cell lies in the shape.

        Exact for a rectangle; the other kinds ask whether a cell's centre lies inside, so callers use cells finer than
        a token. check: called now and then; what it raises ends the work.
        """


def bounds_of_points(points: Sequence[Sequence[float]]) -> Bounds:
    """The smallest box that holds points (x, y)."""
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)
