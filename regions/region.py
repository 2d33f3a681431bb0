"""Regions: named areas of the canvas, each with its own prompt, as immutable values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from .shapes import Shape

MAX_STRENGTH = 2.0
MAX_FEATHER = 0.5
BACKGROUND = "background"
"""How people address the part in no region."""


@dataclass(frozen=True)
class Mark:
    """One thing drawn: a shape that is added to the region's area or taken away from it."""

    shape: Shape
    mode: Literal["add", "subtract"] = "add"


@dataclass(frozen=True, eq=False)
class Region:
    """An area with its own prompt.

    marks: vector shapes, drawn one after the other. mask: [H, W] float in 0..1 (1 = inside), added to the marks.
    strength: 0..2; 1 gives the region the share 1 - beta of the attention, 0 none, 2 twice as much up to all of it.
    feather: 0..0.5, the width over which the edge fades, as a fraction of the canvas's shorter side.
    conditioning: [B, T, C] the text embedding, where it does not come from encoding the prompt.
    start, end: the region's own window, as shares of the sampler's steps, 0 <= start < end <= 1. Outside of it the
        region is left out, as if it were not in the set.
    number: what people call it, from 1, where that is not its place in the set: a part of a set keeps the numbers.
    A RegionSet checks these ranges when the region is added to it.
    """

    name: str = ""
    prompt: str = ""
    strength: float = 1.0
    feather: float = 0.0
    marks: tuple[Mark, ...] = ()
    mask: Tensor | None = None
    conditioning: Tensor | None = None
    start: float = 0.0
    end: float = 1.0
    number: int | None = None


def region_label(index: int, name: str) -> str:
    """How an error or a report calls region number index (from 0): by number and, where it has one, name."""
    return f"Region {index + 1} ('{name}')" if name else f"Region {index + 1}"


def check_region(region: Region, label: str) -> None:
    """Raises ValueError, starting with label, for a strength, feather, window or mask outside the ranges in Region."""
    if not 0 <= region.strength <= MAX_STRENGTH:
        raise ValueError(f"{label}: strength is {region.strength:g}; give a value from 0 to {MAX_STRENGTH:g}.")
    if not 0 <= region.feather <= MAX_FEATHER:
        raise ValueError(
            f"{label}: feather is {region.feather:g}; give 0 to {MAX_FEATHER:g} (a fraction of the shorter side)."
        )
    for name, share in (("start", region.start), ("end", region.end)):
        if not 0 <= share <= 1:
            raise ValueError(f"{label}: {name} is {share:g}; give a share of the steps, from 0 to 1.")
    if region.start >= region.end:
        raise ValueError(
            f"{label}: start ({region.start:g}) must be smaller than end ({region.end:g}): the region acts from start to "
            "end. To leave it out, remove it."
        )
    if region.mask is not None:
        check_mask(region.mask, label)


def check_mask(mask: Tensor, label: str) -> None:
    """Raises ValueError, starting with label, unless mask is a [H, W] picture of values in 0..1 with something in it."""
    if mask.ndim != 2 or 0 in mask.shape:
        raise ValueError(f"{label}: its mask has the shape {list(mask.shape)}; connect one mask of height x width.")
    if not torch.isfinite(mask).all():
        raise ValueError(f"{label}: its mask holds NaN or infinite values; check the node that made it.")
    low, high = mask.min().item(), mask.max().item()
    if low < -1e-3 or high > 1 + 1e-3:
        raise ValueError(
            f"{label}: its mask holds values from {low:g} to {high:g}; scale it to 0 (outside) .. 1 (inside)."
        )
    if high <= 0:
        raise ValueError(
            f"{label} is empty: its mask is black everywhere. Paint the area in white, or invert the mask. "
            "(Load Image gives a black mask for a picture without transparency.)"
        )


