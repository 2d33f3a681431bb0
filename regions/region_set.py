"""A set of regions in drawing order, with the prompts around them: what travels on a FLUX_REGIONS wire."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from torch import Tensor

from .mask import mask_size, same_aspect
from .region import Region, check_region, region_label

BACKGROUND = "background"
"""Name of the part in no region."""


@dataclass(frozen=True, eq=False)
class RegionSet:
    """An immutable set of regions, later ones on top; every change makes a new one.

    canvas: (width, height) in pixels where it is known; geometry does not depend on it.
    background_conditioning: [B, T, C], like Region.conditioning, for the part in no region; background_settings, like
        Region.conditioning_settings.
    """

    regions: tuple[Region, ...] = ()
    canvas: tuple[int, int] | None = None
    base_prompt: str = ""
    background_prompt: str = ""
    background_conditioning: Tensor | None = None
    background_settings: dict = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.regions)

    def label(self, index: int) -> str:
        """How an error or a report calls the region at index (from 0)."""
        region = self.regions[index]
        return region_label(index if region.number is None else region.number - 1, region.name)

    def subset(self, indices: tuple[int, ...]) -> RegionSet:
        """The set of these regions alone (rising indices); errors call them by the numbers they have here."""
        numbered = (replace(self.regions[index], number=self.regions[index].number or index + 1) for index in indices)
        return replace(self, regions=tuple(numbered))

    def added(self, region: Region) -> RegionSet:
        """This set with region on top. Raises ValueError as check_region does, and for a mask unlike those below it."""
        larger_set = replace(self, regions=(*self.regions, region))
        label = larger_set.label(len(self))
        check_region(region, label)
        if region.mask is not None:
            for index, below in enumerate(self.regions):
                if below.mask is not None and not same_aspect(region.mask.shape, below.mask.shape):
                    raise ValueError(
                        f"{label}: its mask is {mask_size(region.mask)} but that of {self.label(index)} is "
                        f"{mask_size(below.mask)}. Give all masks the width-to-height ratio of the picture."
                    )
        return larger_set

    def on_top_of(self, below: RegionSet) -> RegionSet:
        """These regions over those below; prompts of this set win where it has any. Raises ValueError as added does."""
        for region in self.regions:
            below = below.added(region)
        prompts = {"base_prompt": self.base_prompt, "background_prompt": self.background_prompt}
        return replace(below, **{name: prompt for name, prompt in prompts.items() if prompt.strip()})

    def index_of(self, name_or_number: str) -> int:
        """Index (from 0) of the region of that name, or else of that number (from 1, in drawing order).

        Raises ValueError where there is none, or more than one of that name.
        """
        wanted = name_or_number.strip()
        indices = [index for index, region in enumerate(self.regions) if wanted and region.name == wanted]
        if len(indices) == 1:
            return indices[0]
        if len(indices) > 1:
            numbers = ", ".join(str(index + 1) for index in indices)
            raise ValueError(f"Regions {numbers} are all called '{wanted}'; give the region's number instead.")
        if wanted.isdecimal() and 1 <= int(wanted) <= len(self):
            return int(wanted) - 1
        known = ", ".join(f"{i + 1} '{r.name}'" if r.name else f"{i + 1}" for i, r in enumerate(self.regions))
        raise ValueError(
            f"There is no region '{wanted}'. Give a number or a name of: {known or 'none, the set is empty'}."
        )

    def with_conditioning(self, name_or_number: str, conditioning: Tensor, settings: dict | None = None) -> RegionSet:
        """This set with a ready-made text embedding, [B, T, C], for one region, or for BACKGROUND.

        settings: what the host keeps beside it. Raises ValueError as index_of does.
        """
        wanted, settings = name_or_number.strip(), settings or {}
        if wanted.lower() == BACKGROUND and all(region.name != wanted for region in self.regions):
            return replace(self, background_conditioning=conditioning, background_settings=settings)
        index = self.index_of(wanted)
        regions = list(self.regions)
        regions[index] = replace(regions[index], conditioning=conditioning, conditioning_settings=settings)
        return replace(self, regions=tuple(regions))
