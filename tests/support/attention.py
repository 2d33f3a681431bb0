"""Inputs for attention, and the plain attention that everything else is compared with."""

import torch
from torch import Tensor


def random_qkv(tokens: int, seed: int, heads: int = 2, width: int = 4, batch: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values, each [batch, heads, tokens, width]."""
    generator = torch.Generator().manual_seed(seed)
    q, k, v = (torch.randn(batch, heads, tokens, width, generator=generator) for _ in range(3))
    return q, k, v


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """[B, H, N, D] -> [B, N, H * D]: every query over all keys, as the host's backends do it."""
    return torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
