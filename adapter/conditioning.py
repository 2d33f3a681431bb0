"""How the regions travel: in the conditioning, as one of the things the host hands to the model, with the hooks they
need.
"""

from __future__ import annotations

import comfy.hooks

from ..regions.printable_log import printable_logger
from .lora_file import check_lora_files
from .region_references import reference_method
from .regional_prompt import KEY, AppliedRegions
from .regions_cond import RegionsCond
from .sampling_hooks import sampling_hooks

logger = printable_logger(__name__)


def without_regions(extra: dict) -> dict:
    """A conditioning's settings without regions that an earlier node put there."""
    conds = {name: cond for name, cond in extra.get("model_conds", {}).items() if name != KEY}
    return {**extra, "model_conds": conds} if "model_conds" in extra else extra


def with_regions(applied: AppliedRegions) -> list:
    """The regional prompt's base conditioning with its regions in it; everything else in it stays.

    Without a region that can act it is the base conditioning as it came, and the log says so. Raises ValueError as
    check_lora_files and reference_method do.
    """
    regions = applied.prompt.regions
    check_lora_files(regions)
    reference_method(regions)
    if not len(regions) and not regions.background_loras:
        logger.info(
            "No region can act (none is there, or all are hidden or of strength 0): the picture is the plain one."
        )
        return applied.prompt.base
    cond = RegionsCond(applied)
    carrying = [
        [tokens, {**extra, "model_conds": {**extra.get("model_conds", {}), KEY: cond}}]
        for tokens, extra in applied.prompt.base
    ]
    return comfy.hooks.set_hooks_for_conditioning(carrying, sampling_hooks())


def regions_of(conditioning: list) -> AppliedRegions | None:
    """The regions in the first part of a CONDITIONING that has any."""
    conds = [extra.get("model_conds", {}).get(KEY) for _, extra in conditioning]
    return next((cond.cond for cond in conds if cond is not None), None)
