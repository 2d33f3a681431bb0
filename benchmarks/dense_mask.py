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

    queries, keys, mask, weight, base = _regional_and_base(packs, q.device)
    output = F.scaled_dot_product_attention(q[:, :, queries], k[:, :, keys], v[:, :, keys], attn_mask=mask)
    total = grouped_attention(q, k, v, base, attend)
    return total.index_add_(1, queries, output.transpose(1, 2).flatten(2) * weight.to(q.dtype))


def _regional_and_base(packs: list, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor, list]:
    """Of the regional branch its queries [n], its keys [m], which attend to which [n, m] bool, and the queries' weights
    [n, 1]; and the base branch.

    Worked out once for a plan, as others build their mask once for a run.
    """
    if id(packs[0]) not in _branches:
        groups = [group for pack in packs for group in _groups(pack)]
        base = _base_branch(groups)
        regional = [group for group in groups if all(group is not other for other in base)]
        queries, keys = (
            torch.cat([_tokens(getattr(group, side), device) for group in regional]).unique()
            for side in ("query", "key")
        )
        mask = torch.zeros(len(queries), len(keys), dtype=torch.bool, device=device)
        weight = torch.zeros(len(queries), 1, device=device)
        for group in regional:
            asking = torch.isin(queries, _tokens(group.query, device))
            mask |= asking[:, None] & torch.isin(keys, _tokens(group.key, device))
            (scatter,) = group.scatters
            position = torch.searchsorted(queries, _tokens(scatter.target, device))
            weight[position] += 1 if scatter.weight is None else scatter.weight
        _branches[id(packs[0])] = packs, (queries, keys, mask, weight, base)
    return _branches[id(packs[0])][1]


def _tokens(index: Tensor | slice, device: torch.device) -> Tensor:
    return torch.arange(index.start, index.stop, device=device) if isinstance(index, slice) else index


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
    """The group that asks for most tokens, of those that can be the base branch: it gives its output to two ranges (the
    copy of the image), is a run of neighbouring tokens, or begins with the first one (TokenLayout.base_first).
    """
    copying = [group for group in groups if len(group.scatters) > 1]
    candidates = [group for group in groups if isinstance(group.query, slice) or int(group.query[0]) == 0]
    longest = sorted(candidates, key=lambda group: group.lengths[0][0])[-1:] if len(groups) > 1 else []
    return copying or longest


@contextmanager
def dense_masks():
    """Within it every attention plan computes under dense masks, which are made with the plan."""
    import flux_regions.attention.cross_attention as cross_attention
    import flux_regions.attention.plan as plan

    to_device = plan.to_device

    def with_mask(packs: list, device: torch.device, dtype: torch.dtype) -> list:
        packs = to_device(packs, device, dtype)
        _regional_and_base(packs, device)
        return packs

    replaced = {"grouped_attention": dense_attention, "to_device": with_mask}
    originals = [(module, name, getattr(module, name)) for module in (plan, cross_attention) for name in replaced]
    for module, name, _ in originals:
        setattr(module, name, replaced[name])
    try:
        yield
    finally:
        for module, name, original in originals:
            setattr(module, name, original)
        _branches.clear()


def under_dense_mask(case: Callable[[], float]) -> Callable[[], float]:
    """The same case, with attention under dense masks."""

    def run() -> float:
        with dense_masks():
            return case()

    return run
