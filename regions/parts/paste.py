"""Pictures of parts, made anew, put back into the whole."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from ..mask import unit_mask


def pasted(image: Tensor, crop: Tensor, mask: Tensor, x: int, y: int) -> Tensor:
    """image [B, H, W, C] with crop [B or 1, h', w', C'], scaled to the size of mask [B or 1, h, w] or [h, w], on it
    from pixel (x, y).

    Where mask is 0 the picture stays, bit for bit; so does the transparency of one of 4 channels under a crop of 3,
    which is what a VAE decodes. A grey picture, of 1 channel, becomes one of 3 under such a crop. Raises ValueError for
    a crop that does not lie within the picture, or where the numbers of pictures differ.
    """
    image, crop = (picture if picture.is_floating_point() else unit_mask(picture) for picture in (image, crop))
    height, width = mask.shape[-2:]
    if not (x >= 0 and y >= 0 and y + height <= image.shape[1] and x + width <= image.shape[2]):
        raise ValueError(
            f"A crop of {width}x{height} at x {x}, y {y} does not lie within the picture of {image.shape[2]}x{image.shape[1]}. "
            "Connect the picture that Region Crops was given."
        )
    weight = mask.reshape(-1, height, width, 1).clamp(0, 1).to(image)
    for name, batch in (("crop", crop), ("mask", weight)):
        if len(batch) not in (1, len(image)):
            raise ValueError(
                f"A {name} is a batch of {len(batch)}, but the picture one of {len(image)}. Connect the {name}s that Region "
                "Crops made of it."
            )
    if image.shape[-1] != crop.shape[-1]:
        image, crop = _in_color(image), _in_color(crop)
    channels = min(image.shape[-1], crop.shape[-1])
    crop = crop[..., :channels].to(image)
    if crop.shape[1:3] != mask.shape[-2:]:
        channels_first = crop.movedim(-1, 1)
        crop = interpolate(channels_first, (height, width), mode="bicubic", antialias=True).clamp(0, 1).movedim(1, -1)
    result = image.clone()
    part = result[:, y : y + height, x : x + width, :channels]
    part.copy_(torch.where(weight > 0, part + (crop - part) * weight, part))
    return result


def _in_color(picture: Tensor) -> Tensor:
    """picture [..., C] with at least 3 channels: a grey one has the same three times."""
    return picture.expand(*picture.shape[:-1], 3) if picture.shape[-1] == 1 else picture