@dataclass(frozen=True, eq=False)
class RegionSet:
    """What travels on a FLUX_REGIONS wire: regions in drawing order (later = on top) and the prompts around them.

    canvas: (width, height) in pixels where it is known; geometry does not depend on it.
    background_conditioning: [B, T, C], like Region.conditioning, for the part in no region.
    """

    regions: tuple[Region, ...] = ()
    canvas: tuple[int, int] | None = None
    base_prompt: str = ""
    background_prompt: str = ""
    background_conditioning: Tensor | None = None

    def __len__(self) -> int:
        return len(self.regions)

    def label(self, index: int) -> str:
        region = self.regions[index]
        return region_label(index if region.number is None else region.number - 1, region.name)

    def part(self, indices: tuple[int, ...]) -> RegionSet:
        """The set of these regions alone (rising indices); errors call them by the numbers they have here."""
        kept = ((index, self.regions[index]) for index in indices)
        return replace(
            self, regions=tuple(replace(region, number=region.number or index + 1) for index, region in kept)
        )

    def added(self, region: Region) -> RegionSet:
        """This set with region on top. Raises ValueError as check_region does, and for a mask unlike those below it."""
        grown = replace(self, regions=(*self.regions, region))
        check_region(region, grown.label(len(self)))
        if region.mask is not None:
            for index, other in enumerate(self.regions):
                if other.mask is not None and not same_aspect(region.mask.shape, other.mask.shape):
                    raise ValueError(
                        f"{grown.label(len(self))}: its mask is {_size(region.mask)} but that of {grown.label(index)} is "
                        f"{_size(other.mask)}. Give all masks the width-to-height ratio of the picture."
                    )
        return grown

    def over(self, below: RegionSet) -> RegionSet:
        """These regions on top of those below; prompts of this set win where it has any. Raises ValueError as added does."""
        for region in self.regions:
            below = below.added(region)
        prompts = {"base_prompt": self.base_prompt, "background_prompt": self.background_prompt}
        return replace(below, **{name: prompt for name, prompt in prompts.items() if prompt.strip()})

    def find(self, wanted: str) -> int:
        """Index (from 0) of the region called wanted, or else numbered wanted (from 1, in drawing order).

        Raises ValueError where there is none, or more than one of that name.
        """
        wanted = wanted.strip()
        named = [index for index, region in enumerate(self.regions) if wanted and region.name == wanted]
        if len(named) == 1:
            return named[0]
        if len(named) > 1:
            numbers = ", ".join(str(index + 1) for index in named)
            raise ValueError(f"Regions {numbers} are all called '{wanted}'; give the region's number instead.")
        if wanted.isdecimal() and 1 <= int(wanted) <= len(self):
            return int(wanted) - 1
        known = ", ".join(f"{i + 1} '{r.name}'" if r.name else f"{i + 1}" for i, r in enumerate(self.regions))
        raise ValueError(
            f"There is no region '{wanted}'. Give a number or a name of: {known or 'none, the set is empty'}."
        )

    def with_conditioning(self, wanted: str, conditioning: Tensor) -> RegionSet:
        """This set with a ready-made text embedding for one region, or for BACKGROUND. Raises ValueError as find does."""
        if wanted.strip().lower() == BACKGROUND and all(region.name != wanted.strip() for region in self.regions):
            return replace(self, background_conditioning=conditioning)
        index = self.find(wanted)
        regions = list(self.regions)
        regions[index] = replace(regions[index], conditioning=conditioning)
        return replace(self, regions=tuple(regions))


def same_aspect(size: tuple[int, int], other: tuple[int, int], slack: float = 0.02) -> bool:
    """Whether two (height, width) sizes have the same proportions, to within slack of their ratio."""
    ratio = (size[1] * other[0]) / (size[0] * other[1])
    return max(ratio, 1 / ratio) <= 1 + slack


def _size(mask: Tensor) -> str:
    return f"{mask.shape[1]}x{mask.shape[0]}"
