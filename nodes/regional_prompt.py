"""What travels on a FLUX_REGIONAL_PROMPT wire: the base conditioning and the regions, every one with its text embedding."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from ..attention import RegionSet, Settings


@dataclass(frozen=True, eq=False)
class RegionalPrompt:
    """base: a CONDITIONING list. texts: [B, T, C] for each region, and one more, the background's, where there is one."""

    base: list
    regions: RegionSet
    texts: tuple[Tensor, ...]

    @property
    def has_background(self) -> bool:
        return len(self.texts) > len(self.regions)

    def part(self, indices: tuple[int, ...]) -> RegionalPrompt:
        """The same prompt with these regions alone (rising indices), and the background."""
        texts = (*(self.texts[index] for index in indices), *self.texts[len(self.regions) :])
        return replace(self, regions=self.regions.part(indices), texts=texts)

    def label(self, index: int) -> str:
        return "The background" if index == len(self.regions) else self.regions.label(index)


@dataclass(frozen=True, eq=False)
class RegionalAttention:
    """What the model finds in a conditioning: the regional prompt and how to apply it."""

    prompt: RegionalPrompt
    settings: Settings
