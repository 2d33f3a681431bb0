"""Watching a run: what is kept of its attention, to be looked at afterwards; small sums on the CPU, of one run at a
time.
"""

from __future__ import annotations

import torch
from comfy.patcher_extension import CallbacksMP
from torch import Tensor

from ..attention import AttentionShares
from ..regions import TokenGrid
from .regional_prompt import AppliedRegions
from .uncompiled import uncompiled

KINDS = ("own text", "other texts", "base text", "own pixels", "other pixels", "reference pictures")
OPTION = "flux_regions_watch"


class AttentionRecord:
    """Sums of attention shares over blocks and steps, of the first positive conditioning with regions in the run.

    R texts: the regions' in drawing order and the background's, where there is one. The host copies model options
    deeply; all copies are this one record.
    """

    def __init__(self) -> None:
        self.clear()

    def __deepcopy__(self, memo) -> AttentionRecord:
        return self

    def clear(self) -> None:
        self.applied: AppliedRegions | None = None
        self.grid: TokenGrid | None = None
        self.passes = 0

    def accepts(self, applied: AppliedRegions, grid: TokenGrid) -> bool:
        """Whether it records these regions on this grid: the first of a positive conditioning that it is asked
        about.
        """
        if self.applied is None and applied.cache.sides and "positive" not in applied.cache.sides:
            return False
        if self.applied is None:
            self.applied, self.grid = applied, grid
            texts = len(applied.prompt.texts)
            self._maps, self._passes_of = torch.zeros(texts + 1, grid.tokens), torch.zeros(texts + 1)
            self._table, self._owned_passes = torch.zeros(texts, len(KINDS)), torch.zeros(texts)
        return self.applied is applied and self.grid == grid

    @uncompiled
    def add(self, numbers: list[int], shares: AttentionShares) -> None:
        """shares: of one block in one step. numbers: the index among all R texts of each of theirs."""
        self.passes += 1
        texts, base, own_image, other_image, references, owner = (part.cpu() for part in shares)
        self._maps[-1] += base
        self._passes_of[-1] += 1
        for row, text in enumerate(numbers):
            self._maps[text] += texts[row]
            self._passes_of[text] += 1
            owned_pixels = owner == row
            if owned_pixels.any():
                kinds = (texts[row], texts.sum(0) - texts[row], base, own_image, other_image, references)
                self._table[text] += torch.stack([kind[owned_pixels].mean() for kind in kinds])
                self._owned_passes[text] += 1

    def maps(self) -> Tensor:
        """[R + 1, rows, cols] in 0..1: each image token's attention to each text, the base text last; mean while it
        acted.
        """
        mean = self._maps / self._passes_of.clamp(min=1)[:, None]
        return mean if self.grid is None else mean.view(-1, self.grid.rows, self.grid.cols)

    def table(self) -> Tensor:
        """[R, len(KINDS)]: mean shares of the pixels that each text's region owns; a row of zeros where it owns
        none.
        """
        return self._table / self._owned_passes.clamp(min=1)[:, None]


def record_attention(model, record: AttentionRecord):
    """A clone of the MODEL that writes the attention of its regions into record, each sampling run anew."""
    model = model.clone()
    model.model_options.setdefault("transformer_options", {})[OPTION] = record
    # The host calls this when a sampling run begins.
    model.add_callback_with_key(CallbacksMP.ON_PRE_RUN, OPTION, lambda _: record.clear())
    return model


def record_of(options: dict) -> AttentionRecord | None:
    """The record that a forward call with these transformer_options is to be written into: none unless watched."""
    return options.get(OPTION)
