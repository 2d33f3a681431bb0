"""Which region an image token belongs to, by coverage and overlap alone: whatever acts, and however strongly."""

from __future__ import annotations

import torch
from torch import Tensor

from ..regions import RegionSet, TokenGrid, coverage
from .routing import routes


def ownership(regions: RegionSet, overlap: str, grid: TokenGrid, covered: Tensor | None = None) -> Tensor:
    """[R + 1, N] in 0..1: how much of each of grid's N image tokens is each region's, and last what no region has.

    Columns sum to 1, but for parts below routing.MIN_WEIGHT, which are nobody's. A token that sees several regions
    ("union") is theirs in equal parts. covered: coverage(regions, grid), where it is known. Raises ValueError as
    coverage() does.
    """
    count = len(regions)
    if not count:
        return torch.ones(1, grid.tokens)
    owned = torch.zeros(count + 1, grid.tokens)
    covered = (coverage(regions, grid) if covered is None else covered).flatten(1)
    for route in routes(covered, (1.0,) * count, overlap, 0.0, background=True):
        for owner in route.regions:
            owned[owner] += route.weight / len(route.regions)
    return owned
