"""Auto balance: the base ratio of each step, and windows to the end (the paper's limits leave this to the future).

Fitted on Pocket Flux (docs/measurements.md, Balance), where two things go wrong with many regions. After a window that
ends early, a base prompt that lists many objects repaints the regions with one another's: so they act to the last
step. And a region that is told nothing of its surroundings invents its own, which only a high base ratio repairs: so
the ratio depends on whether every region's prompt names them, as it does once Regional Prompt has added the background
prompt to each. Without a background prompt a third thing happens: the base prompt, which draws what no region covers,
goes on there with the objects of the regions beside it. So in the first steps that part sees no text, as in the paper's
mask; what the base prompt alone names still finds its place in it after them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from .schedule import window_steps
from .settings import Settings


class BaseRatios(NamedTuple):
    """0..1 each: in the first steps, in which the picture's layout settles, and in all others."""

    early_base_ratio: float
    late_base_ratio: float


EARLY_FRACTION = 0.15
"""How much of the steps from settings.start on is early; at least one step."""
SURROUNDINGS_NAMED = BaseRatios(0.0, 0.3)
SURROUNDINGS_UNNAMED = BaseRatios(0.1, 0.5)
"""Higher: the base prompt is then all that regions agree on."""


def base_ratios(surroundings_named: bool) -> BaseRatios:
    """surroundings_named: whether every region's prompt names what is around it."""
    return SURROUNDINGS_NAMED if surroundings_named else SURROUNDINGS_UNNAMED


def balanced(settings: Settings, surroundings_named: bool, early: bool) -> Settings:
    """settings with the rule's base_ratio, end, single_interval and uncovered; as they are if balance is "manual".

    early: see is_early_step. settings.start stays in force, and so does a region's own window.
    """
    if settings.balance == "manual":
        return settings
    ratios = base_ratios(surroundings_named)
    base_ratio = ratios.early_base_ratio if early else ratios.late_base_ratio
    uncovered = "alone" if early else "base"
    return replace(settings, base_ratio=base_ratio, end=1.0, single_interval=1, balance="manual", uncovered=uncovered)


def is_early_step(step: int, steps: int, settings: Settings) -> bool:
    """Whether the step (from 0) of a sampler that makes so many is one of the first EARLY_FRACTION from settings.start.

    Worked value: 20 steps from start 0 -> the first 3; 4 steps -> the first.
    """
    first = window_steps(settings, steps).start
    return step < first + max(1, round(EARLY_FRACTION * (steps - first)))
