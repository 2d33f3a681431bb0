"""Filling by quadtree, for wide strokes of many points: only where their outline lies, down to single cells.

A stroke's parts overlap the more the wider the brush is, and most of their outlines lie within other parts. Rows of
cells would see all of them, this only the parts that reach farthest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

PAIRS_AT_ONCE = 1 << 16
"""Pairs of a block and a part that are worked on together."""
TOLERANCE = 1e-3
"""Of a cell: a part that reaches no farther than this past another one is left out. It adds up over the levels, to
about a hundredth of a cell."""


class Parts(NamedTuple):
    """Parts of a stroke: the brush moved from start to end, each [S, 3] (x, y, radius)."""

    start: Tensor
    end: Tensor

    def to(self, part: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From the middle lines of part [P] to the points (x, y) [P]: distance, and its direction, across and down."""
        start, way = self.start[part], (self.end - self.start)[part]
        dx, dy = x - start[:, 0], y - start[:, 1]
        length2 = way[:, 0] ** 2 + way[:, 1] ** 2
        along = ((dx * way[:, 0] + dy * way[:, 1]) / length2.clamp(min=1e-300)).clamp(0, 1)
        dx, dy = dx - along * way[:, 0], dy - along * way[:, 1]
        distance = torch.hypot(dx, dy)
        scale = distance.clamp(min=1e-300)
        return distance, dx / scale, dy / scale

    def radii(self, part: Tensor) -> tuple[Tensor, Tensor]:
        """The smallest and the largest of part [P]. Of one that goes nowhere, that of its start is the only one."""
        start, end = self.start[part], self.end[part]
        last = torch.where((start[:, :2] == end[:, :2]).all(1), start[:, 2], end[:, 2])
        return torch.minimum(start[:, 2], last), torch.maximum(start[:, 2], last)

    def hold(self, part: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Whether the points (x, y) [P] lie in part [P]: in its band, or in the half discs past its ends."""
        start, end = self.start[part], self.end[part]
        way = end - start
        length = torch.hypot(way[:, 0], way[:, 1])
        cos, sin = (way[:, :2] / length.clamp(min=1e-300)[:, None]).T
        dx, dy = x - start[:, 0], y - start[:, 1]
        along, beside = dx * cos + dy * sin, (dx * sin - dy * cos).abs()
        in_band = (along >= 0) & (along <= length) & (beside * length <= start[:, 2] * length + way[:, 2] * along)
        at_start = (along <= 0) & (torch.hypot(dx, dy) <= start[:, 2])
        at_end = (along >= length) & (torch.hypot(x - end[:, 0], y - end[:, 1]) <= end[:, 2])
        return torch.where(length > 0, in_band | at_start | at_end, at_start)


class Blocks(NamedTuple):
    """Pairs of a block of cells, size along each side, and a part that may fill some of it; those of a block are
    neighbours.

    row, col [P]: the block, counted in blocks. part [P].
    """

    size: int
    row: Tensor
    col: Tensor
    part: Tensor

    def chunks(self) -> list[Blocks]:
        """About PAIRS_AT_ONCE each, of whole blocks."""
        if len(self.part) <= PAIRS_AT_ONCE:
            return [self] if len(self.part) else []
        block, counts = self.blocks()
        first = counts.cumsum(0) - counts
        sizes = (first // PAIRS_AT_ONCE)[block].unique_consecutive(return_counts=True)[1].tolist()
        split = zip(*(pairs.split(sizes) for pairs in self[1:]), strict=True)
        return [Blocks(self.size, *pairs) for pairs in split]

    def blocks(self) -> tuple[Tensor, Tensor]:
        """Which block each pair has [P], from 0, and how many pairs each block has [B]."""
        key = self.row * (int(self.col.max()) + 1) + self.col
        _, block, counts = key.unique_consecutive(return_inverse=True, return_counts=True)
        return block, counts

    def only(self, is_kept: Tensor) -> Blocks:
        return Blocks(self.size, self.row[is_kept], self.col[is_kept], self.part[is_kept])

    def quarters(self, height: int, width: int) -> Blocks:
        """The pairs of the blocks half as long that lie on height x width cells."""
        size = self.size // 2
        row = torch.cat([2 * self.row, 2 * self.row, 2 * self.row + 1, 2 * self.row + 1])
        col = torch.cat([2 * self.col, 2 * self.col + 1] * 2)
        return Blocks(size, row, col, self.part.repeat(4)).only((row * size < height) & (col * size < width))


def quadtree_fill(x: Tensor, y: Tensor, parts: Parts, check: Callable[[], None]) -> Tensor:
    """[H, W] bool: which of the points at x [W] and y [H], both rising, lie in a part; to about TOLERANCE.

    check: called for every chunk of the work; what it raises ends it.
    """
    height, width = len(y), len(x)
    cell = max((x[-1] - x[0]).item() / max(width - 1, 1), (y[-1] - y[0]).item() / max(height - 1, 1))
    levels = (max(height, width) - 1).bit_length()
    filled = [torch.zeros(-(-height >> level), -(-width >> level), dtype=torch.bool) for level in range(levels + 1)]
    every = torch.arange(len(parts.start))
    waiting = Blocks(1 << levels, torch.zeros_like(every), torch.zeros_like(every), every).chunks()
    while waiting:
        check()
        pairs = waiting.pop()
        is_filled = filled[pairs.size.bit_length() - 1]
        if pairs.size == 1:
            holds = parts.hold(pairs.part, x[pairs.col], y[pairs.row])
            is_filled[pairs.row[holds], pairs.col[holds]] = True
        else:
            is_full, is_left = _decided(pairs, x, y, parts, TOLERANCE * cell)
            is_filled[pairs.row[is_full], pairs.col[is_full]] = True
            waiting += pairs.only(is_left).quarters(height, width).chunks()
    area = filled[levels]
    for finer in reversed(filled[:levels]):
        check()
        area = area.repeat_interleave(2, 0)[: finer.shape[0]].repeat_interleave(2, 1)[:, : finer.shape[1]] | finer
    return area


def _decided(pairs: Blocks, x: Tensor, y: Tensor, parts: Parts, tolerance: float) -> tuple[Tensor, Tensor]:
    """Which pairs' blocks are filled as a whole [P], and which pairs are still to be looked at, closer [P]."""
    top, bottom = _span(y, pairs.row, pairs.size)
    left, right = _span(x, pairs.col, pairs.size)
    reach = torch.hypot(right - left, bottom - top) / 2  # from the middle of the block to its farthest cell
    distance, across, down = parts.to(pairs.part, (left + right) / 2, (top + bottom) / 2)
    smallest, largest = parts.radii(pairs.part)
    # How deep the block's middle lies in the part, at least and at most: between them only where the brush tapers.
    least, most = smallest - distance, largest - distance
    block, counts = pairs.blocks()
    deepest = torch.full((len(counts),), -torch.inf, dtype=least.dtype).scatter_reduce(0, block, least, "amax")
    is_full = (deepest >= reach[counts.cumsum(0) - 1])[block]
    is_best = least == deepest[block]
    best = torch.empty(len(counts), dtype=torch.long)
    best[block[is_best]] = is_best.nonzero()[:, 0]
    is_best = torch.zeros_like(is_best)
    is_best[best] = True
    best = best[block]
    # Within the block, a part's depth changes by no more than the way there; and against the deepest part's, by no more
    # than their directions differ and the curve of the latter's outline adds.
    turn = torch.hypot(across - across[best], down - down[best]) * reach
    curve = torch.where(distance[best] > 2 * reach, reach**2 / (2 * (distance[best] - reach)), torch.inf)
    is_deeper = most + torch.minimum(turn + curve, 2 * reach) > least[best] + tolerance
    return is_full, ~is_full & (most >= -reach) & (is_best | is_deeper)


def _span(centres: Tensor, block: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """The first and the last centre of each block, [P] counted in blocks of this size."""
    return centres[block * size], centres[(block * size + size - 1).clamp(max=len(centres) - 1)]
