"""The base prompt of a part: that of the whole picture names things that are not in it."""

from __future__ import annotations

from dataclasses import replace

from ..region_set import RegionSet

BASES = ("regions", "whole")


def with_base(part: RegionSet, base: str) -> RegionSet:
    """part: a crop. base: "whole" (as it is), or "regions": the prompts of its regions, each once, and where it has
    none the background prompt, else that of the whole.
    """
    if base == "whole":
        return part
    prompts = dict.fromkeys(region.prompt.strip().rstrip(".,; \n") for region in part.regions)
    joined = ", ".join(prompt for prompt in prompts if prompt)
    return replace(part, base_prompt=joined or part.background_prompt.strip() or part.base_prompt)
