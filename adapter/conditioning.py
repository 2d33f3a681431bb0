"""How the regions travel: in the conditioning, as one of the things the host hands to the model, with the hooks they
need.
"""

from __future__ import annotations

from dataclasses import replace

import comfy.hooks
import comfy.model_management

from ..regions.printable_log import printable_logger
from .lora_file import check_lora_files
from .lora_fitting import LoraFitting
from .region_references import reference_method
from .regional_prompt import KEY, AppliedRegions, carried_regions
from .regions_cond import RegionsCond
from .run_cache import RunCache
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
    if not applied.prompt.texts and not regions.background_loras:
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


def cropped_regions(conditioning: list, box: tuple[float, float, float, float]) -> list:
    """A CONDITIONING whose regions are those in a box of the picture, (x, y, width, height) in fractions of it.

    Where none is left, nor a background with a text, it is the plain base conditioning, and the log says so. What else
    a part of it carries stays as it is. Raises ValueError as RegionSet.crop does.
    """
    cropped: dict[int, AppliedRegions] = {}

    def crop(extra: dict) -> dict:
        applied = carried_regions(extra)
        if applied is None:
            return extra
        if id(applied) not in cropped:
            prompt = applied.prompt.crop(box, comfy.model_management.throw_exception_if_processing_interrupted)
            cropped[id(applied)] = replace(applied, prompt=prompt, cache=RunCache(), loras=LoraFitting())
            if not prompt.texts:
                logger.info(
                    "No region lies in the box x %g, y %g, width %g, height %g: the plain prompt draws it.", *box
                )
        prompt = cropped[id(applied)].prompt
        if not prompt.texts and not prompt.regions.background_loras:
            return without_regions(extra)
        return {**extra, "model_conds": {**extra["model_conds"], KEY: RegionsCond(cropped[id(applied)])}}

    return [[tokens, crop(extra)] for tokens, extra in conditioning]


def regions_of(conditioning: list) -> AppliedRegions | None:
    """The regions in the first part of a CONDITIONING that has any."""
    return next((applied for _, extra in conditioning if (applied := carried_regions(extra)) is not None), None)
