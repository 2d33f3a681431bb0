"""Attention shares: how much of each image token's attention goes to its region's text, other texts, the image; to see
why.

Attention is linear in its values. With values that say of each key what kind it is (a one in that kind's column), the
same grouped attention gives, for every query, the share of its attention that each kind of key gets; no N x N matrix is
kept.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .grouped_attention import grouped_attention
from .packing import PackedGroups
from .routing import TokenRouting
from .token_layout import TokenLayout

MAX_SCORES = 2**24
"""At most this many attention scores exist at a time (64 MB in float32)."""


class AttentionShares(NamedTuple):
    """Mean over batch and heads; for each image token they sum to 1. T: the texts that are in the sequence."""

    texts: Tensor
    """[T, N]: to each text, in the order of routing.text_regions."""
    base: Tensor
    """[N]: to the base prompt's text."""
    own_image: Tensor
    """[N]: to image tokens with the same owner; for a token without owner, to those without."""
    other_image: Tensor
    """[N]: to all other image tokens."""
    references: Tensor
    """[N]: to reference pictures."""
    owner: Tensor
    """[N] long: the text with the greatest weight there, as an index of texts; T = none, the base prompt alone."""


def attention_shares(
    q: Tensor, k: Tensor, packs: list[PackedGroups], layout: TokenLayout, routing: TokenRouting
) -> AttentionShares:
    """q, k: [B, H, N, D], the joint sequence of layout, with the base image's copy if q has it. packs: of the block."""
    owner = owners(routing).to(q.device)
    texts = len(routing.text_regions)
    kinds = key_kinds(layout, owner, texts)
    output = torch.zeros(q.shape[0], q.shape[2], kinds.shape[1], device=q.device)
    output = grouped_attention(q, k, kinds.expand(len(q), 1, *kinds.shape), packs, _mean_over_heads, output)
    return shares_of_kinds(output[:, layout.image.start : layout.image.stop].mean(0).T, owner, texts)


def shares_of_kinds(shares: Tensor, owner: Tensor, texts: int) -> AttentionShares:
    """shares: [T + 1 + T + 1 + 1, N], of each image token's attention to the kinds of key_kinds, texts = T."""
    image = shares[texts + 1 : -1]  # [T + 1, N]: to the image tokens of each owner
    own_image = image.gather(0, owner[None])[0]
    return AttentionShares(shares[:texts], shares[texts], own_image, image.sum(0) - own_image, shares[-1], owner)


def text_shares(
    q: Tensor, k: Tensor, packs: list[PackedGroups], layout: TokenLayout, routing: TokenRouting
) -> AttentionShares:
    """The same of a cross-attention, where pixels do not look at pixels: q [B, H, N, D] of the image, k [B, H, T, D] of
    layout's texts. packs: of the block.
    """
    owner = owners(routing).to(q.device)
    texts = len(routing.text_regions)
    spans = [*layout.texts, layout.base]
    column = torch.empty(max(span.stop for span in spans), dtype=torch.long, device=q.device)
    for kind, span in enumerate(spans):
        column[span.start : span.stop] = kind
    kinds = torch.nn.functional.one_hot(column, texts + 1).float()
    output = torch.zeros(q.shape[0], q.shape[2], texts + 1, device=q.device)
    output = grouped_attention(q, k, kinds.expand(len(q), 1, *kinds.shape), packs, _mean_over_heads, output)
    shares = output.mean(0).T
    none = torch.zeros_like(shares[0])
    return AttentionShares(shares[:texts], shares[texts], none, none, none, owner)


def owners(routing: TokenRouting) -> Tensor:
    """[N] long: which text (an index of routing.text_regions) has the greatest weight in each image token; T where
    none has.
    """
    text_regions = routing.text_regions
    weight = torch.zeros(len(text_regions) + 1, len(routing.base_weight))
    weight[-1] = 1e-9
    for route in routing.routes:
        for region in route.regions:
            weight[text_regions.index(region)] += route.weight / len(route.regions)
    return weight.argmax(0)


def key_kinds(layout: TokenLayout, owner: Tensor, texts: int) -> Tensor:
    """[N, T + 1 + T + 1 + 1], a one in each row: each text, the base text, image of each owner and of none,
    reference.
    """
    column = torch.empty(layout.total, dtype=torch.long, device=owner.device)
    for text, span in enumerate(layout.texts):
        column[span.start : span.stop] = text
    column[layout.base.start : layout.base.stop] = texts
    column[layout.references.start : layout.references.stop] = 2 * texts + 2
    for image in (layout.image, layout.base_image):
        column[image.start : image.stop] = texts + 1 + owner
    return torch.nn.functional.one_hot(column, 2 * texts + 3).float()


def _mean_over_heads(q: Tensor, k: Tensor, kinds: Tensor) -> Tensor:
    """q [B, H, n, D], k [B, H, m, D], kinds [B, 1, m, C] -> [B, n, C]: mean attention to each kind, in float32, in
    chunks.
    """
    batch, heads, _, width = q.shape
    keys = k.float().transpose(-1, -2) * width**-0.5
    chunk = max(1, MAX_SCORES // (batch * heads * k.shape[2]))
    return torch.cat([(queries.float() @ keys).softmax(-1).mean(1) @ kinds[:, 0] for queries in q.split(chunk, 2)], 1)
