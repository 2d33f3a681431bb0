"""One attention call at FLUX.1's width over 64 x 64 image tokens: grouped and dense-masked, against a plain one."""

from __future__ import annotations

import torch
from flux_regions.attention import AttentionPlan, grouped_attention
from torch import Tensor
from torch.nn import functional as F

from ..dense_mask import dense_attention
from ..flux_width import DTYPES, HEADS, WIDTH, attention_plan
from ..interleaved import interleaved_times

PIXELS = 1024
TEXT = 64
"""Tokens of each region's prompt."""


def measure(regions: list[int], count: int, device: str) -> dict:
    """Times relative to plain attention of the same picture, each by the number of regions: "4", "16".

    regional_only: without the base branch. with_base: with it. dense_mask: the same under a dense mask. count: rounds.
    """
    ratios: dict[str, dict[str, float]] = {"regional_only": {}, "with_base": {}, "dense_mask": {}}
    for number in regions:
        plans = {
            beta: attention_plan(number, PIXELS, TEXT, dtype=DTYPES[device], device=device, base_ratio=beta)
            for beta in (0.0, 0.2)
        }
        total = plans[0.0].layout.total
        q, k, v = (
            torch.randn(1, HEADS, total, WIDTH // HEADS, generator=torch.Generator().manual_seed(i)).to(
                device, DTYPES[device]
            )
            for i in range(3)
        )
        base = slice(plans[0.0].layout.base.start, total)
        cases = {
            "plain": lambda q=q, k=k, v=v, s=base: _attend(q[:, :, s], k[:, :, s], v[:, :, s]),
            "regional_only": lambda q=q, k=k, v=v, p=plans[0.0]: _grouped(q, k, v, p),
            "with_base": lambda q=q, k=k, v=v, p=plans[0.2]: _grouped(q, k, v, p),
            "dense_mask": lambda q=q, k=k, v=v, p=plans[0.2]: dense_attention(q, k, v, p.packs("double", 0), _attend),
        }
        with torch.inference_mode():
            times = interleaved_times(cases, count, f"attention, {number} regions")
        for name in ratios:
            ratios[name][str(number)] = round(times[name] / times["plain"], 3)
    return ratios


def _grouped(q: Tensor, k: Tensor, v: Tensor, plan: AttentionPlan) -> Tensor:
    return grouped_attention(q, k, v, plan.packs("double", 0), _attend)


def _attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
