"""Prompts of regions that stop while their LoRAs or reference pictures go on, which people hardly mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..regions.printable_log import printable_logger
from .region_references import owned_references
from .regional_prompt import AppliedRegions

logger = printable_logger(__name__)


def warn_of_short_prompts(positives: Iterable[AppliedRegions]) -> None:
    """positives: all that bring something to a run. What several of them would say in the same words is said once."""
    for line in dict.fromkeys(line for applied in positives for line in _short_prompts(applied)):
        logger.warning("%s", line)


def _short_prompts(applied: AppliedRegions) -> Iterator[str]:
    regions = applied.prompt.regions
    for owner in {reference.owner: None for reference in owned_references(regions)}:
        end = _prompt_end(applied, owner)
        if end < 1:  # once a region's prompt has stopped, the whole picture sees its reference
            yield (
                f"{regions.label(owner)}: its reference picture is kept to it while its prompt acts, up to {end:g} of the "
                "steps; from there on the whole picture sees it. Set balance to auto, or end to 1."
            )
    for owner, region in enumerate(regions.regions):
        end, last = _prompt_end(applied, owner), max((lora.end for lora in region.loras if lora.strength), default=0.0)
        if region.strength and end < last:  # the base prompt speaks in the region, and takes away what its LoRA draws
            yield (
                f"{regions.label(owner)}: its LoRA acts up to {last:g} of the steps, but its prompt only up to {end:g}. The "
                f"base prompt may undo the LoRA from there on: set balance to auto, or end to {last:g}."
            )


def _prompt_end(applied: AppliedRegions, owner: int) -> float:
    """Up to which fraction of the steps a region's prompt acts. owner: its index, or the number of regions for the
    background.
    """
    regions = applied.prompt.regions.regions
    end = 1.0 if applied.settings.balance == "auto" else applied.settings.end
    return end if owner == len(regions) else min(end, regions[owner].end)
