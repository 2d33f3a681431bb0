"""What one sampling run keeps between its model calls: plans and embeddings on the device, all dropped when it ends."""

from __future__ import annotations

import torch
from torch import Tensor

from ..attention import Layout, Modulation, Plan, Spoken, TokenGrid, hearing, segments
from .regional_prompt import RegionalAttention, RegionalPrompt


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

    def texts(self, regional: RegionalAttention, grid: TokenGrid, context: Tensor) -> list[Tensor]:
        """[B, T, C] for each region that is heard, on context's device and in its dtype. Raises ValueError if C differs."""
        speakers = sorted(self.heard(regional, grid).area)
        return self._keep(
            ("texts", regional, grid, context.device, context.dtype),
            lambda: [embedding(regional.prompt, index, context) for index in speakers],
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
