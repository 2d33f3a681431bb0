"""When regions act: the window of steps, and which blocks isolate regions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor

from ..regions import Region
from .settings import Settings


def window_steps(settings: Settings, steps: int) -> range:
    """The steps (from 0) on which the regions act, of a sampler that makes this many.

    Fractions are rounded to the nearest step, so 10 of 24 steps may be written 0.417. Worked value: start 0, end 0.4
    of 24 steps -> range(0, 10). May be empty.
    """
    return _rounded_steps(settings.start, settings.end, steps)


def region_steps(region: Region, settings: Settings, steps: int) -> range:
    """The steps (from 0) on which one region acts: those of its own window that lie in the settings' window as well.

    The region's window holds at least one step: where rounding leaves none, the step in which its middle falls.
    Worked value: start 0.5, end 1 in a window of 0 to 0.75, of 8 steps -> range(4, 6). Empty if the windows do not
    meet.
    """
    own_steps = _rounded_steps(region.start, region.end, steps)
    if not own_steps:
        middle = min(int((region.start + region.end) / 2 * steps), steps - 1)
        own_steps = range(middle, middle + 1)
    window = window_steps(settings, steps)
    first = max(own_steps.start, window.start)
    return range(first, max(first, min(own_steps.stop, window.stop)))


def window_segments(windows: Sequence[tuple[float, float]]) -> list[tuple[float, float, tuple[int, ...]]]:
    """windows: each region's (start, end), fractions of the steps. Returns the times between the moments at which one
    opens or closes, from 0 to 1, each with the regions (from 0) that act in it. Worked value: (0, 0.5), (0, 1) ->
    (0, 0.5, (0, 1)), (0.5, 1, (1,)).
    """
    cuts = sorted({0.0, 1.0, *(cut for window in windows for cut in window)})
    return [
        (first, last, tuple(i for i, (start, end) in enumerate(windows) if start <= first and last <= end))
        for first, last in pairwise(cuts)
    ]


def _rounded_steps(start: float, end: float, steps: int) -> range:
    return range(int(start * steps + 0.5), int(end * steps + 0.5))


def step_index(sigma: float, sample_sigmas: Tensor) -> int:
    """sigma: the noise level being denoised; sample_sigmas: [steps + 1] falling, the sampler's own. Returns the step.

    A noise level between two steps (DPM-2) belongs to the step it came from; one that is exactly the next step's (the
    second look of Heun) to that next step.
    """
    levels = sample_sigmas.detach().float().cpu()
    tolerance = 1e-4 * levels.abs().max().item()
    reached = int((levels >= sigma - tolerance).sum())
    return min(max(reached - 1, 0), max(len(levels) - 2, 0))


def is_isolated_block(block_type: str, block_index: int, settings: Settings) -> bool:
    """Whether this block ("double" or "single", from 0) isolates regions; the others mix all regions (paper, 3.3)."""
    interval = settings.double_interval if block_type == "double" else settings.single_interval
    return block_index % interval == 0
