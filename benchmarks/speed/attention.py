"""One attention call at FLUX.1's width over 64 x 64 image tokens: ours, and the same under a dense mask, against a plain one."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..dense_mask import dense_attention
from ..full_width import HEADS, WIDTH, plan
from ..rounds import rounds

PIXELS = 1024
TEXT = 64
"""Tokens of each region's prompt."""


def measure(regions: list[int], count: int) -> dict:
    """Ratios to plain attention of the same picture: {"regional_only": {"4": r}, "with_base": ..., "dense_mask": ...}."""
    found: dict = {"regional_only": {}, "with_base": {}, "dense_mask": {}}
    for number in regions:
        plans = {beta: plan(number, PIXELS, TEXT, base_ratio=beta) for beta in (0.0, 0.2)}
        total = plans[0.0].layout.total
        q, k, v = (
            torch.randn(1, HEADS, total, WIDTH // HEADS, generator=torch.Generator().manual_seed(i)) for i in range(3)
        )
        base = slice(plans[0.0].layout.base.start, total)
        cases = {
            "plain": lambda q=q, k=k, v=v, s=base: _attend(q[:, :, s], k[:, :, s], v[:, :, s]),
            "regional_only": lambda q=q, k=k, v=v, p=plans[0.0]: _ours(q, k, v, p),
            "with_base": lambda q=q, k=k, v=v, p=plans[0.2]: _ours(q, k, v, p),
            "dense_mask": lambda q=q, k=k, v=v, p=plans[0.2]: dense_attention(q, k, v, p.packs("double", 0), _attend),
        }
        with torch.inference_mode():
            times = rounds(cases, count, f"attention, {number} regions")
        for name in found:
            found[name][str(number)] = round(times[name] / times["plain"], 3)
    return found


def _ours(q: Tensor, k: Tensor, v: Tensor, plan) -> Tensor:
    from flux_regions.attention import grouped_attention

    return grouped_attention(q, k, v, plan.packs("double", 0), _attend)


def _attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
