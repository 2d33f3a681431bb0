"""Packing: groups whose tokens are fetched together, so that a block gathers from each tensor once, not once for every
group.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import torch
from torch import Tensor

from .groups import Group, Index, Scatter

MAX_PACKED_KEYS = 1024
"""A pack of several groups fetches at most so many keys: large groups gain nothing by it, and would cost memory."""
LONG_SEQUENCE, MAX_QUERIES = 8192, 640
"""Longer sequences (pictures above 1024 px) take at most MAX_QUERIES at a time, enough to fill a GPU, to save
memory.
"""


class PackedGroups(NamedTuple):
    """query, key: the tokens of all its groups, one group after the other. lengths: (queries, keys) of each.

    scatters: where the whole output goes.
    """

    query: Index
    key: Index
    lengths: tuple[tuple[int, int], ...]
    scatters: tuple[Scatter, ...]


class _Indexed(NamedTuple):
    """A group that can share a pack: given by index tensors, and its whole output goes where its queries are."""

    query: Tensor
    key: Tensor
    weight: Tensor | None


def pack_groups(groups: list[Group], total: int) -> list[PackedGroups]:
    """groups in their order, small neighbours packed, in long sequences large ones split.

    total: tokens of the sequence.
    """
    packs: list[PackedGroups] = []
    pending: list[_Indexed] = []
    for group in groups if total <= LONG_SEQUENCE else chain.from_iterable(map(_split, groups)):
        indexed = _as_indexed(group)
        keys = 0 if indexed is None else sum(len(other.key) for other in pending) + len(indexed.key)
        if pending and (indexed is None or keys > MAX_PACKED_KEYS):
            packs.append(_pack(pending))
            pending = []
        if indexed is not None:
            pending.append(indexed)
        else:
            lengths = (_length(group.query), _length(group.key))
            packs.append(PackedGroups(group.query, group.key, (lengths,), group.scatters))
    return [*packs, _pack(pending)] if pending else packs


def to_device(packs: list[PackedGroups], device: torch.device, dtype: torch.dtype) -> list[PackedGroups]:
    """The same with indices on device, and weights on device in dtype."""

    def index(tokens: Index) -> Index:
        return tokens.to(device) if isinstance(tokens, Tensor) else tokens

    def moved(scatter: Scatter) -> Scatter:
        rows = None if scatter.rows is None else index(scatter.rows)
        weight = None if scatter.weight is None else scatter.weight.to(device, dtype)
        return Scatter(rows, index(scatter.target), weight)

    return [
        PackedGroups(index(pack.query), index(pack.key), pack.lengths, tuple(moved(s) for s in pack.scatters))
        for pack in packs
    ]


def _as_indexed(group: Group) -> _Indexed | None:
    if isinstance(group.query, Tensor) and isinstance(group.key, Tensor) and len(group.scatters) == 1:
        return _Indexed(group.query, group.key, group.scatters[0].weight)
    return None


def _split(group: Group) -> list[Group]:
    """The same with at most MAX_QUERIES queries in each part; a group with several scatters stays as it is."""
    scatter, *others = group.scatters
    if others:
        return [group]
    query, parts = group.query, []
    count = _length(query)
    for first in range(0, count, MAX_QUERIES):
        last = min(first + MAX_QUERIES, count)
        chunk = query[first:last] if isinstance(query, Tensor) else slice(query.start + first, query.start + last)
        weight = None if scatter.weight is None else scatter.weight[first:last]
        parts.append(Group(chunk, group.key, (Scatter(None, chunk, weight),)))
    return parts


def _pack(groups: list[_Indexed]) -> PackedGroups:
    query = torch.cat([group.query for group in groups])
    same = all(torch.equal(group.query, group.key) for group in groups)
    key = query if same else torch.cat([group.key for group in groups])
    weight = None
    if any(group.weight is not None for group in groups):
        weight = torch.cat([torch.ones(len(g.query), 1) if g.weight is None else g.weight for g in groups])
    lengths = tuple((len(group.query), len(group.key)) for group in groups)
    return PackedGroups(query, key, lengths, (Scatter(None, query, weight),))


def _length(tokens: Index) -> int:
    return tokens.stop - tokens.start if isinstance(tokens, slice) else len(tokens)
