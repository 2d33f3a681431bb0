"""Segmentation maps of whole numbers: a pixel's grey value is the id of what it belongs to.

A picture holds ids as n / 255, or as n / 65535 where its file has 16 bits. ComfyUI 0.33 loads a grey file of 8 bits by
way of 16: as n * 256 / 65535, which is one id less at 255. Other packs send the ids as they are.

H, W: the picture's pixels. K: ids of a legend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .masks import ColorMasks, masks_of_labels

MAX_ID = 65535
IDS_PER_WHITE = (255, 65535 / 256, 65535)
"""What white stands for, in ids; the first is the usual one."""
TOLERANCE = 0.15
"""How far a pixel may be from a whole id, and its channels from each other: floats of other nodes round."""
EXACT, FEWER = 3e-7, 10
"""Another than the usual scale is taken where so many times fewer pixels are off from whole ids, by more than a float
is exact, as a fraction of white.
"""
NO_ID = -1


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


class IdMap(NamedTuple):
    """ids: [H, W] int32, NO_ID where a pixel has none. between: the fraction of the picture, 0..1, that is grey but
    lies between two ids, as in a scaled map.
    """

    ids: Tensor
    between: float


def read_ids(picture: Tensor) -> IdMap:
    """picture: [H, W, 3] float, in 0..1 or whole ids."""
    grey = picture.mean(-1)
    is_raw = bool(grey.max() > 2)  # white is 1
    scale = 1.0 if is_raw else _ids_per_white(grey)
    is_grey = (picture.amax(-1) - picture.amin(-1)) * (1 if is_raw else 255) <= TOLERANCE
    is_between = _is_off(grey * scale, TOLERANCE)
    ids = torch.where(is_grey & ~is_between, (grey * scale).round(), NO_ID).int()
    return IdMap(ids, (is_grey & is_between).float().mean().item())


def _ids_per_white(grey: Tensor) -> float:
    """One of IDS_PER_WHITE: what grey [H, W] in 0..1 counts in."""
    usual, *others = IDS_PER_WHITE
    off = int(_is_off(grey * usual, EXACT * usual).sum())
    return next((scale for scale in others if int(_is_off(grey * scale, EXACT * scale).sum()) * FEWER < off), usual)


def _is_off(numbers: Tensor, tolerance: float) -> Tensor:
    return (numbers - numbers.round()).abs() > tolerance


def id_masks(id_map: IdMap, ids: Sequence[int], check: Callable[[], None] = lambda: None) -> ColorMasks:
    """Pixels between two ids belong to none. check: called before each id; what it raises ends the work."""
    masks = masks_of_labels(id_map.ids, ids, check)
    return ColorMasks(masks, 1 - masks.sum(0).mean().item())


def largest_ids(id_map: IdMap, count: int = 8) -> list[int]:
    """The ids that have the most pixels, the largest first."""
    numbers, pixels = id_map.ids[id_map.ids != NO_ID].unique(return_counts=True)
    return numbers[pixels.argsort(descending=True)][:count].tolist()
