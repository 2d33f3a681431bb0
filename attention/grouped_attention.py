"""Grouped attention: the definition's sum (math.py) through unmasked calls of whatever attention kernel the host
uses.
"""

from __future__ import annotations

from itertools import groupby

import torch
from torch import Tensor

from .groups import Index, Scatter
from .math import Attend
from .packing import PackedGroups


def grouped_attention(
    q: Tensor, k: Tensor, v: Tensor, packs: list[PackedGroups], attend: Attend, output: Tensor | None = None
) -> Tensor:
    """q, k, v: [B, H, N, D]. Returns [B, N, H * D]: every token's weighted sum over the groups it is a query of.

    The weights of a token sum to one over the groups (groups.py), so this equals masked attention, blended. attend is
    called once for all groups of a pack that have equal sizes, with their queries [G * B, H, n, D] and keys
    [G * B, H, m, D]. A token that is a query of no group gets zeros.
    output: [B, N, X] zeros to write into, where attend returns another width than H * D.
    """
    if output is None:
        batch, heads, tokens, width = q.shape
        output = q.new_zeros(batch, tokens, heads * width)
    for pack in packs:
        attended = _attend_packed(q, k, v, pack, attend)
        for scatter in pack.scatters:
            _scatter_add(output, attended, scatter)
        del attended  # before the next one's tokens are fetched
    return output


def _attend_packed(q: Tensor, k: Tensor, v: Tensor, pack: PackedGroups, attend: Attend) -> Tensor:
    """[B, queries, H * D]: the output of all groups of a pack, one after the other."""
    runs = [(lengths, len(list(run))) for lengths, run in groupby(pack.lengths)]
    queries = [length * count for (length, _), count in runs]
    keys = [length * count for (_, length), count in runs]
    tokens = zip(
        gather_tokens(q, pack.query).split(queries, 2),
        gather_tokens(k, pack.key).split(keys, 2),
        gather_tokens(v, pack.key).split(keys, 2),
        strict=True,
    )
    outputs = [
        _unstack(attend(*(_stack(part, count) for part in parts)), count)
        for parts, (_, count) in zip(tokens, runs, strict=True)
    ]
    return outputs[0] if len(outputs) == 1 else torch.cat(outputs, 1)


def _stack(tokens: Tensor, groups: int) -> Tensor:
    """[B, H, G * n, D] -> [G * B, H, n, D]: groups of equal size in the batch dimension."""
    return tokens if groups == 1 else tokens.unflatten(2, (groups, -1)).movedim(2, 0).flatten(0, 1)


def _unstack(output: Tensor, groups: int) -> Tensor:
    """[G * B, n, X] -> [B, G * n, X]."""
    return output if groups == 1 else output.unflatten(0, (groups, -1)).movedim(0, 1).flatten(1, 2)


def gather_tokens(tensor: Tensor, index: Index, dim: int = 2) -> Tensor:
    """The tokens index of tensor along dim; a slice makes a view."""
    if isinstance(index, slice):
        return tensor.narrow(dim, index.start, index.stop - index.start)
    return tensor.index_select(dim, index)


def _scatter_add(output: Tensor, attended: Tensor, scatter: Scatter) -> None:
    if scatter.rows is not None:
        attended = gather_tokens(attended, scatter.rows, dim=1)
    weight = None if scatter.weight is None else scatter.weight.to(attended.dtype)
    if isinstance(scatter.target, slice) and weight is not None:
        output[:, scatter.target].addcmul_(attended, weight)
    elif isinstance(scatter.target, slice):
        output[:, scatter.target] += attended
    else:
        output.index_add_(1, scatter.target, attended if weight is None else attended * weight)
