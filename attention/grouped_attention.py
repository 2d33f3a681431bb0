"""Grouped attention: exact regional attention through unmasked calls of whatever attention kernel the host uses."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .groups import Index, Put
from .packing import Bundle

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(q [B, H, n, D], k and v [B, H, m, D]) -> [B, n, H * D]: plain attention, no mask of ours."""


def grouped_attention(
    q: Tensor, k: Tensor, v: Tensor, bundles: list[Bundle], attend: Attend, out: Tensor | None = None
) -> Tensor:
    """q, k, v: [B, H, N, D]. Returns [B, N, H * D]: every token's weighted sum over the groups it is a query of.

    The weights of a token sum to one over the groups (groups.py), so this equals masked attention, blended. attend is
    called once per group with the group's queries and keys. A token that is a query of no group gets zeros.
    out: [B, N, X] zeros to write into, where attend returns another width than H * D.
    """
    if out is None:
        batch, heads, tokens, width = q.shape
        out = q.new_zeros(batch, tokens, heads * width)
    for bundle in bundles:
        found = _attended(q, k, v, bundle, attend)
        for put in bundle.puts:
            _add(out, found, put)
        del found  # before the next one's tokens are fetched
    return out


def _attended(q: Tensor, k: Tensor, v: Tensor, bundle: Bundle, attend: Attend) -> Tensor:
    """[B, queries, H * D]: the output of all groups of a bundle, one after the other."""
    queries, keys = zip(*bundle.sizes, strict=True)
    parts = zip(
        take(q, bundle.query).split(queries, 2),
        take(k, bundle.key).split(keys, 2),
        take(v, bundle.key).split(keys, 2),
        strict=True,
    )
    found = [attend(*part) for part in parts]
    return found[0] if len(found) == 1 else torch.cat(found, 1)


def take(tensor: Tensor, index: Index, dim: int = 2) -> Tensor:
    """The tokens index of tensor along dim; a slice makes a view."""
    if isinstance(index, slice):
        return tensor.narrow(dim, index.start, index.stop - index.start)
    return tensor.index_select(dim, index)


def _add(out: Tensor, found: Tensor, put: Put) -> None:
    if put.rows is not None:
        found = take(found, put.rows, dim=1)
    if isinstance(put.target, slice) and put.weight is not None:
        out[:, put.target].addcmul_(found, put.weight.to(found.dtype))
    elif isinstance(put.target, slice):
        out[:, put.target] += found
    else:
        out.index_add_(1, put.target, found if put.weight is None else found * put.weight.to(found.dtype))
