"""How many tensor operations one regional attention dispatches; a plain one dispatches two at most."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..dispatched_ops import DispatchedOps
from ..flux_width import TRIMMED_TOKENS, attention_plan, uneven_grid

HEADS, HEAD_WIDTH = 1, 8
"""The count does not depend on them."""


def measure() -> dict:
    """Pixels of a square picture -> number of regions ("16_unequal": of sixteen different sizes) -> operations."""
    cases = {"1024": (4, 16, 64, "16_unequal"), "2048": (16,)}
    return {size: {str(case): dispatched(int(size), case) for case in row} for size, row in cases.items()}


def dispatched(pixels: int, case: int | str) -> int:
    """case: a number of equal regions, or "16_unequal"."""
    regions = uneven_grid() if case == "16_unequal" else case
    plan = attention_plan(regions, pixels, TRIMMED_TOKENS)
    q, k, v = (torch.randn(1, HEADS, plan.layout.total, HEAD_WIDTH) for _ in range(3))
    with torch.inference_mode(), DispatchedOps() as operations:
        plan.attend(q, k, v, "double", 0, torch.tensor(1.0), attend)
    return operations.count


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """As the host's attention with PyTorch."""
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(len(q), -1, q.shape[1] * q.shape[3])
