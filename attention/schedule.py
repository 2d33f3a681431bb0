"""When regions act: the window of steps, and which blocks keep regions apart."""

from __future__ import annotations

from torch import Tensor

from .settings import Settings


def window_steps(settings: Settings, steps: int) -> range:
    """The steps (from 0) on which the regions act, of a sampler that makes this many.

    Shares are rounded to the nearest step, so 10 of 24 steps may be written 0.417. Worked value: start 0, end 0.4 of 24
    steps -> range(0, 10). May be empty.
    """
    return range(int(settings.start * steps + 0.5), int(settings.end * steps + 0.5))


def step_at(sigma: float, sample_sigmas: Tensor) -> int:
    """sigma: the noise level being denoised; sample_sigmas: [steps + 1] falling, the sampler's own. Returns the step.

    A noise level between two steps (DPM-2) belongs to the step it came from; one that is exactly the next step's (the
    second look of Heun) to that next step.
    """
    levels = sample_sigmas.detach().float().cpu()
    slack = 1e-4 * levels.abs().max().item()
    passed = int((levels >= sigma - slack).sum())
    return min(max(passed - 1, 0), max(len(levels) - 2, 0))


def keeps_apart(block_type: str, block_index: int, settings: Settings) -> bool:
    """Whether this block ("double" or "single", from 0) keeps regions apart; the others mix all regions (paper, 3.3)."""
    interval = settings.double_interval if block_type == "double" else settings.single_interval
    return block_index % interval == 0
