"""A set of regions in drawing order, with the prompts around them: what travels on a FLUX_REGIONS wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from torch import Tensor

from .coverage import shown_coverage
from .mask import clamped_mask, mask_size, placeholder_note, same_aspect
from .printable import printable, short_list
from .prompt_words import has_words
from .region import MAX_NAME, Region, check_region, region_label, shown_mask_size
from .region_lora import RegionLora, check_loras
from .token_grid import TokenGrid
from .view import WHOLE_VIEW, checked_box

BACKGROUND = "background"
"""Name of the part in no region."""


MAX_REGIONS = 1000
MAX_LISTED = 20
"""Regions that an error lists."""
MIN_SEEN = 0.01
"""Of a token: less of a region is not worth its text."""
UNKNOWN_CANVAS = (1024, 1024)
"""Pixels, where a set does not know its canvas: what a region must be seen on to stay in a crop."""
MAX_DIGITS = 20
"""Of a region's number; Python refuses to read very long ones."""


def check_region_count(count: int) -> None:
    """Raises ValueError for more regions than a set may have."""
    if count > MAX_REGIONS:
        raise ValueError(f"There are {count:,} regions, but at most {MAX_REGIONS:,} are drawn. Remove some.")


@dataclass(frozen=True, eq=False)
class RegionSet:
    """An immutable set of regions, later ones on top; every change makes a new one.

    canvas: (width, height) in pixels where it is known; geometry does not depend on it.
    background_conditioning: [B, T, C], like Region.conditioning, for the part in no region; background_settings, like
        Region.conditioning_settings. background_loras, background_references: like Region.loras and references.
    elsewhere: the regions that a crop left out. Nothing of them is drawn, but while one of them acts the background
        does, and their prompts tell whether surroundings are named, as in the whole.
    """

    regions: tuple[Region, ...] = ()
    canvas: tuple[int, int] | None = None
    base_prompt: str = ""
    background_prompt: str = ""
    background_conditioning: Tensor | None = None
    background_settings: dict = field(default_factory=dict)
    background_loras: tuple[RegionLora, ...] = ()
    background_references: tuple[Tensor, ...] = ()
    elsewhere: tuple[Region, ...] = ()

    def __len__(self) -> int:
        return len(self.regions)

    @property
    def mask_proportions(self) -> tuple[float, float]:
        """(height, width) of what is shown of its first mask, which has the picture's proportions; else of a square."""
        return next((shown_mask_size(region) for region in self.regions if region.mask is not None), (1.0, 1.0))

    def label(self, index: int) -> str:
        """How an error or a report calls the region at index (from 0); behind the last one: the background."""
        if index == len(self.regions):
            return "The background"
        region = self.regions[index]
        return region_label(index if region.number is None else region.number - 1, region.name)

    def subset(self, indices: tuple[int, ...]) -> RegionSet:
        """The set of these regions alone (rising indices); errors call them by the numbers they have here."""
        numbered = (replace(self.regions[index], number=self.regions[index].number or index + 1) for index in indices)
        return replace(self, regions=tuple(numbered))

    def crop(
        self, box: tuple[float, float, float, float], min_part: float = 0.0, check: Callable[[], None] = lambda: None
    ) -> RegionSet:
        """This set in a box (x, y, width, height) of the picture, in fractions of what the set shows now.

        No geometry is moved: every region shows that part of the canvas it was drawn on (view.py), and canvas becomes
        the box's. Left out are regions with less than MIN_SEEN of any token there, and those of which less than
        min_part (0..1) of all that the set shows lies there, or, where a region is larger than the box, that fill less
        than min_part of the box. check: called before each region and now and then within it; what it raises ends the
        work. Raises ValueError for a box without area or not within 0..1.
        """
        view = checked_box(box)
        if view == WHOLE_VIEW:
            return self
        seen = self.seen_in(box, min_part, check)
        regions = (replace(region, view=(region.view or WHOLE_VIEW).part(view)) for region in self.subset(seen).regions)
        unseen = (region for index, region in enumerate(self.regions) if index not in seen)
        return replace(
            self,
            regions=tuple(regions),
            canvas=self.canvas and view.size_on(self.canvas),
            elsewhere=(*self.elsewhere, *unseen),
        )

    @property
    def of_whole(self) -> tuple[Region, ...]:
        """Its regions, and behind them those that a crop left out."""
        return (*self.regions, *self.elsewhere)

    @property
    def can_act(self) -> bool:
        """Whether some region's prompt is to be seen, here or elsewhere."""
        return any(region.strength for region in self.of_whole)

    def seen_in(
        self, box: tuple[float, float, float, float], min_part: float = 0.0, check: Callable[[], None] = lambda: None
    ) -> tuple[int, ...]:
        """The indices of the regions that crop(box, min_part, check) keeps."""
        view, canvas = checked_box(box), self.canvas or UNKNOWN_CANVAS
        if view == WHOLE_VIEW:
            return tuple(range(len(self)))
        grid = TokenGrid.of_picture(*view.size_on(canvas))

        def is_seen(index: int, region: Region) -> bool:
            check()
            area = shown_coverage(replace(region, view=(region.view or WHOLE_VIEW).part(view)), grid, check)
            if area.max() < MIN_SEEN:
                return False
            if min_part <= 0:
                return True
            return area.sum().item() >= min_part * min(self._tokens_of(index, check), grid.tokens)

        return tuple(index for index, region in enumerate(self.regions) if is_seen(index, region))

    def _tokens_of(self, index: int, check: Callable[[], None]) -> float:
        """How many tokens the region covers of all that the set shows; every tile of a picture asks for it."""
        if index not in self._known_tokens:
            grid = TokenGrid.of_picture(*(self.canvas or UNKNOWN_CANVAS))
            self._known_tokens[index] = shown_coverage(self.regions[index], grid, check).sum().item()
        return self._known_tokens[index]

    @cached_property
    def _known_tokens(self) -> dict[int, float]:
        """What _tokens_of has found, by index."""
        return {}

    def added(self, *added: Region) -> RegionSet:
        """This set with regions on top. Raises ValueError as check_region does, for a mask unlike those below it, and
        for more than MAX_REGIONS in all.
        """
        check_region_count(len(self) + len(added))
        larger_set = replace(self, regions=(*self.regions, *added))
        clamped = [
            region if region.mask is None else replace(region, mask=clamped_mask(region.mask, larger_set.label(index)))
            for index, region in enumerate(added, start=len(self))
        ]
        larger_set, added = replace(self, regions=(*self.regions, *clamped)), tuple(clamped)
        # Those of a set are alike already, so the first in each view speaks for all of them.
        first_in_view = {
            region.view: index for index, region in reversed(tuple(enumerate(self.regions))) if region.mask is not None
        }
        for index, region in enumerate(added, start=len(self)):
            label = larger_set.label(index)
            check_region(region, label)
            if region.mask is None:
                continue
            first = first_in_view.setdefault(region.view, index)
            mask = larger_set.regions[first].mask
            if mask is not None and not same_aspect(region.mask.shape, mask.shape):
                raise ValueError(
                    f"{label}: its mask is {mask_size(region.mask)} but that of {larger_set.label(first)} is "
                    f"{mask_size(mask)}. Give all masks the width-to-height ratio of the picture."
                    f"{placeholder_note(region.mask) or placeholder_note(mask)}"
                )
        return larger_set

    def on_top_of(self, below: RegionSet) -> RegionSet:
        """These regions over those below; prompts, LoRAs and references of this set's background win where it has any.

        Raises ValueError as added does.
        """
        below = below.added(*self.regions)
        prompts = {"base_prompt": self.base_prompt, "background_prompt": self.background_prompt}
        below = replace(
            below,
            background_loras=self.background_loras or below.background_loras,
            background_references=self.background_references or below.background_references,
        )
        return replace(below, **{name: prompt for name, prompt in prompts.items() if has_words(prompt)})

    def index_of(self, name_or_number: str) -> int:
        """Index (from 0) of the region of that name, also as errors show it, or else of that number (from 1, in drawing
        order).

        Raises ValueError where there is none, or more than one of that name.
        """
        wanted = name_or_number.strip()
        names = [region.name for region in self.regions]
        if wanted and wanted not in names:  # it is as the name is shown: without what nobody sees of it
            wanted, names = printable(wanted, MAX_NAME), [printable(name, MAX_NAME) for name in names]
        indices = [index for index, name in enumerate(names) if wanted and name == wanted]
        if len(indices) == 1:
            return indices[0]
        if len(indices) > 1:
            numbers = ", ".join(str(index + 1) for index in indices)
            raise ValueError(
                f"Regions {numbers} are all called '{printable(wanted, 40)}'; give the region's number instead."
            )
        number = int(wanted) if wanted.isdecimal() and len(wanted) <= MAX_DIGITS else 0
        if 1 <= number <= len(self):
            return number - 1
        known = [f"{i + 1} '{printable(r.name, 40)}'" if r.name else f"{i + 1}" for i, r in enumerate(self.regions)]
        raise ValueError(
            f"There is no region '{printable(wanted, 40)}'. "
            f"Give a number or a name of: {short_list(known, MAX_LISTED) or 'none, the set is empty'}."
        )

    def with_conditioning(self, name_or_number: str, conditioning: Tensor, settings: dict | None = None) -> RegionSet:
        """This set with a ready-made text embedding, [B, T, C], for one region, or for BACKGROUND.

        settings: what the host keeps beside it. Raises ValueError as index_of does.
        """
        settings = settings or {}
        if self.is_background(name_or_number):
            return replace(self, background_conditioning=conditioning, background_settings=settings)
        index = self.index_of(name_or_number)
        return self._with_region(index, conditioning=conditioning, conditioning_settings=settings)

    def with_lora(self, names_or_numbers: str, lora: RegionLora) -> RegionSet:
        """This set with one more LoRA for each of these regions, or BACKGROUND; several with commas between them.

        Raises ValueError as index_of and check_loras do.
        """
        changed = self
        for index in self._owners_of(names_or_numbers):
            if index is None:
                changed = replace(changed, background_loras=(*changed.background_loras, lora))
                check_loras(changed.background_loras, "The background")
                continue
            changed = changed._with_region(index, loras=(*changed.regions[index].loras, lora))
            check_loras(changed.regions[index].loras, self.label(index))
        return changed

    def with_reference(self, names_or_numbers: str, latent: Tensor) -> RegionSet:
        """This set with one more reference picture, [B, C, ..., H, W], for each of these regions, or BACKGROUND;
        several with commas between them.

        Raises ValueError as index_of does.
        """
        changed = self
        for index in self._owners_of(names_or_numbers):
            if index is None:
                changed = replace(changed, background_references=(*changed.background_references, latent))
            else:
                changed = changed._with_region(index, references=(*changed.regions[index].references, latent))
        return changed

    def indices_of(self, names_or_numbers: str) -> list[int]:
        """The indices of these regions, several with commas between them, each once.

        Raises ValueError as index_of does.
        """
        return list(dict.fromkeys(self.index_of(wanted) for wanted in self._each_of(names_or_numbers)))

    def _each_of(self, names_or_numbers: str) -> list[str]:
        """A name may hold commas of its own; one too many asks for nothing."""
        is_one = any(region.name == names_or_numbers.strip() for region in self.regions)
        parts = [part for part in names_or_numbers.split(",") if part.strip()]
        return parts if parts and not is_one else [names_or_numbers]

    def _owners_of(self, names_or_numbers: str) -> list[int | None]:
        """The indices of these regions, None for BACKGROUND, each once. Raises ValueError as index_of does."""
        owners = [
            None if self.is_background(wanted) else self.index_of(wanted) for wanted in self._each_of(names_or_numbers)
        ]
        return list(dict.fromkeys(owners))

    def is_background(self, wanted: str) -> bool:
        """Whether this addresses the part in no region: no region of that name is there."""
        wanted = wanted.strip()
        return wanted.lower() == BACKGROUND and all(region.name != wanted for region in self.regions)

    @property
    def has_loras(self) -> bool:
        return bool(self.background_loras) or any(region.loras for region in self.regions)

    def _with_region(self, index: int, **changes) -> RegionSet:
        regions = list(self.regions)
        regions[index] = replace(regions[index], **changes)
        return replace(self, regions=tuple(regions))
