"""The stroke of a round brush."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..json_values import expect_number
from .cells import Cells
from .fields import point_fields, read_points, size_field
from .shape import Bounds, Shape, bounds_of_points
from .spans import RowSpans, rows_of_edges


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

    def bounds(self, aspect: float) -> Bounds:
        scale_x, scale_y = _scales(aspect)
        reach = max(pressure for _, _, pressure in self.points) * self.width / 2
        x0, y0, x1, y1 = bounds_of_points([point[:2] for point in self.points])
        return x0 - reach / scale_x, y0 - reach / scale_y, x1 + reach / scale_x, y1 + reach / scale_y

    def fill(self, cells: Cells) -> Tensor:
        # Distances are measured in units of the shorter side, so that the brush is round on any canvas.
        scale_x, scale_y = _scales(cells.aspect)
        y, x = cells.centres
        y, x = y[:, 0] * scale_y, x[0] * scale_x
        discs = torch.tensor(self.points, dtype=torch.float64) * torch.tensor([scale_x, scale_y, self.width / 2])
        start, end = (discs[:-1], discs[1:]) if len(discs) > 1 else (discs, discs)
        top, bottom = (
            torch.minimum(start[:, 1] - start[:, 2], end[:, 1] - end[:, 2]),
            torch.maximum(start[:, 1] + start[:, 2], end[:, 1] + end[:, 2]),
        )
        spans = RowSpans(cells.size, x)
        for segment, row in rows_of_edges(y, top, bottom, closed=True):
            for left, right in _brush_spans(y[row], start[segment], end[segment]):
                spans.add(row, left, right)
        return spans.any()


def _scales(aspect: float) -> tuple[float, float]:
    """Width and height of the canvas, in units of its shorter side."""
    return max(aspect, 1.0), max(1 / aspect, 1.0)


def _pressure(values: list, where: str) -> float:
    """values: what follows a point's x and y: nothing, which is full pressure, or one number."""
    pressure = expect_number(values[0], f"{where}: pressure") if values else 1.0
    if not 0 <= pressure <= 1:
        raise ValueError(f"{where}: pressure is {pressure:g}; give 0 to 1.")
    return pressure


def _brush_spans(y: Tensor, start: Tensor, end: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Where lines at heights y [P] lie under the brush on its way from start to end [P, 3], discs (x, y, radius).

    Three spans (left [P], right [P]), for the disc behind the start, the band between, and the disc past the end; a
    span that ends before it starts is none. The band's edges are straight, since the radius changes evenly.
    """
    (x1, y1, radius1), (x2, y2, radius2) = start.T, end.T
    dx, dy = x2 - x1, y2 - y1
    length = torch.hypot(dx, dy)
    down = y - y1
    has_way = length > 0
    taper = torch.where(has_way, (radius2 - radius1) / length, 0.0)
    behind = _narrowed(*_disc_span(x1, down, radius1), x1, dx, down * dy)
    past = _narrowed(*_disc_span(x2, y - y2, radius2), x2, -dx, -(y - y2) * dy)
    band = torch.full_like(y, -torch.inf), torch.full_like(y, torch.inf)
    band = _narrowed(*band, x1, -dx, -down * dy)
    band = _narrowed(*band, x1, dx, down * dy - length**2)
    for side in (1, -1):
        slope = side * dy - taper * dx
        band = _narrowed(*band, x1, slope, -side * down * dx - length * radius1 - taper * down * dy)
    none = torch.full_like(y, -torch.inf)
    return [behind, *((left, torch.where(has_way, right, none)) for left, right in (band, past))]


def _disc_span(x: Tensor, down: Tensor, radius: Tensor) -> tuple[Tensor, Tensor]:
    """Of a disc about x, the part at a height of down from its centre."""
    half = (radius**2 - down**2).clamp(min=0).sqrt()
    return torch.where(down.abs() <= radius, x - half, torch.inf), x + half


def _narrowed(left: Tensor, right: Tensor, x: Tensor, slope: Tensor, offset: Tensor) -> tuple[Tensor, Tensor]:
    """The part of a span in which slope * (position - x) + offset <= 0."""
    bound = x - offset / slope
    right = torch.where(slope > 0, torch.minimum(right, bound), right)
    left = torch.where(slope < 0, torch.maximum(left, bound), left)
    return torch.where((slope == 0) & (offset > 0), torch.inf, left), right
