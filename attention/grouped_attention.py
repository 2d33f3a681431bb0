"""Grouped attention: exact regional attention through unmasked calls of whatever attention kernel the host uses."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .groups import Group, Index, Put

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(q [B, H, n, D], k and v [B, H, m, D]) -> [B, n, H * D]: plain attention, no mask of ours."""


def grouped_attention(q: Tensor, k: Tensor, v: Tensor, groups: list[Group], attend: Attend) -> Tensor:
    """q, k, v: [B, H, N, D]. Returns [B, N, H * D]: every token's weighted sum over the groups it is a query of.

    The weights of a token sum to one over the groups (groups.py), so this equals masked attention, blended. attend is
    called once per group with the group's queries and keys.
    """
    batch, heads, tokens, width = q.shape
    out = q.new_zeros(batch, tokens, heads * width)
    for group in groups:
        found = attend(take(q, group.query), take(k, group.key), take(v, group.key))
        for put in group.puts:
            _add(out, found, put)
    return out


def take(tensor: Tensor, index: Index, dim: int = 2) -> Tensor:
    """The tokens index of tensor along dim; a slice makes a view."""
    if isinstance(index, slice):
        return tensor.narrow(dim, index.start, index.stop - index.start)
    return tensor.index_select(dim, index)


def _add(out: Tensor, found: Tensor, put: Put) -> None:
    if put.rows is not None:
        found = take(found, put.rows, dim=1)
    if put.weight is not None:
        found = found * put.weight
    if isinstance(put.target, slice):
        out[:, put.target] += found
    else:
        out.index_add_(1, put.target, found)


def to_device(groups: list[Group], device: torch.device, dtype: torch.dtype) -> list[Group]:
    """The same groups with indices on device and weights on device in dtype."""

    def index(tokens: Index | None) -> Index | None:
        return tokens.to(device) if isinstance(tokens, Tensor) else tokens

    def put(one: Put) -> Put:
        weight = None if one.weight is None else one.weight.to(device, dtype)
        return Put(index(one.rows), index(one.target), weight)

    return [Group(index(g.query), index(g.key), tuple(put(one) for one in g.puts)) for g in groups]
