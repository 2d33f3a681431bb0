"""What the log says of the regions' step windows, once per run."""

from __future__ import annotations

import logging

from ..attention import window_steps
from .regional_prompt import RegionalAttention

logger = logging.getLogger(__name__)


def warn_of_idle_regions(regional: RegionalAttention, acting: list[range], steps: int) -> None:
    """acting: the steps of each region, of a sampler that makes this many. Warns of the regions that have none."""
    settings = regional.settings
    if not window_steps(settings, steps):
        logger.warning(
            "The window from start to end holds none of the %d steps, so the regions never act. Widen it.", steps
        )
        return
    for index, own in enumerate(acting):
        if not own:
            region = regional.prompt.regions.regions[index]
            logger.warning(
                "%s never acts: its own window, %g to %g, and that of Apply Regions to FLUX, %g to %g, have none of the %d "
                "steps in common. Widen one of them.",
                *(regional.prompt.label(index), region.start, region.end, settings.start, settings.end, steps),
            )


def own_steps(regional: RegionalAttention, acting: list[range]) -> str:
    """Which region acts in which steps (counted from 1), as a sentence to append; nothing where all act in the same."""
    if len(set(acting)) == 1:
        return ""
    parts = [
        f"{regional.prompt.label(i)} in steps {own[0] + 1} to {own[-1] + 1}" for i, own in enumerate(acting) if own
    ]
    return f" {'; '.join(parts)}."
