"""Pictures of parts, made anew, put back into the whole."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate


def pasted(image: Tensor, crop: Tensor, mask: Tensor, x: int, y: int) -> Tensor:
    """image [B, H, W, C] with crop [B or 1, h', w', C], scaled to the size of mask [1, h, w], on it from pixel (x, y).

    Where mask is 0 the picture stays, bit for bit. Raises ValueError for a crop that does not lie within the picture,
    or of another number of pictures or channels.
    """
    height, width = mask.shape[-2:]
    if not (x >= 0 and y >= 0 and y + height <= image.shape[1] and x + width <= image.shape[2]):
        raise ValueError(
            f"A crop of {width}x{height} at x {x}, y {y} does not lie within the picture of {image.shape[2]}x{image.shape[1]}. "
            "Connect the picture that Region Crops was given."
        )
    if len(crop) not in (1, len(image)) or crop.shape[-1] < image.shape[-1]:
        raise ValueError(
            f"A crop has {len(crop)} pictures of {crop.shape[-1]} channels, but the picture is {len(image)} of {image.shape[-1]}. "
            "Connect the crops that Region Crops made of it."
        )
    crop = crop[..., : image.shape[-1]].to(image)
    if crop.shape[1:3] != mask.shape[-2:]:
        channels_first = crop.movedim(-1, 1)
        crop = interpolate(channels_first, (height, width), mode="bicubic", antialias=True).clamp(0, 1).movedim(1, -1)
    result = image.clone()
    part, weight = result[:, y : y + height, x : x + width], mask.reshape(1, height, width, 1).to(image)
    part.copy_(torch.where(weight > 0, part + (crop - part) * weight, part))
    return result
