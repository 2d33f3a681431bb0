"""A plan: everything about the joint sequence that stays the same over blocks and steps, worked out once."""

from __future__ import annotations

import torch

from .coverage import coverage
from .grouped_attention import to_device
from .groups import Group, Spoken, apart, spoken, together
from .layout import Layout
from .overlap import shares
from .regions import RegionSet
from .schedule import keeps_apart
from .settings import Settings
from .token_grid import TokenGrid


def hearing(regions: RegionSet, settings: Settings, grid: TokenGrid, background: bool) -> Spoken:
    """Who speaks for each token of grid, and how loudly. background: whether there is a background text.

    Regions are numbered as in regions.regions; the background, if any, comes after the last. A region hidden under
    others, or of strength 0, is not in `.area`. Raises ValueError as coverage() does.
    """
    covered = coverage(regions, grid).flatten(1)
    strengths = tuple(region.strength for region in regions.regions)
    return spoken(shares(covered, strengths, settings, background), grid.tokens)


class Plan:
    """The groups for every kind of block, for one layout, made when first asked for.

    layout.text_lengths are those of the regions in heard.area, in rising order. device, dtype: of the attention's q.
    """

    def __init__(self, layout: Layout, heard: Spoken, settings: Settings, device: torch.device, dtype: torch.dtype):
        self.layout = layout
        self._heard = heard
        self._settings = settings
        self._device, self._dtype = device, dtype
        self._groups: dict[tuple[bool, bool], list[Group]] = {}

    def groups(self, block_type: str, block_index: int) -> list[Group]:
        """The groups for one block, on the plan's device."""
        second_stream = self._settings.second_stream(block_type)
        separate = keeps_apart(block_type, block_index, self._settings)
        key = (separate, second_stream)
        if key not in self._groups:
            layout = self.layout.with_second_stream(second_stream)
            made = apart(layout, self._heard, self._settings.isolation) if separate else together(layout, self._heard)
            self._groups[key] = to_device(made, self._device, self._dtype)
        return self._groups[key]
