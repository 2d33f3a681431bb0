"""Routing: from each region's coverage to what every image token attends to, and with what weight.

A Route is a set of regions whose texts and areas some tokens see together, and its weight on each token. With "top" and
"blend" every region has a route of its own and the weights settle overlaps; with "union" (the paper) a token in two
regions sees both. What is left of a token, 1 - sum of weights, follows the base prompt.

    top      two overlapping opaque regions a, b (b drawn later)    aaaabbbbbb       one route each
    blend    the same                                               aaaa##bbbb       # = half a, half b
    union    the same                                               aaaa**bbbb       * = a route {a, b}: sees both
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..regions import RegionSet, TokenGrid, coverage
from .math import region_weights
from .settings import Settings

MIN_WEIGHT = 0.01
"""A token of which a region holds less than this is not the region's: it would cost attention and show nothing."""


class Route(NamedTuple):
    """regions: whose text and area these tokens see, as indices; () = the uncovered part, which has no text.

    weight: [N] float32 in 0..1, the part of each token's attention that is computed so; 0 = not a token of this route.
    """

    regions: tuple[int, ...]
    weight: Tensor


class TokenRouting(NamedTuple):
    """All routes of a picture of N image tokens, which are counted from 0 within the image."""

    routes: list[Route]
    region_tokens: dict[int, Tensor]
    """region -> [N] bool: the image tokens that see it, alone or with others."""
    base_weight: Tensor
    """[N]: what is left for the base prompt."""

    @classmethod
    def of(cls, routes: list[Route], tokens: int) -> TokenRouting:
        """routes: weights [N] with N = tokens."""
        region_tokens: dict[int, Tensor] = {}
        total = torch.zeros(tokens)
        for route in routes:
            total += route.weight
            for region in route.regions:
                tokens_before = region_tokens.get(region, torch.zeros(tokens, dtype=torch.bool))
                region_tokens[region] = tokens_before | (route.weight > 0)
        base_weight = 1 - total
        base_weight[base_weight < 1e-6] = 0
        return cls(routes, region_tokens, base_weight)

    @property
    def text_regions(self) -> list[int]:
        """The regions whose text some token sees, in rising order: the order of the texts in the joint sequence."""
        return sorted(self.region_tokens)


def route_tokens(
    regions: RegionSet, settings: Settings, grid: TokenGrid, background: bool, covered: Tensor | None = None
) -> TokenRouting:
    """The routing of grid's tokens. background: whether there is a background text. covered: coverage(regions, grid),
    where it is known.

    Regions are numbered as in regions.regions; the background, if any, comes after the last. A region hidden under
    others, or of strength 0, is in no route. Raises ValueError as coverage() does.
    """
    base_ratio = 0.0 if settings.isolation == "modulate" else settings.base_ratio  # "modulate" has no base branch
    strengths = tuple(region.strength for region in regions.regions)
    covered = (coverage(regions, grid) if covered is None else covered).flatten(1)
    alone = settings.uncovered == "alone"
    return TokenRouting.of(routes(covered, strengths, settings.overlap, base_ratio, background, alone), grid.tokens)


def routes(
    coverage: Tensor,
    strengths: Sequence[float],
    overlap: str,
    base_ratio: float,
    background: bool,
    uncovered_alone: bool = False,
) -> list[Route]:
    """coverage [R, N] in 0..1, strengths of the R regions -> the routes, weights scaled by base_ratio and strength.

    overlap: "top", "blend" or "union". background: whether there is a background prompt; it then owns what no region
    covers, as region number R, with strength 1. uncovered_alone: whether, without one, that is a route of its own that
    sees no text, and not the base prompt's alone; with "union" it always is. Every token's weights sum to at most 1.
    Regions that no token follows appear in no route.
    """
    if overlap == "union" and len(coverage):
        found, remaining = _union(coverage, strengths)
        uncovered_alone = True
    else:
        found, remaining = (_blend if overlap == "blend" else _top)(coverage)
    if background or uncovered_alone:
        found.append(Route((len(coverage),) if background else (), remaining))
    unscaled = [Route(route.regions, route.weight * (route.weight >= MIN_WEIGHT)) for route in found]
    route_strengths = torch.tensor([_mean_strength(r.regions, strengths) for r in unscaled], dtype=torch.float64)
    if not unscaled:
        return []
    weights = region_weights(torch.stack([route.weight for route in unscaled]), route_strengths, base_ratio)
    scaled = [Route(route.regions, weight) for route, weight in zip(unscaled, weights, strict=True)]
    return [route for route in scaled if route.weight.any()]


def _mean_strength(regions: tuple[int, ...], strengths: Sequence[float]) -> float:
    """The strength of a route; the part without text has that of the strongest region, the background 1."""
    strengths_seen = [(*strengths, 1.0)[region] for region in regions] or [max(strengths, default=0.0)]
    return sum(strengths_seen) / len(strengths_seen)


def _top(coverage: Tensor) -> tuple[list[Route], Tensor]:
    """One for each region, and what remains, [N].

    Each region covers those below it as paint does: w_r = c_r * prod over later s of (1 - c_s).
    """
    remaining = torch.ones(coverage.shape[1:])
    from_top: list[Route] = []
    for region in reversed(range(len(coverage))):
        from_top.append(Route((region,), coverage[region] * remaining))
        remaining = remaining * (1 - coverage[region])
    return from_top[::-1], remaining


def _blend(coverage: Tensor) -> tuple[list[Route], Tensor]:
    """As _top. Where the coverages add up to more than 1 they are shared in proportion: w_r = c_r / max(1, sum c)."""
    total = coverage.sum(dim=0)
    blended = [Route((region,), covered / total.clamp(min=1)) for region, covered in enumerate(coverage)]
    return blended, 1 - total.clamp(max=1)


def _union(coverage: Tensor, strengths: Sequence[float]) -> tuple[list[Route], Tensor]:
    """One for each set of regions that some token sees, and what remains, [N].

    Tokens at least half inside several regions see all of them (paper, figure 3: M_i2i and M_i2t of both).

    Regions of strength 0 claim their area but no token sees them.
    """
    total = coverage.sum(dim=0).clamp(max=1)
    membership = (coverage >= 0.5) | (coverage == coverage.amax(dim=0, keepdim=True)) & (coverage >= MIN_WEIGHT)
    membership &= torch.tensor(strengths)[:, None] > 0
    unions: list[Route] = []
    combinations, combination_of = torch.unique(membership.T, dim=0, return_inverse=True)
    for index, combination in enumerate(combinations):
        if combination.any():
            tokens = combination_of == index
            unions.append(Route(tuple(combination.nonzero()[:, 0].tolist()), total * tokens))
    return unions, 1 - total
