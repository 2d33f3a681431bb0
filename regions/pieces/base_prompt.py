"""The base prompt of a piece: that of the whole picture names things that are not in it."""

from __future__ import annotations

from dataclasses import replace

from ..region_set import RegionSet

BASES = ("regions", "whole")


def with_base(piece: RegionSet, base: str) -> RegionSet:
    """piece: a crop. base: "whole" (as it is), or "regions": the prompts of its regions, each once, and where it has
    none the background prompt, else that of the whole.
    """
    if base == "whole":
        return piece
    prompts = dict.fromkeys(region.prompt.strip().rstrip(".,; \n") for region in piece.regions)
    joined = ", ".join(prompt for prompt in prompts if prompt)
    return replace(piece, base_prompt=joined or piece.background_prompt.strip() or piece.base_prompt)
