"""Bundles: groups whose tokens are fetched together, so that a block gathers from each tensor once, not once for every group."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import torch
from torch import Tensor

from .groups import Group, Index, Put

MOST_KEYS = 1024
"""A bundle of several groups fetches at most so many keys: large groups gain nothing by it, and would cost memory."""
LARGE, MOST_QUERIES = 8192, 640
"""Sequences longer than LARGE (pictures above 1024 px) take so many queries at a time, enough to fill a GPU, to save memory."""


class Bundle(NamedTuple):
    """query, key: the tokens of all its groups, one group after the other. sizes: (queries, keys) of each. puts: of the whole output."""

    query: Index
    key: Index
    sizes: tuple[tuple[int, int], ...]
    puts: tuple[Put, ...]


def bundled(groups: list[Group], total: int) -> list[Bundle]:
    """groups in their order, small neighbours joined, in long sequences large ones split. total: tokens of the sequence."""
    bundles: list[Bundle] = []
    waiting: list[Group] = []
    for group in groups if total <= LARGE else chain.from_iterable(map(_split, groups)):
        lists = isinstance(group.query, Tensor) and isinstance(group.key, Tensor) and len(group.puts) == 1
        keys = sum(len(one.key) for one in waiting)
        if waiting and (not lists or keys + len(group.key) > MOST_KEYS):
            bundles.append(_joined(waiting))
            waiting = []
        if lists:
            waiting.append(group)
        else:
            bundles.append(Bundle(group.query, group.key, ((_length(group.query), _length(group.key)),), group.puts))
    return [*bundles, _joined(waiting)] if waiting else bundles


def _split(group: Group) -> list[Group]:
    """The same with at most MOST_QUERIES queries in each part; a group with several puts stays as it is."""
    if len(group.puts) > 1:
        return [group]
    put, query, parts = group.puts[0], group.query, []
    count = _length(query)
    for first in range(0, count, MOST_QUERIES):
        last = min(first + MOST_QUERIES, count)
        some = query[first:last] if isinstance(query, Tensor) else slice(query.start + first, query.start + last)
        weight = None if put.weight is None else put.weight[first:last]
        parts.append(Group(some, group.key, (Put(None, some, weight),)))
    return parts


def _joined(groups: list[Group]) -> Bundle:
    """One bundle of groups that are given by lists and put their whole output where their queries are."""
    query = torch.cat([group.query for group in groups])
    same = all(torch.equal(group.query, group.key) for group in groups)
    key = query if same else torch.cat([group.key for group in groups])
    weights = [group.puts[0].weight for group in groups]
    weight = None
    if any(one is not None for one in weights):
        weight = torch.cat(
            [torch.ones(len(g.query), 1) if w is None else w for g, w in zip(groups, weights, strict=True)]
        )
    sizes = tuple((len(group.query), len(group.key)) for group in groups)
    return Bundle(query, key, sizes, (Put(None, query, weight),))


def _length(tokens: Index) -> int:
    return tokens.stop - tokens.start if isinstance(tokens, slice) else len(tokens)


def to_device(bundles: list[Bundle], device: torch.device, dtype: torch.dtype) -> list[Bundle]:
    """The same bundles with indices on device and weights on device in dtype."""

    def index(tokens: Index | None) -> Index | None:
        return tokens.to(device) if isinstance(tokens, Tensor) else tokens

    def put(one: Put) -> Put:
        weight = None if one.weight is None else one.weight.to(device, dtype)
        return Put(index(one.rows), index(one.target), weight)

    return [Bundle(index(b.query), index(b.key), b.sizes, tuple(put(one) for one in b.puts)) for b in bundles]
