"""What the regions' prompts become: words that all of them share, and the background that they agree on."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from ..regions import Region, RegionSet
from ..regions.prompt_words import has_words, word_text

BACKGROUND_IN_REGIONS = ("auto", "always", "never")
ENDS = tuple(".,;!?…。、")
"""What a prompt ends in that needs no comma behind it, in whatever width."""


def with_shared_words(
    regions: RegionSet, background_prompt: str, shared_prompt: str, background_in_regions: str
) -> RegionSet:
    """The regions with the prompts that are encoded.

    background_prompt: empty = that of the regions. shared_prompt is added to the prompt of every region and of the
    background; the background prompt then to every region's: "auto" where a prompt does not hold its words already,
    "always", or "never". Prompts without a word, and regions with a conditioning of their own, stay as they are.
    """
    prompts = (background_prompt, regions.background_prompt)
    background = next((prompt.strip() for prompt in prompts if has_words(prompt)), "")
    background_words = word_text(background)

    def with_words(region: Region) -> Region:
        if region.conditioning is not None or not has_words(region.prompt):
            return region
        words = _joined(region.prompt, shared_prompt)
        holds_it = background_words in word_text(words)
        if background_in_regions == "never" or (background_in_regions == "auto" and holds_it):
            return replace(region, prompt=words)
        return replace(region, prompt=_joined(words, background))

    return replace(
        regions,
        background_prompt=_joined(background, shared_prompt) if background else "",
        regions=tuple(map(with_words, regions.regions)),
        elsewhere=tuple(map(with_words, regions.elsewhere)),
    )


def _joined(prompt: str, addition: str) -> str:
    """The two with a comma between them; a prompt that ends in a full stop or a comma gets none."""
    prompt, addition = prompt.strip(), addition.strip()
    if not has_words(addition):
        return prompt
    return f"{prompt} {addition}" if unicodedata.normalize("NFKC", prompt).endswith(ENDS) else f"{prompt}, {addition}"
