"""Reference pictures of regions, as latents that come in from outside."""

from __future__ import annotations

import torch

from .json_values import as_json
from .plain_tensor import is_plain_tensor


def check_reference(latent: object, label: str) -> None:
    """Raises ValueError, starting with label, unless latent is a picture: [B, C, ..., H, W] of finite numbers."""
    if not isinstance(latent, torch.Tensor):
        raise ValueError(f"{label}: its latent is {as_json(latent)}, which is no picture. Connect VAE Encode.")
    if latent.ndim < 4 or 0 in latent.shape:
        raise ValueError(
            f"{label}: its latent is of the shape {list(latent.shape)}, which is no picture. Connect VAE Encode."
        )
    if not is_plain_tensor(latent) or not torch.isfinite(latent.float()).all():
        raise ValueError(
            f"{label}: its latent holds NaN or other values that are no picture. Check the node that made it."
        )
