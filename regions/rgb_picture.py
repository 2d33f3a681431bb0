"""The first picture of an IMAGE, in red, green and blue, whatever channels it comes with."""

from __future__ import annotations

from torch import Tensor


def rgb_picture(image: Tensor) -> Tensor:
    """[H, W, 3] float32 on the CPU, of image [B, H, W, C]: one or two channels are grey (and alpha), a fourth is left
    out. What is no number is black.
    """
    picture = image[0].detach().float().cpu().nan_to_num(0.0)
    return picture[..., :1].expand(-1, -1, 3) if picture.shape[-1] < 3 else picture[..., :3]
