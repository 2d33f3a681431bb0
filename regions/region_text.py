"""Texts of regions, as embeddings that come in from outside."""

from __future__ import annotations

import torch

from .json_values import as_json
from .plain_tensor import is_plain_tensor


def check_embedding(embedding: object, label: str) -> None:
    """Raises ValueError, starting with label, unless embedding is a text: [B, T, C] of finite numbers."""
    if not isinstance(embedding, torch.Tensor):
        raise ValueError(
            f"{label}: its conditioning holds {as_json(embedding)} in place of a text. Connect CLIP Text Encode."
        )
    if embedding.ndim != 3 or 0 in embedding.shape:
        raise ValueError(
            f"{label}: its conditioning has the shape {list(embedding.shape)}; batch x tokens x width is needed. Check the "
            "node that made it."
        )
    if not is_plain_tensor(embedding) or not torch.isfinite(embedding).all():
        raise ValueError(
            f"{label}: its text holds NaN or other values that are no numbers, which would make the picture black. Check the weights of its "
            "words, as in (word:1.2), or the node that made its conditioning."
        )
