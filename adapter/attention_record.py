"""Watching runs: what is kept of their attention, to be looked at afterwards; small sums on the CPU, for each run its
own.
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
MAX_RUNS = 16
"""Records that a watched model keeps."""
MAX_SAMPLES = 1024
"""Values of a latent by which it is known again."""


class AttentionRecord:
    """Sums of attention shares over blocks and steps, of the first positive conditioning with regions in the run; where
    none has some, of the first other one.

    R texts: the regions' in drawing order and the background's, where there is one.
    """

    def __init__(self) -> None:
        self.applied: AppliedRegions | None = None
        self.grid: TokenGrid | None = None
        self.passes = 0

    def accepts(self, applied: AppliedRegions, grid: TokenGrid) -> bool:
        """Whether it records these regions on this grid: the first that it is asked about of those to be watched, and
        all pieces of its picture.
        """
        if self.applied is None and applied.cache.sides and not applied.cache.is_watched:
            return False
        if self.applied is None:
            self.applied, self.grid = applied, grid.whole
            texts = len(applied.prompt.texts)
            self._maps, self._passes_of = torch.zeros(2, texts + 1, grid.whole.tokens)
            self._table, self._owned_passes = torch.zeros(texts, len(KINDS)), torch.zeros(texts)
        return self.applied is applied and self.grid == grid.whole

    @uncompiled
    def add(self, numbers: list[int], grid: TokenGrid, shares: AttentionShares) -> None:
        """shares: of one block in one step, on grid. numbers: the index among all R texts of each of theirs."""
        self.passes += 1
        texts, base, own_image, other_image, references, owner = (part.cpu() for part in shares)
        tokens = slice(None) if grid.piece is None else _tokens_of_whole(grid)
        self._maps[-1, tokens] += base
        self._passes_of[-1, tokens] += 1
        for row, text in enumerate(numbers):
            self._maps[text, tokens] += texts[row]
            self._passes_of[text, tokens] += 1
            owned_pixels = owner == row
            if owned_pixels.any():
                kinds = (texts[row], texts.sum(0) - texts[row], base, own_image, other_image, references)
                self._table[text] += torch.stack([kind[owned_pixels].mean() for kind in kinds])
                self._owned_passes[text] += 1

    def maps(self) -> Tensor:
        """[R + 1, rows, cols] in 0..1: each image token's attention to each text, the base text last; mean while it
        acted.
        """
        mean = self._maps / self._passes_of.clamp(min=1)
        return mean if self.grid is None else mean.view(-1, self.grid.rows, self.grid.cols)

    def table(self) -> Tensor:
        """[R, len(KINDS)]: mean shares of the pixels that each text's region owns; a row of zeros where it owns
        none.
        """
        return self._table / self._owned_passes.clamp(min=1)[:, None]


def _tokens_of_whole(grid: TokenGrid) -> Tensor:
    """[N]: for each token of a piece, that of the whole picture in which it begins."""
    assert grid.piece is not None
    rows, cols = (torch.tensor(cells[:: grid.patch]) // grid.patch for cells in (grid.piece.rows, grid.piece.cols))
    return (rows[:, None] * grid.whole.cols + cols).flatten()


class AttentionRecords:
    """The records of the last runs of a watched model, from the oldest on; there is always one.

    A cached node hands out the same value for many runs, so whoever looks asks for the run of a latent. The host copies
    model options deeply; all copies are this one value.
    """

    def __init__(self) -> None:
        self._records = [AttentionRecord()]
        self._result_samples: list[Tensor | None] = [None]

    def __deepcopy__(self, memo) -> AttentionRecords:
        return self

    @property
    def latest(self) -> AttentionRecord:
        return self._records[-1]

    def begin_run(self) -> None:
        self._records = [*self._records, AttentionRecord()][-MAX_RUNS:]
        self._result_samples = [*self._result_samples, None][-MAX_RUNS:]

    def end_run(self, result: Tensor) -> None:
        """result: the latent that the sampler returns."""
        self._result_samples[-1] = _samples(result)

    def of(self, latent: Tensor) -> AttentionRecord:
        """The record of the run that returned this latent; of the last run, where it is none of theirs."""
        wanted = _samples(latent)
        for record, samples in zip(reversed(self._records), reversed(self._result_samples), strict=True):
            if samples is not None and samples.shape == wanted.shape and torch.allclose(samples, wanted, 1e-2, 1e-2):
                return record
        return self.latest


def _samples(latent: Tensor) -> Tensor:
    """Some of its values, by which it is known again, on another device and in half precision too."""
    values = latent.detach().reshape(-1)
    return values[:: max(1, len(values) // MAX_SAMPLES)].float().cpu()


def record_attention(model, records: AttentionRecords):
    """A clone of the MODEL that writes the attention of its regions into records, each sampling run anew."""
    model = model.clone()
    model.model_options.setdefault("transformer_options", {})[OPTION] = records
    # The host calls this when a sampling run begins.
    model.add_callback_with_key(CallbacksMP.ON_PRE_RUN, OPTION, lambda _: records.begin_run())
    return model


def records_of(options: dict) -> AttentionRecords | None:
    """Where a forward call with these transformer_options is to be written down: nowhere unless watched."""
    return options.get(OPTION)
