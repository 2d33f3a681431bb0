"""Auto balance: base ratio and window for each region from what it is on the canvas (named as future work in the paper's limits).

A small region needs a firm hand: alone in its few tokens it is easily overruled by the base prompt, and what it holds is
settled late. A large one has room enough, and there the base prompt may join in for a more coherent picture. So both go
by how many tokens a region has to itself. The numbers were fitted on Pocket Flux (benchmarks/balance).
"""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from .coverage import coverage
from .overlap import shares
from .regions import MAX_STRENGTH, Region, RegionSet
from .settings import Settings
from .token_grid import TokenGrid

SMALL, LARGE = 20.0, 100.0
"""Tokens of its own: at or below SMALL a region gets the firm values, from LARGE on the light ones, between them both by part."""
FIRM_RATIO, LIGHT_RATIO = 0.0, 0.2
FIRM_END, LIGHT_END = 0.7, 0.4


def balanced(regions: RegionSet, settings: Settings, grid: TokenGrid) -> tuple[RegionSet, Settings]:
    """regions, settings with a base ratio, window and single interval of their own making, in place of those in settings.

    The start, the double interval and a region's own window and strength stay in force. Raises ValueError as coverage() does.
    """
    if not len(regions):
        return regions, settings
    own = own_tokens(regions, settings, grid)
    firmness = ((LARGE - own) / (LARGE - SMALL)).clamp(0, 1).tolist()
    ratios = [LIGHT_RATIO + (FIRM_RATIO - LIGHT_RATIO) * firm for firm in firmness]
    ends = [LIGHT_END + (FIRM_END - LIGHT_END) * firm for firm in firmness]
    least = min(ratios)
    made = [
        _held(region, (1 - ratio) / (1 - least), settings.start, end)
        for region, ratio, end in zip(regions.regions, ratios, ends, strict=True)
    ]
    latest = max(region.end for region in made)
    settings = replace(settings, base_ratio=least, end=max(latest, settings.start + 1e-3), single_interval=1)
    return replace(regions, regions=tuple(made)), settings


def own_tokens(regions: RegionSet, settings: Settings, grid: TokenGrid) -> Tensor:
    """[R]: how many tokens follow each region, after what lies on top of it; a token in parts counts in parts."""
    own = coverage(regions, grid).flatten(1)
    parts = shares(own, (1.0,) * len(own), replace(settings, base_ratio=0.0), background=False)
    count = own.new_zeros(len(own))
    for part in parts:
        for region in part.regions:
            count[region] += part.weight.sum() / len(part.regions)
    return count


def _held(region: Region, share: float, start: float, end: float) -> Region:
    """The region with its strength scaled, and its window cut to end; never to nothing."""
    end = max(min(region.end, end), max(region.start, start) + 1e-3)
    return replace(region, strength=min(region.strength * share, MAX_STRENGTH), end=min(end, 1.0))
