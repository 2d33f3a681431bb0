"""The same method as other implementations compute it: one attention over all regional tokens under a dense mask.

Takes the place of `grouped_attention` while it is compared. Its result is the same; its cost is what we spare.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn import functional as F

_branches: dict[int, tuple] = {}
"""id of a plan's packs -> the packs, so that their id stays theirs, and what _regional_and_base made of them."""


def dense_attention(q: Tensor, k: Tensor, v: Tensor, packs: list, attend) -> Tensor:
    """As grouped_attention. The regional branch is one call under a mask [n, n], the base branch one without it."""
    from flux_regions.attention import grouped_attention

    tokens, mask, weight, base = _regional_and_base(packs)
    output = F.scaled_dot_product_attention(q[:, :, tokens], k[:, :, tokens], v[:, :, tokens], attn_mask=mask)
    total = grouped_attention(q, k, v, base, attend)
    return total.index_add_(1, tokens, output.transpose(1, 2).flatten(2) * weight.to(q.dtype))


def _regional_and_base(packs: list) -> tuple[Tensor, Tensor, Tensor, list]:
    """The tokens [n] of the regional branch, which of them attend to which [n, n] bool, their weights [n, 1], and the
    base branch.

    Worked out once for a plan, as others build their mask once for a run.
    """
    if id(packs[0]) not in _branches:
        groups = [group for pack in packs for group in _groups(pack)]
        base = _base_branch(groups)
        regional = [group for group in groups if all(group is not other for other in base)]
        tokens = torch.cat([group.query for group in regional]).unique()
        position = torch.full((int(tokens[-1]) + 1,), -1, device=tokens.device)
        position[tokens] = torch.arange(len(tokens), device=tokens.device)
        mask = torch.zeros(len(tokens), len(tokens), dtype=torch.bool, device=tokens.device)
        weight = torch.zeros(len(tokens), 1, device=tokens.device)
        for group in regional:
            mask[position[group.query][:, None], position[group.key][None]] = True
            (scatter,) = group.scatters
            weight[position[scatter.target]] += 1 if scatter.weight is None else scatter.weight
        _branches[id(packs[0])] = packs, (tokens, mask, weight, base)
    return _branches[id(packs[0])][1]


def _groups(pack) -> list:
    """Each group of a pack as a pack of its own."""
    if len(pack.lengths) == 1:
        return [pack]
    (scatter,) = pack.scatters
    queries, keys = zip(*pack.lengths, strict=True)
    weights = [None] * len(queries) if scatter.weight is None else scatter.weight.split(queries)
    return [
        pack._replace(query=q, key=k, lengths=((len(q), len(k)),), scatters=(scatter._replace(target=q, weight=w),))
        for q, k, w in zip(pack.query.split(queries), pack.key.split(keys), weights, strict=True)
    ]


def _base_branch(groups: list) -> list:
    """The base branch is a run of neighbouring tokens, or gives its output to two ranges (the copy of the image). Where
    the base text stands first (TokenLayout.base_first) it is given by indices, of which the first is 0.
    """
    runs = [group for group in groups if not isinstance(group.query, Tensor) or len(group.scatters) > 1]
    return runs or [group for group in groups if int(group.query[0]) == 0 and len(groups) > 1]


@contextmanager
def dense_masks():
    """Within it every attention plan computes under dense masks."""
    import flux_regions.attention.plan as plan

    grouped_attention, plan.grouped_attention = plan.grouped_attention, dense_attention
    try:
        yield
    finally:
        plan.grouped_attention = grouped_attention
        _branches.clear()


def under_dense_mask(case: Callable[[], float]) -> Callable[[], float]:
    """The same case, with attention under dense masks."""

    def run() -> float:
        with dense_masks():
            return case()

    return run
