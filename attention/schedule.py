"""When regions act: the window of steps, and which blocks isolate regions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from torch import Tensor

from ..regions import Region
from .settings import Settings


def window_steps(settings: Settings, steps: int) -> range:
    """The steps (from 0) on which the regions act, of a sampler that makes this many.

    Fractions are rounded to the nearest step, so 10 of 24 steps may be written 0.417. Worked value: start 0, end 0.4 of
    24 steps -> range(0, 10). It holds at least one step: where rounding leaves none, that in which its middle falls.
    """
    return steps_between(settings.start, settings.end, steps)


def region_steps(region: Region, settings: Settings, steps: int) -> range:
    """The steps (from 0) on which one region acts: those of its own window that lie in the settings' window as well.

    At least one, as in window_steps, if the windows have any time in common; else none. Worked value: start 0.5, end 1
    in a window of 0 to 0.75, of 8 steps -> range(4, 6).
    """
    start, end = max(region.start, settings.start), min(region.end, settings.end)
    window, own_steps = window_steps(settings, steps), steps_between(region.start, region.end, steps)
    first = max(own_steps.start, window.start)
    shared = range(first, max(first, min(own_steps.stop, window.stop)))
    if shared or start >= end or not window:
        return shared
    middle = min(max(int((start + end) / 2 * steps), window.start), window.stop - 1)
    return range(middle, middle + 1)


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


def steps_between(start: float, end: float, steps: int) -> range:
    """The steps (from 0) of a window of its own, as fractions of all steps; rounded as in window_steps."""
    rounded = range(int(start * steps + 0.5), int(end * steps + 0.5))
    if rounded or start >= end or not steps:
        return rounded
    middle = min(int((start + end) / 2 * steps), steps - 1)
    return range(middle, middle + 1)


class Step(NamedTuple):
    """index: which step of the sampler, from 0. count: how many it makes. passed: those before it that it left out."""

    index: int
    count: int
    passed: range = range(0)

    def acts_in(self, steps: range) -> bool:
        """Whether what is to act in these steps acts now: one is here, or all of them have been left out."""
        return self.index in steps or (
            len(steps) > 0 and self.passed.start <= steps.start and steps.stop <= self.passed.stop
        )


class StepCounter:
    """Which step of a run each look at the model belongs to, by the order of the sampler's own noise levels.

    The levels may rise, restart, repeat or lie close together, so a level alone does not say it. A level between those
    of a step and of the next (DPM-2) belongs to the step it came from; one that is exactly the next step's (the second
    look of Heun) to that next step.
    """

    def __init__(self) -> None:
        self._step: int | None = None
        self._last: object = None
        self._reached = 0
        self.passed = range(0)
        """The steps that the latest look went past: nobody looked at them (DPM fast and adaptive, EasyCache)."""

    def step_of(self, look: object, sigma: float, sample_sigmas: Tensor) -> int:
        """The step (from 0) of a call. look: the same object in all calls that ask at once, one for each part of a
        picture or side of a guider; sigma: the noise level; sample_sigmas: [steps + 1], the sampler's own.
        """
        if self._step is None or look is not self._last:
            levels = sample_sigmas.detach().double().cpu().tolist()
            step = _next_step(levels, sigma, self._step)
            self.passed = range(0) if self._step is None else range(self._reached, step)
            self._reached = max(self._reached, step + 1)
            self._step = step
        self._last = look
        return self._step


def _next_step(levels: list[float], sigma: float, step: int | None) -> int:
    """The step that a look at this level belongs to, step being that of the look before it."""
    steps = len(levels) - 1
    gaps = [abs(second - first) for first, second in pairwise(levels) if second != first]
    largest = max(map(abs, levels))
    rounding = max(1e-6 * largest, min([1e-4 * abs(sigma), *(gap / 4 for gap in gaps)]))

    def is_at(index: int) -> bool:
        return abs(levels[index] - sigma) <= rounding

    def is_within(index: int) -> bool:
        low, high = sorted(levels[index : index + 2])
        return low - rounding <= sigma <= high + rounding

    ahead = range(steps) if step is None else range(step + 1, steps)
    behind = range(0) if step is None else range(step - 1, -1, -1)
    if step is not None and not (step + 1 < steps and is_at(step + 1)) and (is_at(step) or is_within(step)):
        return step
    for condition in (is_at, is_within):
        for index in (*ahead, *behind):
            if condition(index):
                return index
    return min(range(max(steps, 1)), key=lambda index: abs(levels[index] - sigma))


def is_isolated_block(block_type: str, block_index: int, settings: Settings) -> bool:
    """Whether this block ("double" or "single", from 0) isolates regions; the others mix all regions (paper, 3.3)."""
    interval = settings.double_interval if block_type == "double" else settings.single_interval
    return block_index % interval == 0
