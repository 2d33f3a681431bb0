"""Whether regions are told what is around them: if not, each of them paints surroundings of its own."""

from __future__ import annotations

from .prompt_words import MAX_LENGTH, word_text
from .region_set import RegionSet

MIN_SHARED_WORDS = 2
"""Prompts that end in as many equal words share what they say last: their surroundings."""


def surroundings_are_named(regions: RegionSet) -> bool:
    """Whether the prompts of all regions name the same surroundings.

    With a background prompt: whether each holds all its phrases (between commas; prompt_words.py). Without one: whether
    they end in the same words, MIN_SHARED_WORDS of them; a lone region has nobody to share an ending with. Prompts
    without a word and regions with a conditioning of their own cannot be read: if there are no others, whether the
    background has a text.
    """
    texts = [word_text(region.prompt) for region in regions.of_whole if region.conditioning is None]
    texts = [text for text in texts if text]
    phrases = {word_text(phrase) for phrase in regions.background_prompt[:MAX_LENGTH].split(",")} - {""}
    if not texts:
        return bool(phrases) or regions.background_conditioning is not None
    if phrases:
        return all(phrase in text for text in texts for phrase in phrases)
    endings = {tuple(text.split()[-MIN_SHARED_WORDS:]) for text in texts}
    return len(texts) > 1 and len(endings) == 1 and len(endings.pop()) == MIN_SHARED_WORDS
