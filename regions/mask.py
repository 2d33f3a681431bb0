"""Masks that come in from outside: [H, W] float, 1 inside the region, 0 outside of it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .printable_log import printable_logger

logger = printable_logger(__name__)


OVERSHOOT = 0.5
"""How far past 0 and 1 values may lie that a resampling filter made: bicubic ones swing by up to 0.2."""


def unit_mask(mask: Tensor) -> Tensor:
    """mask, or a picture, as floats without a gradient; bytes are of 0..255 where one of them is above 1."""
    mask = mask.detach()
    is_bytes = mask.dtype == torch.uint8 and mask.numel() > 0 and mask.max() > 1
    return mask.float() / 255 if is_bytes else mask.float()


def mask_batch(masks: Tensor, name: str) -> Tensor:
    """[N, H, W] float of masks [H, W], [N, H, W], [B, C, H, W] or [N, H, W, 1]. name: of the input, for errors.

    Raises ValueError for other shapes, and for pictures.
    """
    sides = list(masks.shape)
    if len(sides) < 2 or 0 in sides[-2:]:
        raise ValueError(f"{name} has the shape {sides}; connect one of height x width. Check the node that made it.")
    if len(sides) == 4 and sides[1] > 4 and sides[3] in (3, 4):
        raise ValueError(f"{name} has the shape {sides}, that of pictures. Put Convert Image to Mask in between.")
    if len(sides) == 4 and sides[3] == 1:  # in the shape of pictures
        masks = masks[..., 0]
    return unit_mask(masks).reshape(-1, *masks.shape[-2:])


def clamped_mask(mask: Tensor, label: str) -> Tensor:
    """mask with values a little outside of 0..1, as bicubic scaling leaves them, brought back; the log says so."""
    if mask.numel() and OVERSHOOT >= max(-mask.min().item(), mask.max().item() - 1) > 1e-3:
        logger.info(
            "%s: its mask holds values from %.3g to %.3g; they are taken as 0 to 1.",
            *(label, mask.min().item(), mask.max().item()),
        )
        return mask.clamp(0, 1)
    return mask


def check_mask(mask: Tensor, label: str) -> None:
    """Raises ValueError, starting with label, unless mask is [H, W], finite, in 0..1 and not black everywhere."""
    if mask.ndim != 2 or 0 in mask.shape:
        raise ValueError(f"{label}: its mask has the shape {list(mask.shape)}; connect one mask of height x width.")
    if not torch.isfinite(mask).all():
        raise ValueError(f"{label}: its mask holds NaN or infinite values; check the node that made it.")
    low, high = mask.min().item(), mask.max().item()
    if low < -OVERSHOOT or high > 1 + OVERSHOOT:
        raise ValueError(
            f"{label}: its mask holds values from {low:g} to {high:g}; scale it to 0 (outside) .. 1 (inside)."
        )
    if high <= 0:
        raise ValueError(
            f"{label} is empty: its mask is black everywhere. Paint the area in white, or invert the mask. "
            "(Load Image gives a black mask for a picture without transparency.)"
        )


PLACEHOLDER_SIDE = 64


def placeholder_note(mask: Tensor) -> str:
    """What to add to an error about the proportions of a mask that is Load Image's stand-in, inverted; or nothing."""
    if tuple(mask.shape) != (PLACEHOLDER_SIDE, PLACEHOLDER_SIDE) or mask.min() < mask.max():
        return ""
    return (
        f" (Load Image gives a black mask of {PLACEHOLDER_SIDE}x{PLACEHOLDER_SIDE} for a picture without transparency, "
        "and this looks like that one, inverted: use a picture with transparency, or a colour channel of Load Image (as Mask).)"
    )


def same_aspect(size: Sequence[float], other_size: Sequence[float], tolerance: float = 0.02) -> bool:
    """Whether two (height, width) sizes have the same proportions, to within this fraction of their ratio."""
    ratio = (size[1] * other_size[0]) / (size[0] * other_size[1])
    return max(ratio, 1 / ratio) <= 1 + tolerance


def mask_size(mask: Tensor) -> str:
    """Its width x height, as an error writes a size."""
    return f"{mask.shape[1]}x{mask.shape[0]}"
