"""The closed polygon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from .cells import Cells
from .fields import point_fields, read_points
from .shape import Bounds, Shape, bounds_of_points
from .spans import RowSpans, crossings, rows_of_edges


@dataclass(frozen=True)
class Polygon(Shape):
    """points: its corners ((x, y), …); where it crosses itself the even-odd rule holds."""

    points: tuple[tuple[float, float], ...]

    kind: ClassVar[str] = "polygon"

    @classmethod
    def read(cls, fields: dict, label: str) -> Polygon:
        points = read_points(fields, label, at_least=3)
        for point, where in points:
            if len(point) != 2:
                raise ValueError(f"{where} is a list of {len(point)}; give [x, y].")
        return cls(tuple(point_fields(point, where) for point, where in points))

    def bounds(self, aspect: float) -> Bounds:  # noqa: ARG002  (other kinds need it)
        return bounds_of_points(self.points)

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:
        y, x = cells.centres
        spans = RowSpans(cells.size, x[0], check)
        start = torch.tensor(self.points, dtype=torch.float64)
        end = start.roll(-1, dims=0)
        top, bottom = torch.minimum(start[:, 1], end[:, 1]), torch.maximum(start[:, 1], end[:, 1])
        for edge, row in rows_of_edges(y[:, 0], top, bottom, closed=False):
            spans.add_left_of(row, crossings(start[edge], end[edge], y[row, 0]))
        return spans.odd().float()
