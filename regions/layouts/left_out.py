"""What a layout has no room for, in words for people who wonder where it went."""

from __future__ import annotations

from ..printable import short_list
from ..region import Region
from ..region_fields import END, FEATHER, START, STRENGTH
from ..region_set import RegionSet
from .box_regions import is_one_box

MAX_LISTED = 5
"""Regions that the sentence names."""


def left_out(regions: RegionSet, kept: tuple[str, ...]) -> str:
    """A sentence on what of the regions boxes with descriptions do not say, "" where that is nothing.

    kept: what of NAMES, BASE and BACKGROUND the notation has, all the same.
    """
    lost = [words for words, is_there in _extras(regions).items() if is_there and words not in kept]
    boxed = [regions.label(index) for index, region in enumerate(regions.regions) if not is_one_box(region)]
    clauses = [f"It has no room for {_enumerated(lost)}"] if lost else []
    clauses += [f"a box stands for the area of {short_list(boxed, MAX_LISTED)}"] if boxed else []
    sentence = "; ".join(clauses)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


NAMES, BASE, BACKGROUND = "names", "the base prompt", "the background prompt"


def _extras(regions: RegionSet) -> dict[str, bool]:
    def any_region(is_there) -> bool:
        return any(is_there(region) for region in regions.regions)

    return {
        BASE: bool(regions.base_prompt.strip()),
        BACKGROUND: bool(regions.background_prompt.strip()),
        NAMES: any_region(lambda region: region.name.strip()),
        "strengths": any_region(lambda region: region.strength != STRENGTH.default),
        "feathers": any_region(lambda region: region.feather != FEATHER.default),
        "steps": any_region(lambda region: (region.start, region.end) != (START.default, END.default)),
        "colours of the drawing": any_region(lambda region: region.color),
        "LoRAs": regions.has_loras,
        "reference pictures": bool(regions.background_references) or any_region(lambda region: region.references),
        "conditionings": regions.background_conditioning is not None or any_region(_has_conditioning),
    }


def _has_conditioning(region: Region) -> bool:
    return region.conditioning is not None


def _enumerated(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
