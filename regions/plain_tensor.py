"""What a tensor that comes in from outside must be before its numbers can be looked at."""

from __future__ import annotations

import torch


def is_plain_tensor(value: object) -> bool:
    """Whether it is a tensor of plain numbers that are there: not complex, sparse, or a shape without values."""
    return isinstance(value, torch.Tensor) and not (
        value.is_complex() or value.is_meta or value.layout != torch.strided
    )
