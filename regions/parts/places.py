"""A picture that says where each of its pixels lies. Cut and scaled beside another one, it tells how that was cut."""

from __future__ import annotations

import torch
from torch import Tensor

MAX_DEVIATION = 0.02
"""Of a picture's values from the line through them; scaling, and 8 bits a channel, leave less."""
NO_PLACES = (
    "The picture at place is no part of a Picture of Places. Send one, of the size of the whole picture, through the same nodes "
    "that cut the picture, and nothing that changes colours."
)
SEVERAL_PLACES = (
    "The picture at place is a batch of {count} parts, and regions cannot be cropped to several at once. Make a list of it with "
    "Rebatch Images (batch_size 1), and of the picture's parts, too."
)


def picture_of_places(width: int, height: int) -> Tensor:
    """[1, height, width, 3]: red = x, green = y of each pixel's centre, in fractions of the picture."""
    picture = torch.zeros(1, height, width, 3)
    picture[..., 0] = (torch.arange(width) + 0.5) / width
    picture[..., 1] = ((torch.arange(height) + 0.5) / height)[:, None]
    return picture


def box_of_places(picture: Tensor) -> tuple[float, float, float, float]:
    """picture: [B, H, W, C], what became of a Picture of Places. Returns the box (x, y, width, height) that its first
    one shows, in fractions of the whole.

    Raises ValueError for a picture of anything else, and for a batch of several parts.
    """
    if picture.ndim != 4 or picture.shape[-1] < 2 or not len(picture) or min(picture.shape[1:3]) < 2:
        raise ValueError(NO_PLACES)
    places, others = picture[0].double().cpu(), picture[1:].double().cpu()
    if ((others - places)[..., :2].abs() > MAX_DEVIATION).any():
        raise ValueError(SEVERAL_PLACES.format(count=len(picture)))
    (x, width), (y, height) = _line(places[..., 0]), _line(places[..., 1].T)
    return x, y, width, height


def _line(values: Tensor) -> tuple[float, float]:
    """values [lines, N]: each line rises evenly. Returns where they start and how far they rise, from edge to edge."""
    count = values.shape[1]
    centres = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    means = values.mean(0)
    slope = ((centres - 0.5) * (means - means.mean())).sum() / ((centres - 0.5) ** 2).sum()
    start = means.mean() - slope / 2
    deviation = (values - (start + slope * centres)).abs().max()
    # Written so that NaN is refused, too.
    if not (deviation <= MAX_DEVIATION and slope > 0 and start > -MAX_DEVIATION and start + slope < 1 + MAX_DEVIATION):
        raise ValueError(NO_PLACES)
    return _on_pixels(start.item(), slope.item(), count)


def _on_pixels(start: float, size: float, count: int) -> tuple[float, float]:
    """start and size as whole pixels of the whole picture, where they are close: a float32 is not exact.

    count: pixels that size is.
    """
    whole = count / size
    first = start * whole
    if abs(whole - round(whole)) < 0.01 and abs(first - round(first)) < 0.01:
        return round(first) / round(whole), count / round(whole)
    start = max(start, 0.0)
    return start, min(size, 1 - start)
