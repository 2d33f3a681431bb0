"""A grid of small cells over the canvas, on which shapes are filled."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Cells:
    """rows [H + 1], cols [W + 1] float64, rising from 0 to 1: the edges of H x W cells.

    aspect: the canvas's width / height.
    """

    rows: Tensor
    cols: Tensor
    aspect: float

    @classmethod
    def of_pixels(cls, width: int, height: int) -> Cells:
        """One cell for each pixel of a picture."""
        return cls(_even_edges(height), _even_edges(width), width / height)

    @property
    def size(self) -> tuple[int, int]:
        """(H, W)."""
        return len(self.rows) - 1, len(self.cols) - 1

    @property
    def centres(self) -> tuple[Tensor, Tensor]:
        """y [H, 1] and x [1, W] of the cells' centres."""
        return ((self.rows[1:] + self.rows[:-1]) / 2)[:, None], ((self.cols[1:] + self.cols[:-1]) / 2)[None, :]

    def window(self, bounds: tuple[float, float, float, float], step: int = 1) -> tuple[slice, slice]:
        """The rows and columns of cells that a box (left, top, right, bottom) touches; whole blocks of step x step."""
        left, top, right, bottom = bounds
        return _touched(self.rows, top, bottom, step), _touched(self.cols, left, right, step)

    def part(self, window: tuple[slice, slice]) -> Cells:
        """The cells in a window, which keep their places on the canvas."""
        rows, cols = window
        return Cells(self.rows[rows.start : rows.stop + 1], self.cols[cols.start : cols.stop + 1], self.aspect)

    def empty(self) -> Tensor:
        """[H, W] float32 of zeros."""
        return torch.zeros(self.size)


def interval_fill(edges: Tensor, start: float | Tensor, end: float | Tensor) -> Tensor:
    """The fraction, 0..1, of each interval between edges [N + 1], which rise, that lies in start..end.

    Returns [N]; [M, N] for M of them, start and end [M, 1].
    """
    inside = edges[1:].clamp(max=end) - edges[:-1].clamp(min=start)
    return inside.clamp(min=0) / (edges[1:] - edges[:-1])


def _touched(edges: Tensor, start: float, end: float, step: int) -> slice:
    first, last = torch.searchsorted(edges, torch.tensor([start, end], dtype=edges.dtype)).tolist()
    first = max(first - 1, 0) // step * step
    return slice(first, max(first, min(-(-last // step) * step, len(edges) - 1)))


def _even_edges(count: int) -> Tensor:
    return torch.arange(count + 1, dtype=torch.float64) / count
