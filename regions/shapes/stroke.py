"""The stroke of a round brush."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..json_values import expect_number, number_outside
from .cells import Cells
from .fields import point_fields, read_points, size_field
from .quadtree import Parts, quadtree_fill
from .shape import Bounds, Shape, bounds_of_points
from .spans import RowSpans, rows_crossed, rows_of_edges

MAX_DISC_ROWS = 1 << 20
"""Rows of cells that a stroke's discs cross, together, up to which filling row by row is quick."""


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

    def fill(self, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:
        # Distances are measured in units of the shorter side, so that the brush is round on any canvas.
        scale_x, scale_y = _scales(cells.aspect)
        y, x = cells.centres
        y, x = y[:, 0] * scale_y, x[0] * scale_x
        discs = torch.tensor(self.points, dtype=torch.float64) * torch.tensor([scale_x, scale_y, self.width / 2])
        start, end = (discs[:-1], discs[1:]) if len(discs) > 1 else (discs, discs)
        if rows_crossed(y, discs[:, 1] - discs[:, 2], discs[:, 1] + discs[:, 2]) > MAX_DISC_ROWS:
            return quadtree_fill(x, y, Parts(start, end), check).float()
        spans = RowSpans(cells.size, x, check)
        has_way = (start[:, :2] != end[:, :2]).any(1)
        tapers = has_way & (start[:, 2] != end[:, 2])
        _add_discs(spans, y, torch.cat([start[~tapers], end[has_way & ~tapers]]))
        _add_half_discs(spans, y, start[tapers], (start - end)[tapers, :2])
        _add_half_discs(spans, y, end[tapers], (end - start)[tapers, :2])
        # Along whichever axis a band crosses fewer cells: a steep one column by column.
        start, end = start[has_way], end[has_way]
        is_steep = (end - start)[:, 1].abs() > (end - start)[:, 0].abs()
        _add_bands(spans, y, start[~is_steep], end[~is_steep])
        column_spans = RowSpans((cells.size[1], cells.size[0]), y, check)
        turned = [1, 0, 2]
        _add_bands(column_spans, x, start[is_steep][:, turned], end[is_steep][:, turned])
        return (spans.any() | column_spans.any().T).float()


def _scales(aspect: float) -> tuple[float, float]:
    """Width and height of the canvas, in units of its shorter side."""
    return max(aspect, 1.0), max(1 / aspect, 1.0)


def _pressure(values: list, where: str) -> float:
    """values: what follows a point's x and y: nothing, which is full pressure, or one number."""
    pressure = expect_number(values[0], f"{where}: pressure") if values else 1.0
    if not 0 <= pressure <= 1:
        raise ValueError(f"{where}: pressure is {number_outside(pressure, 0, 1)}; give 0 to 1.")
    return pressure


def _add_bands(spans: RowSpans, y: Tensor, start: Tensor, end: Tensor) -> None:
    """The bands between discs (x, y, radius), start and end [S, 3], without the discs themselves.

    None may be steep: of each, x changes at least as much as y.
    """
    way = end[:, :2] - start[:, :2]
    length = way.norm(dim=1)
    along = way / length[:, None]
    growth = (end[:, 2] - start[:, 2]) / length
    reach = along[:, 0].abs() * torch.maximum(start[:, 2], end[:, 2])  # of a corner above and below the middle line
    top = torch.minimum(start[:, 1], end[:, 1]) - reach
    bottom = torch.maximum(start[:, 1], end[:, 1]) + reach
    for band, row in rows_of_edges(y, top, bottom, closed=True):
        (x, centre, radius), (cos, sin) = start[band].T, along[band].T
        down = y[row] - centre
        # Of a point, how far along the way from the start it is, 0..length; and how far beside, up to the radius there.
        first, last = -down * sin / cos, (length[band] - down * sin) / cos
        left, right = torch.minimum(first, last), torch.maximum(first, last)
        for side in (1, -1):
            # side * (down * cos - x * sin) <= radius + growth * (down * sin + x * cos): a bound on x, to either side.
            slope = side * sin + growth[band] * cos
            level = side * down * cos - radius - growth[band] * down * sin
            bound = level / slope
            left = torch.where(slope > 0, torch.maximum(left, bound), left)
            right = torch.where(slope < 0, torch.minimum(right, bound), right)
            right = torch.where((slope == 0) & (level > 0), -torch.inf, right)
        spans.add(row, x + left, x + right)


def _add_discs(spans: RowSpans, y: Tensor, discs: Tensor) -> None:
    """discs: [D, 3] (x, y, radius)."""
    discs = discs.unique(dim=0)
    for disc, row in rows_of_edges(y, discs[:, 1] - discs[:, 2], discs[:, 1] + discs[:, 2], closed=True):
        left, right, _ = _disc_span(y[row], discs[disc])
        spans.add(row, left, right)


def _add_half_discs(spans: RowSpans, y: Tensor, discs: Tensor, outwards: Tensor) -> None:
    """Of discs [D, 3] (x, y, radius) the half that lies in the direction outwards [D, 2] of the centre.

    Where the brush changes its width, a whole disc would stick out of the band.
    """
    for disc, row in rows_of_edges(y, discs[:, 1] - discs[:, 2], discs[:, 1] + discs[:, 2], closed=True):
        left, right, down = _disc_span(y[row], discs[disc])
        dx, dy = outwards[disc].T
        boundary = discs[disc, 0] - down * dy / dx
        left = torch.where(dx > 0, torch.maximum(left, boundary), left)
        right = torch.where(dx < 0, torch.minimum(right, boundary), right)
        is_half = (dx != 0) | (down * dy >= 0)
        spans.add(row[is_half], left[is_half], right[is_half])


def _disc_span(y: Tensor, disc: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of discs [P, 3], the parts at heights y [P]: left, right, and how far down from the centre that is."""
    x, centre, radius = disc.T
    down = y - centre
    half = (radius**2 - down**2).clamp(min=0).sqrt()
    return x - half, x + half, down
