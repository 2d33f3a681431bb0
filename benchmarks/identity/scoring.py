"""Which mark each region's object bears, by its pixels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from flux_regions.pocket.recognise import DetectedObject

from ..adherence.layouts import object_of
from ..adherence.scoring import objects_held
from .layouts import IdentityLayout
from .marks import MARKS
from .rendering import IdentityRenderer


class Identity(NamedTuple):
    """Of one region's largest object; all False where it holds none.

    own: it bears the mark of its region's LoRA. foreign: another's. kept: what that LoRA leaves alone is as the prompt
    says. first: it bears the mark of the first region's LoRA.
    """

    own: bool
    foreign: bool
    kept: bool
    first: bool

    @property
    def isolated(self) -> bool:
        return self.own and not self.foreign


def identities(image: np.ndarray, layout: IdentityLayout) -> list[Identity]:
    """Of each region. image: [H, W, 3] in 0..1."""
    held = objects_held(image, layout)
    return [_identity(held[index], layout, index) for index in range(len(layout.regions))]


def measure(renderer: IdentityRenderer, layout: IdentityLayout, method: str) -> tuple[list[Identity], np.ndarray]:
    """What the layout's regions hold in its picture by the method, and the picture."""
    picture = renderer.identity_picture(layout, method)
    return identities(picture, layout), picture


def _identity(objects: list[DetectedObject], layout: IdentityLayout, index: int) -> Identity:
    if not objects:
        return Identity(False, False, False, False)
    own, largest = layout.marks[index], objects[0]
    foreign = any(mark.is_borne(largest) for mark in MARKS if mark != own)
    kept = own.prompt_kept(largest, object_of(layout.regions[index]))
    return Identity(own.is_borne(largest), foreign, kept, layout.marks[0].is_borne(largest))
