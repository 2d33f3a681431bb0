"""What one sampling run keeps between its model calls: plans and embeddings on the device, all dropped when it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from ..attention import Layout, Modulation, Plan, Spoken, balanced, hearing, segments
from ..regions import TokenGrid
from .regional_prompt import RegionalAttention, RegionalPrompt


class Text(NamedTuple):
    """tokens: [B, T, C]. first: the position of the first of them, where the model numbers the tokens of a text."""

    tokens: Tensor
    first: int


class RegionalRun:
    """Keyed by content, never by call: another size, prompt or device in the same run gets entries of its own."""

    def __init__(self) -> None:
        self._kept: dict = {}

    def clear(self) -> None:
        self._kept.clear()

    @torch.compiler.disable  # a compiled model shall call this, not compile it
    def _keep(self, key: tuple, make):
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def balanced(self, regional: RegionalAttention, grid: TokenGrid, firm: bool) -> RegionalAttention:
        """The same with the settings that its balance asks for. firm: for the first steps. Raises ValueError as heard does."""
        if regional.settings.balance == "manual":
            return regional

        def make() -> RegionalAttention:
            regions, settings = balanced(regional.prompt.regions, regional.settings, grid, firm)
            return RegionalAttention(replace(regional.prompt, regions=regions), settings, regional.model)

        return self._keep(("balanced", regional, grid, firm), make)

    def part(self, regional: RegionalAttention, indices: tuple[int, ...]) -> RegionalAttention:
        """The same with these regions alone (rising indices), for the steps on which no others act."""
        if len(indices) == len(regional.prompt.regions):
            return regional
        return self._keep(
            ("part", regional, indices), lambda: RegionalAttention(regional.prompt.part(indices), regional.settings)
        )

    def heard(self, regional: RegionalAttention, grid: TokenGrid) -> Spoken:
        """Who speaks for which token. Raises ValueError, naming the region, for one without area on this grid."""
        prompt = regional.prompt
        return self._keep(
            ("heard", regional, grid),
            lambda: hearing(prompt.regions, regional.settings, grid, prompt.has_background),
        )

    def texts(self, regional: RegionalAttention, grid: TokenGrid, context: Tensor, text_length: int = 0) -> list[Text]:
        """The text of each region that is heard, on context's device and in its dtype. Raises ValueError if its width differs.

        text_length: as many tokens as the host makes of a shorter text for this model, by zeros in front.
        """
        speakers = sorted(self.heard(regional, grid).area)
        return self._keep(
            ("texts", regional, grid, context.device, context.dtype),
            lambda: [
                placed(embedding(regional.prompt, index, context), text_length, regional.prompt.text_cut(index))
                for index in speakers
            ],
        )

    def plan(self, regional: RegionalAttention, grid: TokenGrid, layout: Layout, image: Tensor) -> Plan | Modulation:
        """image: the image tokens; the plan is for their device and dtype."""

        def make() -> Plan | Modulation:
            prompt, settings, heard = regional.prompt, regional.settings, self.heard(regional, grid)
            if settings.isolation == "modulate":
                parts = segments(prompt.regions, settings, grid, prompt.has_background)
                return Modulation(layout, parts, sorted(heard.area), settings, image.device)
            return Plan(layout, heard, settings, image.device, image.dtype)

        return self._keep(("plan", regional, grid, layout, image.device, image.dtype), make)

    def first_look(self, regional: RegionalAttention) -> bool:
        """True once in a run, whether the regions act by now or not."""
        seen = ("seen", regional) in self._kept
        return not seen and self._keep(("seen", regional), lambda: True)

    def first_word(self, regional: RegionalAttention) -> bool:
        """True once in a run: now the user is told that these regions act."""
        return not self.spoken_of(regional) and self._keep(("spoken of", regional), lambda: True)

    def spoken_of(self, regional: RegionalAttention) -> bool:
        """Whether the user was told already."""
        return ("spoken of", regional) in self._kept


def embedding(prompt: RegionalPrompt, index: int, context: Tensor) -> Tensor:
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


def placed(tokens: Tensor, text_length: int, cut: int | None) -> Text:
    """A text as it would stand in a prompt of its own, padded to text_length in front; or trimmed, each word in its place.

    cut: tokens of padding taken off behind. Worked values for a text_length of 512: 20 tokens, cut None -> 512 tokens from
    position 0; 20 tokens, cut 0 (nothing to take off) -> 20 tokens from position 492; 20 tokens, cut 492 -> from position 0.
    """
    missing = max(text_length - tokens.shape[1] - (cut or 0), 0)
    if cut is None:
        return Text(torch.nn.functional.pad(tokens, (0, 0, missing, 0)), 0)
    return Text(tokens, missing)
