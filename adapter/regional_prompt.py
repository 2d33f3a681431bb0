"""What travels on a FLUX_REGIONAL_PROMPT wire: the base conditioning and the regions, every one with its text embedding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from torch import Tensor

from ..attention import Settings
from ..regions import RegionSet


@dataclass(frozen=True, eq=False)
class RegionalPrompt:
    """base: a CONDITIONING list. texts: [B, T, C] for each region, and one more, the background's, where there is one.

    cut: how many tokens of padding were taken off behind each of the texts; None, or no entry: its padding was kept.
    """

    base: list
    regions: RegionSet
    texts: tuple[Tensor, ...]
    cut: tuple[int | None, ...] = ()

    @property
    def has_background(self) -> bool:
        return len(self.texts) > len(self.regions)

    def part(self, indices: tuple[int, ...]) -> RegionalPrompt:
        """The same prompt with these regions alone (rising indices), and the background."""
        kept = (*indices, *range(len(self.regions), len(self.texts)))
        texts, cut = tuple(self.texts[index] for index in kept), tuple(self.text_cut(index) for index in kept)
        return replace(self, regions=self.regions.subset(indices), texts=texts, cut=cut)

    def text_cut(self, index: int) -> int | None:
        return self.cut[index] if self.cut else None

    def text_tokens(self, index: int, text_length: int = 0) -> int:
        """Tokens of one text in the model, which fills up a shorter one to text_length unless its padding was cut off."""
        own = self.texts[index].shape[1]
        return max(own, text_length) if self.text_cut(index) is None else own

    def label(self, index: int) -> str:
        return "The background" if index == len(self.regions) else self.regions.label(index)


class ModelShape(NamedTuple):
    """double_blocks, single_blocks: how many. text_length: to how many tokens the host fills up shorter texts, 0 = it does not."""

    double_blocks: int
    single_blocks: int
    text_length: int


@dataclass(frozen=True, eq=False)
class RegionalAttention:
    """What the model finds in a conditioning: the regional prompt and how to apply it. model: that of Apply, for reports."""

    prompt: RegionalPrompt
    settings: Settings
    model: ModelShape | None = None
