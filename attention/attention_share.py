"""Attention share: how much of each image token's attention goes to its region's text, other texts, the image; to see why.

Attention is linear in its values. With values that say of each key what kind it is (a one in that kind's column), the same
grouped attention gives, for every query, the share of its attention that each kind of key gets; no N x N matrix is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .grouped_attention import grouped_attention
from .groups import Spoken
from .packing import Bundle
from .token_layout import Layout

MOST_SCORES = 2**24
"""So many attention scores are worked out at a time (64 MB in float32)."""


class Shares(NamedTuple):
    """Mean over batch and heads; for each image token the shares sum to 1. S speakers (regions heard, and the background)."""

    texts: Tensor
    """[S, N]: to the text of each speaker, in rising order."""
    base: Tensor
    """[N]: to the base prompt's text."""
    own_image: Tensor
    """[N]: to image tokens with the same owner; for a token without owner, to those without."""
    other_image: Tensor
    """[N]: to all other image tokens."""
    references: Tensor
    """[N]: to reference pictures."""
    owner: Tensor
    """[N] long: the speaker with the greatest weight there, as an index of texts; S = none, the base prompt alone."""


def attention_shares(q: Tensor, k: Tensor, bundles: list[Bundle], layout: Layout, heard: Spoken) -> Shares:
    """q, k: [B, H, N, D], the joint sequence of layout, which has a second stream if q has. bundles: of the block."""
    owner = owners(heard).to(q.device)
    speakers = len(heard.area)
    kinds = _kinds(layout, owner, speakers).to(q.device)
    out = torch.zeros(q.shape[0], q.shape[2], kinds.shape[1], device=q.device)
    out = grouped_attention(q, k, kinds.expand(len(q), 1, *kinds.shape), bundles, _mean_over_heads, out)
    share = out[:, layout.image.start : layout.image.stop].mean(0).T
    image = share[speakers + 1 : -1]  # [S + 1, N]: to the image tokens of each owner
    own = image.gather(0, owner[None])[0]
    return Shares(share[:speakers], share[speakers], own, image.sum(0) - own, share[-1], owner)


def owners(heard: Spoken) -> Tensor:
    """[N] long: which speaker has the greatest weight in each image token; S where there is none."""
    speakers = sorted(heard.area)
    weight = torch.zeros(len(speakers) + 1, len(heard.base_weight))
    weight[-1] = 1e-9
    for share in heard.shares:
        for region in share.regions:
            weight[speakers.index(region)] += share.weight / len(share.regions)
    return weight.argmax(0)


def _kinds(layout: Layout, owner: Tensor, speakers: int) -> Tensor:
    """[N, S + 1 + S + 1 + 1], a one in each row: text of each speaker, base text, image of each owner and of none, reference."""
    column = torch.empty(layout.total, dtype=torch.long, device=owner.device)
    for speaker, span in enumerate(layout.texts):
        column[span.start : span.stop] = speaker
    column[layout.base.start : layout.base.stop] = speakers
    column[layout.references.start : layout.references.stop] = 2 * speakers + 2
    for image in (layout.image, layout.base_image):
        column[image.start : image.stop] = speakers + 1 + owner
    return torch.nn.functional.one_hot(column, 2 * speakers + 3).float()


def _mean_over_heads(q: Tensor, k: Tensor, kinds: Tensor) -> Tensor:
    """q [B, H, n, D], k [B, H, m, D], kinds [B, 1, m, C] -> [B, n, C]: mean attention to each kind, in float32, in parts."""
    batch, heads, _, width = q.shape
    keys = k.float().transpose(-1, -2) * width**-0.5
    part = max(1, MOST_SCORES // (batch * heads * k.shape[2]))
    return torch.cat([(some.float() @ keys).softmax(-1).mean(1) @ kinds[:, 0] for some in q.split(part, 2)], 1)
