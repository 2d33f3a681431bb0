"""What a LoRA adds to a linear layer's output: the kinds of change that need nothing of the layer's own weight.

Each is a module, so that its tensors can be counted, loaded and moved as the host does it with models. It holds the
file's own strength (alpha / rank), and is given rows [..., in] to answer with [..., out].
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _parameter(tensor: Tensor, dtype: torch.dtype) -> nn.Parameter:
    return nn.Parameter(tensor.to(dtype), requires_grad=False)


class LowRank(nn.Module):
    """x -> (x down^T) up^T. down: [rank, in]. up: [out, rank]."""

    def __init__(self, down: Tensor, up: Tensor, dtype: torch.dtype):
        super().__init__()
        self.down, self.up = _parameter(down, dtype), _parameter(up, dtype)
        self.size = up.shape[0], down.shape[1]

    def forward(self, rows: Tensor) -> Tensor:
        return (rows @ self.down.to(rows).T) @ self.up.to(rows).T


class Kronecker(nn.Module):
    """x -> (w1 (x) w2) x, the product never built (LoKr). first: [o1, i1]. second: [o2, i2]."""

    def __init__(self, first: Tensor, second: Tensor, dtype: torch.dtype):
        super().__init__()
        self.first, self.second = _parameter(first, dtype), _parameter(second, dtype)
        self.size = first.shape[0] * second.shape[0], first.shape[1] * second.shape[1]

    def forward(self, rows: Tensor) -> Tensor:
        inner = rows.unflatten(-1, (self.first.shape[1], self.second.shape[1])) @ self.second.to(rows).T
        return (self.first.to(rows) @ inner).flatten(-2)


class Full(nn.Module):
    """x -> weight x. weight: [out, in]."""

    def __init__(self, weight: Tensor, dtype: torch.dtype):
        super().__init__()
        self.weight = _parameter(weight, dtype)
        self.size = tuple(weight.shape)

    def forward(self, rows: Tensor) -> Tensor:
        return rows @ self.weight.to(rows).T


class Bias(nn.Module):
    """x -> bias, whatever x is. bias: [out]."""

    def __init__(self, bias: Tensor, dtype: torch.dtype):
        super().__init__()
        self.bias = _parameter(bias, dtype)
        self.size = bias.shape[0], None

    def forward(self, rows: Tensor) -> Tensor:
        return self.bias.to(rows).expand(*rows.shape[:-1], -1)


def hadamard_low_rank(up1: Tensor, down1: Tensor, up2: Tensor, down2: Tensor) -> tuple[Tensor, Tensor]:
    """(down, up) of the elementwise product (up1 down1) * (up2 down2) (LoHa), whose rank is the product of theirs.

    up: [out, rank]. down: [rank, in].
    """
    up = (up1[:, :, None] * up2[:, None, :]).flatten(1)
    down = (down1[:, None, :] * down2[None, :, :]).flatten(0, 1)
    return down, up
