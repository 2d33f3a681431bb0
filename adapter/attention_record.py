"""What is kept of a run's attention, to be looked at afterwards: small sums on the CPU, of one sampling run at a time."""

from __future__ import annotations

import torch
from torch import Tensor

from ..attention import Shares
from ..regions import TokenGrid
from .regional_prompt import RegionalAttention

KINDS = ("own text", "other texts", "base text", "own pixels", "other pixels", "reference pictures")


class AttentionRecord:
    """Sums of attention shares over blocks and steps, of the first positive conditioning with regions in the run.

    R texts: the regions' in drawing order and the background's, where there is one. The host copies model options deeply;
    all copies are this one record.
    """

    def __init__(self) -> None:
        self.clear()

    def __deepcopy__(self, memo) -> AttentionRecord:
        return self

    def clear(self) -> None:
        self.regional: RegionalAttention | None = None
        self.grid: TokenGrid | None = None
        self.passes = 0

    def wants(self, regional: RegionalAttention, grid: TokenGrid) -> bool:
        """Whether it records these regions on this grid: the first it is asked about."""
        if self.regional is None:
            self.regional, self.grid = regional, grid
            texts = len(regional.prompt.texts)
            self._maps, self._heard = torch.zeros(texts + 1, grid.tokens), torch.zeros(texts + 1)
            self._table, self._owned = torch.zeros(texts, len(KINDS)), torch.zeros(texts)
        return self.regional is regional and self.grid == grid

    @torch.compiler.disable
    def add(self, speakers: list[int], shares: Shares) -> None:
        """shares: of one block in one step. speakers: the index among all R texts of each of theirs."""
        self.passes += 1
        texts, base, own, other, references, owner = (part.cpu() for part in shares)
        self._maps[-1] += base
        self._heard[-1] += 1
        for row, text in enumerate(speakers):
            self._maps[text] += texts[row]
            self._heard[text] += 1
            mine = owner == row
            if mine.any():
                parts = (texts[row], texts.sum(0) - texts[row], base, own, other, references)
                self._table[text] += torch.stack([part[mine].mean() for part in parts])
                self._owned[text] += 1

    def maps(self) -> Tensor:
        """[R + 1, rows, cols] in 0..1: each image token's attention to each text, the base text last; mean while it acted."""
        mean = self._maps / self._heard.clamp(min=1)[:, None]
        return mean.view(-1, self.grid.rows, self.grid.cols)

    def table(self) -> Tensor:
        """[R, len(KINDS)]: mean shares of the pixels that each text's region owns; a row of zeros where it owns none."""
        return self._table / self._owned.clamp(min=1)[:, None]
