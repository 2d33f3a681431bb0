"""Vector shapes, in fractions of the canvas (0..1, x right, y down), and how much of each small cell they fill.

Every shape answers `fill(rows, cols, aspect)`: rows [H + 1] and cols [W + 1] are the edges of a grid of cells, aspect is
the canvas's width / height, and the result is [H, W] float32 in 0..1. A rectangle is exact; the others ask whether a
cell's centre lies inside, so callers use cells finer than a token.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


def overlap_1d(edges: Tensor, start: float | Tensor, end: float | Tensor) -> Tensor:
    """edges: [N + 1] rising. Returns [N]: the share of each interval that lies in start..end; [M, N] for M of them [M, 1]."""
    inside = edges[1:].clamp(max=end) - edges[:-1].clamp(min=start)
    return inside.clamp(min=0) / (edges[1:] - edges[:-1])


def _centres(rows: Tensor, cols: Tensor) -> tuple[Tensor, Tensor]:
    """Edges to the cells' centres: y [H, 1], x [1, W]."""
    return ((rows[1:] + rows[:-1]) / 2)[:, None], ((cols[1:] + cols[:-1]) / 2)[None, :]


@dataclass(frozen=True)
class Rect:
    """An upright rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    def fill(self, rows: Tensor, cols: Tensor, aspect: float) -> Tensor:
        down = overlap_1d(rows, self.y, self.y + self.height)
        across = overlap_1d(cols, self.x, self.x + self.width)
        return (down[:, None] * across[None, :]).float()


@dataclass(frozen=True)
class Ellipse:
    """The ellipse that touches all four sides of the rectangle left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    def fill(self, rows: Tensor, cols: Tensor, aspect: float) -> Tensor:
        y, x = _centres(rows, cols)
        if self.width <= 0 or self.height <= 0:
            return torch.zeros(y.shape[0], x.shape[1])
        across = (x - self.x - self.width / 2) / (self.width / 2)
        down = (y - self.y - self.height / 2) / (self.height / 2)
        return (across**2 + down**2 <= 1).float()


@dataclass(frozen=True)
class Polygon:
    """A closed polygon through the points ((x, y), …); where it crosses itself the even-odd rule holds."""

    points: tuple[tuple[float, float], ...]

    def fill(self, rows: Tensor, cols: Tensor, aspect: float) -> Tensor:
        y, x = _centres(rows, cols)
        inside = torch.zeros(y.shape[0], x.shape[1], dtype=torch.bool)
        for (x1, y1), (x2, y2) in zip(self.points, self.points[1:] + self.points[:1], strict=True):
            if y1 == y2:
                continue
            spans = (y >= min(y1, y2)) & (y < max(y1, y2))
            crossing = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
            inside ^= spans & (x < crossing)
        return inside.float()


@dataclass(frozen=True)
class Stroke:
    """A round brush drawn through the points ((x, y, pressure), …).

    width: the brush's diameter at pressure 1, as a fraction of the canvas's shorter side. pressure: 0..1, scales it.
    """

    points: tuple[tuple[float, float, float], ...]
    width: float

    def fill(self, rows: Tensor, cols: Tensor, aspect: float) -> Tensor:
        # Distances are measured in units of the shorter side, so that the brush is round on any canvas.
        scale_x, scale_y = max(aspect, 1.0), max(1 / aspect, 1.0)
        y, x = _centres(rows, cols)
        y, x = y[:, 0] * scale_y, x[0] * scale_x
        dots = [(px * scale_x, py * scale_y, pressure * self.width / 2) for px, py, pressure in self.points]
        painted = torch.zeros(len(y), len(x))
        for start, end in zip(dots, dots[1:] or dots, strict=False):
            _paint_capsule(painted, y, x, start, end)
        return painted


def _paint_capsule(painted: Tensor, y: Tensor, x: Tensor, start: tuple, end: tuple) -> None:
    """Set to 1 the cells within the brush on its way from start to end, both (x, y, radius); only their box is looked at."""
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
    painted[top:bottom, left:right] = torch.maximum(painted[top:bottom, left:right], (distance <= radius).float())


Shape = Rect | Ellipse | Polygon | Stroke
