"""Filling by rows: each row of cells is asked where an outline crosses it, so that the work is edges plus cells.

They come in chunks, which bounds the memory of an outline with thousands of edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

ROWS_AT_ONCE = 1 << 14
"""Pairs of an edge and a row that are worked on together."""

CELLS_AT_ONCE = 1 << 20
"""Cells that are counted up together."""

Rows = tuple[Tensor, Tensor]
"""Pairs of an edge and a row that it reaches, as two index tensors [P]."""


def rows_of_edges(centres: Tensor, top: Tensor, bottom: Tensor, *, closed: bool) -> Iterator[Rows]:
    """Which rows, centres [H] rising, lie between top [E] and bottom [E] of each edge; closed: with bottom itself."""
    first = torch.searchsorted(centres, top)
    counts = (torch.searchsorted(centres, bottom, right=closed) - first).clamp(min=0)
    edges = counts.nonzero()[:, 0]
    first, counts = first[edges], counts[edges]
    # By pairs, not by edges: thousands of short edges are few chunks.
    chunk = counts.cumsum(0) // ROWS_AT_ONCE
    sizes = chunk.unique_consecutive(return_counts=True)[1].tolist()
    for edge, first_row, count in zip(edges.split(sizes), first.split(sizes), counts.split(sizes), strict=True):
        before = count.cumsum(0) - count
        row = torch.arange(int(count.sum())) + (first_row - before).repeat_interleave(count)
        yield edge.repeat_interleave(count), row


def rows_crossed(centres: Tensor, top: Tensor, bottom: Tensor) -> int:
    """How many pairs rows_of_edges yields, all together."""
    return int((torch.searchsorted(centres, bottom) - torch.searchsorted(centres, top)).sum())


def crossings(start: Tensor, end: Tensor, y: Tensor) -> Tensor:
    """Where lines from start to end [P, 2] (x, y) are at the heights y [P]."""
    (x1, y1), (x2, y2) = start.T, end.T
    return x1 + (y - y1) * (x2 - x1) / (y2 - y1)


class RowSpans:
    """Collects spans of the cells of a grid, and then says which cells lie in any of them, or in an odd number."""

    def __init__(self, size: tuple[int, int], columns: Tensor, check: Callable[[], None]):
        """columns [W]: the cells' centres, rising. check: called for every chunk; what it raises ends the work."""
        self._check = check
        self._columns = columns
        self._changes = torch.zeros(size[0], size[1] + 1, dtype=torch.int32)

    def add(self, rows: Tensor, left: Tensor, right: Tensor) -> None:
        """In rows [P], the cells whose centres lie in left..right [P], both included; none where left > right."""
        first = torch.searchsorted(self._columns, left)
        end = torch.searchsorted(self._columns, right, right=True)
        self._count(rows[first < end], first[first < end], 1)
        self._count(rows[first < end], end[first < end], -1)

    def add_left_of(self, rows: Tensor, crossings: Tensor) -> None:
        """In rows [P], the cells whose centres lie left of crossings [P]."""
        self._count(rows, torch.zeros_like(rows), 1)
        self._count(rows, torch.searchsorted(self._columns, crossings), -1)

    def any(self) -> Tensor:
        """[H, W] bool: the cells of at least one span."""
        return self._filled(lambda count: count > 0)

    def odd(self) -> Tensor:
        """[H, W] bool: the cells of an odd number of spans."""
        return self._filled(lambda count: count % 2 == 1)

    def _count(self, rows: Tensor, cells: Tensor, step: int) -> None:
        self._check()
        steps = torch.tensor(step, dtype=torch.int32).expand(len(rows))
        self._changes.view(-1).index_add_(0, rows * self._changes.shape[1] + cells, steps)

    def _filled(self, rule: Callable[[Tensor], Tensor]) -> Tensor:
        height, width = self._changes.shape
        filled = torch.empty(height, width - 1, dtype=torch.bool)
        for rows in torch.arange(height).split(max(1, CELLS_AT_ONCE // width)):
            self._check()
            some = slice(int(rows[0]), int(rows[-1]) + 1)
            filled[some] = rule(self._changes[some, :-1].cumsum(1, dtype=torch.int32))
        return filled
