"""Segmentation maps of whole numbers: a pixel's grey value, 0..255, is the id of what it belongs to.

H, W: the picture's pixels. K: ids of a legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .masks import ColorMasks

MAX_ID = 255
GREY_TOLERANCE = 0.25 / 255
"""How far the channels of a grey pixel, and a pixel from a whole number, may be off: floats of other nodes round."""


class GreyId(NamedTuple):
    """The colour of an id, as a legend's entry has it: red, green and blue are all the id."""

    red: int
    green: int
    blue: int

    @classmethod
    def of(cls, number: int) -> GreyId:
        """Raises ValueError for an id that no grey value is."""
        if not 0 <= number <= MAX_ID:
            raise ValueError(f"id({number}) is none of 0 to {MAX_ID}.")
        return cls(number, number, number)


def id_masks(picture: Tensor, ids: Sequence[int]) -> ColorMasks:
    """picture: [H, W, 3] float in 0..1. Pixels between two ids, as of a scaled map, belong to none."""
    grey = picture.mean(-1) * MAX_ID
    number = grey.round()
    is_id = (grey - number).abs() <= GREY_TOLERANCE * MAX_ID
    is_id &= (picture.amax(-1) - picture.amin(-1)) <= GREY_TOLERANCE
    masks = torch.stack([(is_id & (number == wanted)).float() for wanted in ids])
    return ColorMasks(masks, 1 - masks.sum(0).mean().item())


def largest_ids(picture: Tensor, count: int = 8) -> list[int]:
    """The ids of picture [H, W, 3] that have the most pixels, the largest first."""
    numbers, pixels = (picture.mean(-1) * MAX_ID).round().int().unique(return_counts=True)
    return numbers[pixels.argsort(descending=True)][:count].tolist()
