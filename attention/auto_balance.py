"""Auto balance: base ratio, window and single interval from what the regions are (the paper's limits leave this to the
future).

Two findings on Pocket Flux (python dev.py bench balance) make the rule. Regions want a firm hand while the picture's
layout settles, and the base prompt beside them from then on: the same adherence, and no seams. And what a small region
holds is settled late, while a large one is safe early and more steps would cost time for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..regions import Region, RegionSet, TokenGrid, coverage
from .routing import routes
from .schedule import window_steps
from .settings import Settings


@dataclass(frozen=True)
class Rule:
    """firm_ratio: the base ratio for the first `firm` (0..1) of the steps; light_ratio: that of the others.

    small, large: shares of the canvas, 0..1. A region up to small acts to the end, one from large on for `least`
    (0..1) of the steps; between them by part. But none stops while a region that it hides still acts, or that would
    come forth.
    """

    firm_ratio: float = 0.1
    light_ratio: float = 0.5
    firm: float = 0.15
    small: float = 0.10
    large: float = 0.35
    least: float = 0.4


FITTED = Rule()


def balanced(regions: RegionSet, settings: Settings, grid: TokenGrid, early: bool) -> tuple[RegionSet, Settings]:
    """regions, settings with base_ratio, end and single_interval of the rule's making; as they are if balance is
    "manual".

    early: whether it is for the first steps, see is_early_step. A region with a window of its own keeps it.
    settings.start stays in force: the rule's shares are of the steps from there on. Raises ValueError as coverage()
    does.
    """
    if settings.balance == "manual":
        return regions, settings
    covered = coverage(regions, grid).flatten(1)
    rule, own = FITTED, own_share(covered, settings)
    lengths = rule.least + (1 - rule.least) * ((rule.large - own) / (rule.large - rule.small)).clamp(0, 1)
    lengths = _as_long_as_what_they_hide(lengths, covered, settings)
    ends = (settings.start + (1 - settings.start) * lengths).tolist()
    made = tuple(_until(region, end) for region, end in zip(regions.regions, ends, strict=True))
    ratio = rule.firm_ratio if early else rule.light_ratio
    settings = replace(settings, base_ratio=ratio, end=1.0, single_interval=1, balance="manual")
    return replace(regions, regions=made), settings


def is_early_step(step: int, steps: int, settings: Settings) -> bool:
    """Whether the step (from 0) of a sampler that makes so many is one of the first, in which regions get a firm hand.

    Worked value: 20 steps from start 0, firm 0.15 -> the first 3. At least one.
    """
    first = window_steps(settings, steps).start
    return step < first + max(1, round(FITTED.firm * (steps - first)))


def own_share(covered: Tensor, settings: Settings) -> Tensor:
    """covered: [R, N] in 0..1.

    [R] in 0..1: the share of the canvas that follows each region, after what others take of it.
    """
    parts = routes(covered, (1.0,) * len(covered), settings.overlap, base_ratio=0.0, background=False)
    own = covered.new_zeros(len(covered))
    for part in parts:
        for region in part.regions:
            own[region] += part.weight.sum() / len(part.regions)
    return own / covered.shape[1]


def _as_long_as_what_they_hide(lengths: Tensor, covered: Tensor, settings: Settings) -> Tensor:
    """[R] lengths, where regions share tokens at least as long as those below them; with "blend" and "union" all
    alike.
    """
    inside = (covered > 0.5).to(lengths.dtype)
    longer = inside @ inside.T > 0
    if settings.overlap == "top":
        longer = longer.tril()
    longer |= torch.eye(len(lengths), dtype=torch.bool)  # a region under half a token everywhere is not inside itself
    for _ in range(len(lengths)):
        lengths = torch.where(longer, lengths, 0.0).amax(dim=1)
    return lengths


def _until(region: Region, end: float) -> Region:
    return region if (region.start, region.end) != (0, 1) else replace(region, end=end)
