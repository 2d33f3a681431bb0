"""Overlap: from each region's coverage to who may speak for a token, and with what weight.

A Share is a set of regions that speak for tokens together, and its weight on each token. With "top" and "blend" every
region speaks for itself and the weights settle overlaps; with "union" (the paper) a token in two regions sees both.
What is left of a token, 1 - sum of weights, follows the base prompt.

    top      two overlapping opaque regions a, b (b drawn later)    aaaabbbbbb       one share each
    blend    the same                                               aaaa##bbbb       # = half a, half b
    union    the same                                               aaaa**bbbb       * = a share {a, b}: sees both
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .settings import Settings

NEGLIGIBLE = 0.01
"""A token of which a region holds less than this is not the region's: it would cost attention and show nothing."""


class Share(NamedTuple):
    """regions: whose text and area these tokens see, as indices; () = the uncovered part, which has no text.

    weight: [N] float32 in 0..1, the part of each token's attention that is computed so; 0 = not a token of this share.
    """

    regions: tuple[int, ...]
    weight: Tensor


def shares(coverage: Tensor, strengths: tuple[float, ...], settings: Settings, background: bool) -> list[Share]:
    """coverage [R, N] in 0..1, strengths of the R regions -> the shares, weights scaled by beta and strength.

    background: whether there is a background prompt; it then owns what no region covers, as region number R, with
    strength 1. Every token's weights sum to at most 1. Regions that no token follows appear in no share.
    """
    combine = {"top": _top, "blend": _blend, "union": _union}[settings.overlap]
    parts = combine(coverage, strengths, background)
    scaled = [Share(part.regions, part.weight * _pull(part.regions, strengths, settings)) for part in parts]
    return [part for part in scaled if part.weight.any()]


def _pull(regions: tuple[int, ...], strengths: tuple[float, ...], settings: Settings) -> float:
    """How much of a token wholly inside these regions follows them: (1 - beta) * strength, at most all of it."""
    known = [(*strengths, 1.0)[region] for region in regions] or [max(strengths, default=0.0)]
    return min(1.0, (1 - settings.base_ratio) * sum(known) / len(known))


def _top(coverage: Tensor, strengths: tuple[float, ...], background: bool) -> list[Share]:
    """Each region covers those below it as paint does: w_r = c_r * prod over later s of (1 - c_s)."""
    left = torch.ones(coverage.shape[1:])
    parts = []
    for region in reversed(range(len(coverage))):
        parts.append(Share((region,), coverage[region] * left))
        left = left * (1 - coverage[region])
    return _with_background(parts[::-1], left, background)


def _blend(coverage: Tensor, strengths: tuple[float, ...], background: bool) -> list[Share]:
    """Where the coverages add up to more than 1 they are shared in proportion: w_r = c_r / max(1, sum c)."""
    total = coverage.sum(dim=0)
    parts = [Share((region,), covered / total.clamp(min=1)) for region, covered in enumerate(coverage)]
    return _with_background(parts, 1 - total.clamp(max=1), background)


def _with_background(parts: list[Share], left: Tensor, background: bool) -> list[Share]:
    if background:
        parts.append(Share((len(parts),), left))
    return [Share(part.regions, part.weight * (part.weight >= NEGLIGIBLE)) for part in parts]


def _union(coverage: Tensor, strengths: tuple[float, ...], background: bool) -> list[Share]:
    """Tokens at least half inside several regions see all of them (paper, figure 3: M_i2i and M_i2t of both).

    The part in no region is a share of its own: the background's, or without a background prompt one that sees its own
    tokens and no text. Regions of strength 0 claim their area but no token sees them.
    """
    total = coverage.sum(dim=0).clamp(max=1)
    left = (1 - total) * (1 - total >= NEGLIGIBLE)
    members = (coverage >= 0.5) | (coverage == coverage.amax(dim=0, keepdim=True)) & (coverage >= NEGLIGIBLE)
    members &= torch.tensor(strengths)[:, None] > 0
    parts = []
    for signature in torch.unique(members.T, dim=0):
        if signature.any():
            here = (members == signature[:, None]).all(dim=0)
            parts.append(Share(tuple(signature.nonzero()[:, 0].tolist()), total * here))
    return [*parts, Share((len(coverage),) if background else (), left)]
