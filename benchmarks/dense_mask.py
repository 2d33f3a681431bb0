"""The same method as other implementations compute it: one attention over all regional tokens under a dense mask.

Takes the place of `grouped_attention` while it is compared. Its result is the same; its cost is what we spare.
"""

from __future__ import annotations

from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn import functional as F

_masks: dict[int, tuple] = {}
"""id of a plan's packs -> the packs, so that their id stays theirs, and what _dense_mask made of them."""


def dense_attention(q: Tensor, k: Tensor, v: Tensor, packs: list, attend) -> Tensor:
    """As grouped_attention. The regional branch is one call under a mask [n, n], the base branch one without it.

    The picture must be so large that the base branch is not packed with regions, as nearly equal groups are.
    """
    from flux_regions.attention import grouped_attention

    # The base branch is a run of neighbouring tokens, or gives its output to two ranges (the copy of the image).
    regional = [pack for pack in packs if isinstance(pack.query, Tensor) and len(pack.scatters) == 1]
    base = [pack for pack in packs if not any(pack is regional_pack for regional_pack in regional)]
    tokens, mask, weight = _dense_mask(regional)
    output = F.scaled_dot_product_attention(q[:, :, tokens], k[:, :, tokens], v[:, :, tokens], attn_mask=mask)
    total = grouped_attention(q, k, v, base, attend)
    return total.index_add_(1, tokens, output.transpose(1, 2).flatten(2) * weight.to(q.dtype))


def _dense_mask(packs: list) -> tuple[Tensor, Tensor, Tensor]:
    """The tokens [n] of the regional branch, which of them attend to which [n, n] bool, their weights [n, 1].

    Built once for a plan, as others build it once for a run.
    """
    if id(packs[0]) not in _masks:
        tokens = torch.cat([pack.query for pack in packs]).unique()
        position = torch.full((int(tokens[-1]) + 1,), -1, device=tokens.device)
        position[tokens] = torch.arange(len(tokens), device=tokens.device)
        mask = torch.zeros(len(tokens), len(tokens), dtype=torch.bool, device=tokens.device)
        weight = torch.zeros(len(tokens), 1, device=tokens.device)
        for pack in packs:
            queries, keys = zip(*pack.lengths, strict=True)
            for query, key in zip(pack.query.split(queries), pack.key.split(keys), strict=True):
                mask[position[query][:, None], position[key][None]] = True
            (scatter,) = pack.scatters
            weight[position[scatter.target]] += 1 if scatter.weight is None else scatter.weight
        _masks[id(packs[0])] = packs, (tokens, mask, weight)
    return _masks[id(packs[0])][1]


@contextmanager
def dense_masks():
    """Within it every attention plan computes under dense masks."""
    import flux_regions.attention.plan as plan

    grouped_attention, plan.grouped_attention = plan.grouped_attention, dense_attention
    try:
        yield
    finally:
        plan.grouped_attention = grouped_attention
        _masks.clear()
