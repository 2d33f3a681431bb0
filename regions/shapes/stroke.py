"""The stroke of a round brush."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..json_values import expect_number
from .cells import Cells
from .fields import point_fields, read_points, size_field
from .shape import Shape

Disc = tuple[float, float, float]
"""x, y and radius of the brush at a point, in units of the canvas's shorter side."""


@dataclass(frozen=True)
class Stroke(Shape):
    """A round brush drawn through the points ((x, y, pressure), …); through a single one it is a dot.

    width: the brush's diameter at pressure 1, as a fraction of the canvas's shorter side. pressure: 0..1, scales it.
    """

    points: tuple[tuple[float, float, float], ...]
    width: float

    kind: ClassVar[str] = "stroke"

    @classmethod
    def read(cls, fields: dict, label: str) -> Stroke:
        points = read_points(fields, label, at_least=1)
        for point, where in points:
            if len(point) not in (2, 3):
                raise ValueError(f"{where} is a list of {len(point)}; give [x, y, pressure] or [x, y].")
        return cls(
            tuple((*point_fields(point[:2], where), _pressure(point[2:], where)) for point, where in points),
            size_field(fields, "width", label),
        )

    def fill(self, cells: Cells) -> Tensor:
        # Distances are measured in units of the shorter side, so that the brush is round on any canvas.
        scale_x, scale_y = max(cells.aspect, 1.0), max(1 / cells.aspect, 1.0)
        y, x = cells.centres
        y, x = y[:, 0] * scale_y, x[0] * scale_x
        discs = [(px * scale_x, py * scale_y, pressure * self.width / 2) for px, py, pressure in self.points]
        filled = cells.empty()
        for start, end in zip(discs, discs[1:] or discs, strict=False):
            _paint_capsule(filled, y, x, start, end)
        return filled


def _pressure(values: list, where: str) -> float:
    """values: what follows a point's x and y: nothing, which is full pressure, or one number."""
    pressure = expect_number(values[0], f"{where}: pressure") if values else 1.0
    if not 0 <= pressure <= 1:
        raise ValueError(f"{where}: pressure is {pressure:g}; give 0 to 1.")
    return pressure


def _paint_capsule(filled: Tensor, y: Tensor, x: Tensor, start: Disc, end: Disc) -> None:
    """Set to 1 the cells of filled [H, W], centres y [H] and x [W], that the brush covers on its way from start to end.

    Only the box around the two discs is looked at.
    """
    reach = max(start[2], end[2])
    top, bottom = torch.searchsorted(
        y, torch.tensor([min(start[1], end[1]) - reach, max(start[1], end[1]) + reach]).to(y)
    )
    left, right = torch.searchsorted(
        x, torch.tensor([min(start[0], end[0]) - reach, max(start[0], end[0]) + reach]).to(x)
    )
    if top == bottom or left == right:
        return
    down, across = y[top:bottom, None], x[None, left:right]
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    along = ((across - start[0]) * dx + (down - start[1]) * dy) / length**2 if length > 0 else torch.zeros(1, 1)
    along = along.clamp(0, 1)
    distance = torch.hypot(across - start[0] - along * dx, down - start[1] - along * dy)
    radius = start[2] + along * (end[2] - start[2])
    filled[top:bottom, left:right] = torch.maximum(filled[top:bottom, left:right], (distance <= radius).float())
