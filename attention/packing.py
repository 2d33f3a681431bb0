"""Packing: groups whose tokens are fetched together, and of which those of equal size are computed in one call.

A call of attention on a graphics card costs as much for a small group as for many that are stacked in the batch
dimension, and so does every gather.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from .groups import Group, Index, Scatter

MAX_PACKED_KEYS = 2816
"""A pack of several groups fetches at most so many keys, to save memory: two packs hold a picture of 1024 px."""
LONG_SEQUENCE, MAX_QUERIES = 8192, 4096
"""Longer sequences (pictures above 1024 px) take at most MAX_QUERIES at a time, to save memory."""


class PackedGroups(NamedTuple):
    """query, key: the tokens of all its groups, one group after the other. lengths: (queries, keys) of each, equal ones
    side by side.

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
    """groups with those of equal size side by side, packed up to MAX_PACKED_KEYS, in long sequences large ones split.

    total: tokens of the sequence.
    """
    alone, indexed = [], []
    for group in groups if total <= LONG_SEQUENCE else chain.from_iterable(map(_split, groups)):
        packable = _as_indexed(group)
        if packable is None:
            alone.append(PackedGroups(group.query, group.key, (_lengths(group),), group.scatters))
        else:
            indexed.append(packable)
    shared: list[list[_Indexed]] = []
    for group in sorted(indexed, key=_lengths):
        if not shared or sum(len(other.key) for other in (*shared[-1], group)) > MAX_PACKED_KEYS:
            shared.append([])
        shared[-1].append(group)
    return [*map(_pack, shared), *alone]


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
    """The same in parts of about equal size with at most MAX_QUERIES queries; a group with several scatters stays."""
    scatter, *others = group.scatters
    count = _length(group.query)
    if others or count <= MAX_QUERIES:
        return [group]
    parts, number = [], -(-count // MAX_QUERIES)
    edges = [count * part // number for part in range(number + 1)]
    for first, last in pairwise(edges):
        query = group.query
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
    return PackedGroups(query, key, tuple(map(_lengths, groups)), (Scatter(None, query, weight),))


def _lengths(group: Group | _Indexed) -> tuple[int, int]:
    return _length(group.query), _length(group.key)


def _length(tokens: Index) -> int:
    return tokens.stop - tokens.start if isinstance(tokens, slice) else len(tokens)
