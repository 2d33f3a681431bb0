"""The closed polygon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from .cells import Cells
from .fields import point_fields, read_points
from .shape import Shape


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

    def fill(self, cells: Cells) -> Tensor:
        y, x = cells.centres
        inside = torch.zeros(cells.size, dtype=torch.bool)
        for (x1, y1), (x2, y2) in zip(self.points, self.points[1:] + self.points[:1], strict=True):
            if y1 == y2:
                continue
            spans = (y >= min(y1, y2)) & (y < max(y1, y2))
            crossing = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
            inside ^= spans & (x < crossing)
        return inside.float()
