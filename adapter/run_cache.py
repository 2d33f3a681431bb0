"""What one sampling run keeps between its model calls: plans and embeddings on the device, all dropped when it ends."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from ..attention import (
    AttentionPlan,
    LogitModulation,
    StepCounter,
    TokenLayout,
    TokenRouting,
    balanced,
    memberships,
    route_tokens,
)
from ..regions import TokenGrid
from .uncompiled import uncompiled

if TYPE_CHECKING:
    from .regional_prompt import AppliedRegions, RegionalPrompt


class TextTokens(NamedTuple):
    """tokens: [B, T, C]. first_position: that of the first of them, where the model numbers the tokens of a text."""

    tokens: Tensor
    first_position: int


class RunCache:
    """Keyed by content, never by call: another size, prompt or device in the same run gets entries of its own."""

    def __init__(self) -> None:
        self.is_open = False
        self.sides: set[str] = set()
        """What the guider calls the conditionings that use it: "positive", "negative", …"""
        self.steps = StepCounter()
        self._entries: dict = {}

    def open(self) -> bool:
        """Called when a run begins. False where one has begun already and this is a part of it."""
        opened, self.is_open = not self.is_open, True
        if opened:
            self.steps = StepCounter()
        return opened

    def close(self) -> None:
        self.is_open = False
        self.sides.clear()
        self._entries.clear()

    @uncompiled
    def _cached(self, key: tuple, build: Callable):
        if key not in self._entries:
            self._entries[key] = build()
        return self._entries[key]

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
            return replace(applied, settings=balanced(applied.settings, applied.prompt.has_background, early))

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
            lambda: route_tokens(prompt.regions, applied.settings, grid, prompt.has_background),
        )

    def texts(self, applied: AppliedRegions, grid: TokenGrid, context: Tensor, text_length: int) -> list[TextTokens]:
        """The text of each region that some token sees, on context's device and in its dtype.

        text_length: as many tokens as the host makes of a shorter text for this model, by zeros in front.
        Raises ValueError if a text's width is not context's.
        """
        prompt = applied.prompt
        return self._cached(
            ("texts", applied, grid, context.device, context.dtype),
            lambda: [
                with_position(region_embedding(prompt, index, context), text_length, prompt.trimmed_tokens(index))
                for index in self.routing(applied, grid).text_regions
            ],
        )

    def plan(
        self, applied: AppliedRegions, grid: TokenGrid, layout: TokenLayout, image: Tensor
    ) -> AttentionPlan | LogitModulation:
        """image: the image tokens; the plan is for their device and dtype."""

        def build() -> AttentionPlan | LogitModulation:
            prompt, settings, routing = applied.prompt, applied.settings, self.routing(applied, grid)
            if settings.isolation == "modulate":
                image_members = memberships(prompt.regions, settings, grid, prompt.has_background)
                return LogitModulation(layout, image_members, routing.text_regions, settings, image.device)
            return AttentionPlan(layout, routing, settings, image.device, image.dtype)

        return self._cached(("plan", applied, grid, layout, image.device, image.dtype), build)


def region_embedding(prompt: RegionalPrompt, index: int, context: Tensor) -> Tensor:
    """One text of the prompt on context's device and in its dtype.

    Raises ValueError for a shape the model cannot read.
    """
    text = prompt.texts[index]
    if text.ndim != 3 or text.shape[1] == 0:
        raise ValueError(
            f"{prompt.label(index)}: its conditioning has the shape {list(text.shape)}; batch x tokens x width is needed. "
            "Check the node that made it."
        )
    if text.shape[-1] != context.shape[-1]:
        raise ValueError(
            f"{prompt.label(index)}: its conditioning has the shape {list(text.shape)}, but this model reads text embeddings "
            f"of width {context.shape[-1]}. Encode it with the CLIP that belongs to the model."
        )
    return text.to(context.device, context.dtype)


def with_position(tokens: Tensor, text_length: int, trimmed: int | None) -> TextTokens:
    """A text as it would stand in a prompt of its own, padded to text_length in front; or trimmed, each word in its
    place.

    trimmed: tokens of padding taken off behind. Worked values for a text_length of 512: 20 tokens, trimmed None -> 512
    tokens from position 0; 20 tokens, trimmed 0 (nothing to take off) -> 20 tokens from position 492; 20 tokens,
    trimmed 492 -> from position 0.
    """
    missing = max(text_length - tokens.shape[1] - (trimmed or 0), 0)
    if trimmed is None:
        return TextTokens(torch.nn.functional.pad(tokens, (0, 0, missing, 0)), 0)
    return TextTokens(tokens, missing)
