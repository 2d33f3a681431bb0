"""Whether regions are told what is around them: if not, each of them paints surroundings of its own."""

from __future__ import annotations

from .region_set import RegionSet

MIN_SHARED_WORDS = 2
"""Prompts that end in as many equal words share what they say last: their surroundings."""


def surroundings_are_named(regions: RegionSet) -> bool:
    """Whether the prompts of all regions name the same surroundings.

    With a background prompt: whether each holds all its phrases (between commas, ignoring case). Without one: whether
    they end in the same words, MIN_SHARED_WORDS of them; a lone region has nobody to share an ending with. Empty
    prompts and regions with a conditioning of their own cannot be read: if there are no others, whether the background
    has a text.
    """
    prompts = [
        region.prompt.casefold() for region in regions.regions if region.conditioning is None and region.prompt.strip()
    ]
    phrases = [phrase.strip() for phrase in regions.background_prompt.casefold().split(",")]
    if not prompts:
        return any(phrases) or regions.background_conditioning is not None
    if any(phrases):
        return all(phrase in prompt for prompt in prompts for phrase in phrases)
    endings = {tuple(prompt.split()[-MIN_SHARED_WORDS:]) for prompt in prompts}
    return len(prompts) > 1 and len(endings) == 1 and len(endings.pop()) == MIN_SHARED_WORDS
