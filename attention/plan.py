"""A plan: everything about the joint sequence that stays the same over blocks and steps, worked out once."""

from __future__ import annotations

from dataclasses import replace

import torch

from ..regions import RegionSet, TokenGrid, coverage
from .groups import Spoken, apart, spoken, together
from .packing import Bundle, bundled, to_device
from .routing import shares
from .schedule import keeps_apart
from .settings import Settings
from .token_layout import Layout


def hearing(regions: RegionSet, settings: Settings, grid: TokenGrid, background: bool) -> Spoken:
    """Who speaks for each token of grid, and how loudly. background: whether there is a background text.

    Regions are numbered as in regions.regions; the background, if any, comes after the last. A region hidden under
    others, or of strength 0, is not in `.area`. Raises ValueError as coverage() does.
    """
    if settings.isolation == "modulate":
        settings = replace(settings, base_ratio=0.0)  # it has none
    covered = coverage(regions, grid).flatten(1)
    strengths = tuple(region.strength for region in regions.regions)
    return spoken(shares(covered, strengths, settings, background), grid.tokens)


class Plan:
    """The groups for every kind of block, for one layout.

    layout.text_lengths are those of the regions in heard.area, in rising order. device, dtype: of the attention's q.
    """

    def __init__(self, layout: Layout, heard: Spoken, settings: Settings, device: torch.device, dtype: torch.dtype):
        self.layout = layout
        self.settings = settings
        self._apart: dict[bool, list[Bundle]] = {}
        self._mixed: dict[bool, list[Bundle]] = {}
        for block_type, interval in (("double", settings.double_interval), ("single", settings.single_interval)):
            second = settings.second_stream(block_type)
            here = layout.with_second_stream(second)
            if second not in self._apart:
                made = apart(here, heard, settings.isolation)
                self._apart[second] = to_device(bundled(made, here.total), device, dtype)
            if second not in self._mixed and interval > 1:
                self._mixed[second] = to_device(bundled(together(here, heard), here.total), device, dtype)

    def bundles(self, block_type: str, block_index: int) -> list[Bundle]:
        """The groups of one block ("double" or "single", from 0), bundled, on the plan's device."""
        separate = keeps_apart(block_type, block_index, self.settings)
        return (self._apart if separate else self._mixed)[self.settings.second_stream(block_type)]
