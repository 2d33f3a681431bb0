"""What one sampling run keeps between its model calls: plans and embeddings on the device, all dropped when it ends."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

import comfy.model_management
import torch
from torch import Tensor

from ..attention import (
    AttentionPlan,
    CrossAttentionPlan,
    LogitModulation,
    Memberships,
    StepCounter,
    TextPlan,
    TokenLayout,
    TokenRouting,
    Turn,
    balanced,
    memberships,
    ownership,
    route_tokens,
)
from ..regions import RegionSet, TokenGrid, coverage, piece_coverage, surroundings_are_named
from .forward_call import ForwardCall
from .lora_rows import OwnedRows
from .text_tokens import TextTokens, text_tokens
from .uncompiled import uncompiled

if TYPE_CHECKING:
    from .regional_prompt import AppliedRegions


MAX_PIECES = 64
"""Pieces of the picture whose plans are kept: schedules that move their windows make new ones in every step."""


class RunCache:
    """Keyed by content, never by call: another size, prompt or device in the same run gets entries of its own."""

    def __init__(self) -> None:
        self.is_open = False
        self.sides: set[str] = set()
        """What the guider calls the conditionings that use it: "positive", "negative", …"""
        self.time_ranges: set[tuple[float, float]] = set()
        """Those of the conditionings that use it, in fractions of the noise schedule."""
        self.is_watched = False
        """Whether its attention is what Watch Region Attention records: a positive conditioning's, where one has
        regions.
        """
        self.steps = StepCounter()
        self.expected: set[int] = set()
        """The regions (from 0) that have steps in this run."""
        self.acted: set[int] = set()
        """Those that have acted by now."""
        self._runs_of_node: tuple[Hashable, int] = (None, 0)
        self._entries: dict = {}
        self._keys_of_pieces: OrderedDict[TokenGrid, list[tuple]] = OrderedDict()
        """The keys of all entries for each piece of the picture, the piece that came last at the end."""

    def open(self) -> bool:
        """Called when a run begins. False where one has begun already and this is a part of it."""
        opened, self.is_open = not self.is_open, True
        if opened:
            self.steps = StepCounter()
        return opened

    def count_run(self, node: Hashable) -> int:
        """How many runs in a row there are with it by now, this one counted, of the same execution of a node.

        node: says which execution. None, where nobody knows: 1.
        """
        last, runs = self._runs_of_node
        self._runs_of_node = node, runs + 1 if node is not None and node == last else 1
        return self._runs_of_node[1]

    def close(self) -> None:
        self.is_open = self.is_watched = False
        self.sides.clear()
        self.time_ranges.clear()
        self.expected.clear()
        self.acted.clear()
        self._entries.clear()
        self._keys_of_pieces.clear()

    @uncompiled
    def _cached(self, key: tuple, build: Callable):
        if key not in self._entries:
            self._entries[key] = build()
            self._count_piece(key)
        return self._entries[key]

    def _count_piece(self, key: tuple) -> None:
        """Where key is of one piece more than MAX_PIECES, drops what was kept for the piece that came first."""
        grid = next((part for part in key if isinstance(part, TokenGrid) and part.piece is not None), None)
        if grid is None:
            return
        self._keys_of_pieces.setdefault(grid, []).append(key)
        if len(self._keys_of_pieces) > MAX_PIECES:
            _, keys = self._keys_of_pieces.popitem(last=False)
            for key in keys:
                self._entries.pop(key, None)

    def first_time(self, *event: Hashable) -> bool:
        """True once in a run for each event."""
        return not self.happened(*event) and self._cached(event, lambda: True)

    def happened(self, *event: Hashable) -> bool:
        """Whether first_time was asked about the event in this run."""
        return event in self._entries

    def with_isolation(self, applied: AppliedRegions, family_isolation: str) -> AppliedRegions:
        """The same with the isolation that suits the model's family, where it is "auto"."""
        if applied.settings.isolation != "auto":
            return applied

        def build() -> AppliedRegions:
            return replace(applied, settings=replace(applied.settings, isolation=family_isolation))

        return self._cached(("with_isolation", applied, family_isolation), build)

    def with_balance(self, applied: AppliedRegions, early: bool) -> AppliedRegions:
        """The same with the settings that its balance asks for. early: for the first steps."""
        if applied.settings.balance == "manual":
            return applied

        def build() -> AppliedRegions:
            named = surroundings_are_named(applied.prompt.regions)
            return replace(applied, settings=balanced(applied.settings, named, early))

        return self._cached(("with_balance", applied, early), build)

    def subset(self, applied: AppliedRegions, indices: tuple[int, ...]) -> AppliedRegions:
        """The same with these regions alone (rising indices), for the steps on which no others act."""
        if len(indices) == len(applied.prompt.regions):
            return applied
        return self._cached(
            ("subset", applied, indices), lambda: replace(applied, prompt=applied.prompt.subset(indices))
        )

    def routing(self, applied: AppliedRegions, grid: TokenGrid) -> TokenRouting:
        """Which token sees which region. Raises ValueError, naming the region, for one without area on this grid."""
        prompt = applied.prompt
        return self._cached(
            ("routing", applied, grid),
            lambda: route_tokens(
                prompt.regions, applied.settings, grid, prompt.has_background, self._coverage(prompt.regions, grid)
            ),
        )

    def _coverage(self, regions: RegionSet, grid: TokenGrid) -> Tensor:
        """coverage(regions, grid); that of a picture is worked out once for all its pieces."""
        check = comfy.model_management.throw_exception_if_processing_interrupted
        whole = self._cached(("coverage", regions, grid.whole), lambda: coverage(regions, grid.whole, check))
        return whole if grid.piece is None else piece_coverage(whole, grid)

    def memberships(self, applied: AppliedRegions, grid: TokenGrid) -> Memberships:
        """How far each token is in each region. What a region gains by its area it gains in a piece of the picture as
        in the whole.
        """
        prompt = applied.prompt

        def build() -> Memberships:
            covered = self._coverage(prompt.regions, grid)
            members = memberships(prompt.regions, applied.settings, grid, prompt.has_background, covered)
            return members if grid.piece is None else members._replace(gain=self.memberships(applied, grid.whole).gain)

        return self._cached(("memberships", applied, grid), build)

    def image_owners(self, applied: AppliedRegions, grid: TokenGrid) -> Tensor:
        """[R + 1, N]: how much of each image token is each region's and the background's, whichever of them act."""
        regions, overlap = applied.prompt.regions, applied.settings.overlap
        return self._cached(
            ("image_owners", regions, overlap, grid),
            lambda: ownership(regions, overlap, grid, self._coverage(regions, grid)),
        )

    def owned_rows(self, key: tuple, build: Callable[[], OwnedRows | None]) -> OwnedRows | None:
        return self._cached(("owned_rows", *key), build)

    def texts(self, applied: AppliedRegions, call: ForwardCall) -> list[TextTokens]:
        """The text of each region that some token sees, as call's model gets it, on its context's device and in its
        dtype.

        Raises ValueError if a text's width is not the context's.
        """
        context, grid = call.context, call.grid
        return self._cached(
            ("texts", applied, grid, context.device, context.dtype),
            lambda: [text_tokens(applied.prompt, index, call) for index in self.routing(applied, grid).text_regions],
        )

    def plan(
        self, applied: AppliedRegions, grid: TokenGrid, layout: TokenLayout, image: Tensor
    ) -> AttentionPlan | LogitModulation:
        """image: the image tokens; the plan is for their device and dtype."""

        def build() -> AttentionPlan | LogitModulation:
            settings, routing = applied.settings, self.routing(applied, grid)
            if settings.isolation == "modulate":
                return LogitModulation(
                    layout, self.memberships(applied, grid), routing.text_regions, settings, image.device
                )
            return AttentionPlan(layout, routing, settings, image.device, image.dtype)

        return self._cached(("plan", applied, grid, layout, image.device, image.dtype), build)

    def cross_plan(
        self, applied: AppliedRegions, grid: TokenGrid, layout: TokenLayout, image: Tensor
    ) -> CrossAttentionPlan:
        return self._cached(
            ("cross_plan", applied, grid, layout, image.device, image.dtype),
            lambda: CrossAttentionPlan(
                layout, self.routing(applied, grid), applied.settings, image.device, image.dtype
            ),
        )

    def text_plan(self, spans: tuple[range, ...], device: torch.device, dtype: torch.dtype) -> TextPlan:
        return self._cached(("text_plan", spans, device, dtype), lambda: TextPlan(spans, device, dtype))

    def turns(self, layout: TokenLayout, call: ForwardCall, device: torch.device) -> list[Turn]:
        """The rotations that put tokens where they belong, where the model numbers them otherwise."""

        def turn(tokens: range, by: tuple[float, ...]) -> Turn:
            position = torch.tensor([[by]], dtype=torch.float32, device=device)
            return Turn(tokens, call.family.rotation(call.model, position).flatten(0, -4)[0])

        return self._cached(
            ("turns", layout, call.model, device),
            lambda: [turn(*shift) for shift in call.family.shifts(call.model, layout) if any(shift.by)],
        )
