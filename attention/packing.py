"""Packing: groups whose tokens are fetched together, so that a block gathers from each tensor once, not once for every group."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import torch
from torch import Tensor

from .groups import Group, Index, Scatter

MAX_PACKED_KEYS = 1024
"""A pack of several groups fetches at most so many keys: large groups gain nothing by it, and would cost memory."""
LONG_SEQUENCE, MAX_QUERIES = 8192, 640
"""Longer sequences (pictures above 1024 px) take at most MAX_QUERIES at a time, enough to fill a GPU, to save memory."""


class PackedGroups(NamedTuple):
    """query, key: the tokens of all its groups, one group after the other. lengths: (queries, keys) of each.

    scatters: where the whole output goes.
    """

    query: Index
    key: Index
    lengths: tuple[tuple[int, int], ...]
    scatters: tuple[Scatter, ...]


def pack_groups(groups: list[Group], total: int) -> list[PackedGroups]:
    """groups in their order, small neighbours packed, in long sequences large ones split. total: tokens of the sequence."""
    packs: list[PackedGroups] = []
    pending: list[Group] = []
    for group in groups if total <= LONG_SEQUENCE else chain.from_iterable(map(_split, groups)):
        packable = isinstance(group.query, Tensor) and isinstance(group.key, Tensor) and len(group.scatters) == 1
        if pending and (not packable or _keys(pending) + len(group.key) > MAX_PACKED_KEYS):
            packs.append(_pack(pending))
            pending = []
        if packable:
            pending.append(group)
        else:
            lengths = (_length(group.query), _length(group.key))
            packs.append(PackedGroups(group.query, group.key, (lengths,), group.scatters))
    return [*packs, _pack(pending)] if pending else packs


def to_device(packs: list[PackedGroups], device: torch.device, dtype: torch.dtype) -> list[PackedGroups]:
    """The same with indices on device, and weights on device in dtype."""

    def index(tokens: Index | None) -> Index | None:
        return tokens.to(device) if isinstance(tokens, Tensor) else tokens

    def moved(scatter: Scatter) -> Scatter:
        weight = None if scatter.weight is None else scatter.weight.to(device, dtype)
        return Scatter(index(scatter.rows), index(scatter.target), weight)

    return [
        PackedGroups(index(pack.query), index(pack.key), pack.lengths, tuple(moved(s) for s in pack.scatters))
        for pack in packs
    ]


def _split(group: Group) -> list[Group]:
    """The same with at most MAX_QUERIES queries in each part; a group with several scatters stays as it is."""
    if len(group.scatters) > 1:
        return [group]
    scatter, query, parts = group.scatters[0], group.query, []
    count = _length(query)
    for first in range(0, count, MAX_QUERIES):
        last = min(first + MAX_QUERIES, count)
        chunk = query[first:last] if isinstance(query, Tensor) else slice(query.start + first, query.start + last)
        weight = None if scatter.weight is None else scatter.weight[first:last]
        parts.append(Group(chunk, group.key, (Scatter(None, chunk, weight),)))
    return parts


def _pack(groups: list[Group]) -> PackedGroups:
    """One pack of groups that are given by index tensors and whose whole output goes where their queries are."""
    query = torch.cat([group.query for group in groups])
    same = all(torch.equal(group.query, group.key) for group in groups)
    key = query if same else torch.cat([group.key for group in groups])
    weights = [group.scatters[0].weight for group in groups]
    weight = None
    if any(w is not None for w in weights):
        weight = torch.cat(
            [torch.ones(len(g.query), 1) if w is None else w for g, w in zip(groups, weights, strict=True)]
        )
    lengths = tuple((len(group.query), len(group.key)) for group in groups)
    return PackedGroups(query, key, lengths, (Scatter(None, query, weight),))


def _keys(groups: list[Group]) -> int:
    return sum(len(group.key) for group in groups)


def _length(tokens: Index) -> int:
    return tokens.stop - tokens.start if isinstance(tokens, slice) else len(tokens)
