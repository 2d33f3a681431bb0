"""The regions' LoRAs in all conditionings of a run, also in those without regions: a negative that knew nothing of them
would make the sampler overdo them, since CFG multiplies what one side has and the other has not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..regions.printable_log import printable_logger
from .family import Family
from .places import PLACES
from .regional_prompt import KEY, AppliedRegions, applied_regions
from .regions_cond import RegionsCond

logger = printable_logger(__name__)


def bring_loras(conds: dict, model: Any, family: Family) -> None:
    """Fits the LoRAs of regions in conds to the host's MODEL, and has the host load them with it.

    conds: a guider's, by name, as it copied them for this run. Those without LoRAs get the LoRAs of the first that has
    some, the positive ones first. Raises ValueError as FittedLoras does.
    """
    positive_first = dict(sorted(conds.items(), key=lambda side: side[0] != "positive"))
    sources = [applied for applied in applied_regions(positive_first) if applied.prompt.regions.has_loras]
    if not sources:
        return
    patchers = []
    for source in sources:
        fitted = source.loras.fit(source.prompt.regions, model, family)
        patchers.append(fitted.patcher)
        for line in fitted.summary:
            logger.info("%s", line)
        _warn_of_short_prompts(source)
    all_conds = [cond for side in conds.values() for cond in side]
    all_places = (cond.get("model_conds", {}).get(PLACES) for cond in all_conds)
    first = next((cond for cond in all_places if cond is not None), None)  # they are the run's, the same in all
    places = {} if first is None else {PLACES: first}
    without_regions = RegionsCond(replace(sources[0], prompts_act=False))
    with_source: dict[AppliedRegions, RegionsCond] = {}
    for cond in all_conds:
        carried = cond.get("model_conds", {}).get(KEY)
        regions_cond = without_regions
        if carried is not None and carried.cond.prompt.regions.has_loras:
            regions_cond = carried
        elif carried is not None:
            applied = carried.cond
            regions_cond = with_source.setdefault(applied, RegionsCond(replace(applied, lora_source=sources[0])))
        # The host's own dict is another run's too.
        cond["model_conds"] = {**cond.get("model_conds", {}), KEY: regions_cond, **places}
        cond["additional_models"] = [*_as_list(cond.get("additional_models")), *patchers]


def _as_list(models: Any) -> list:
    return models if isinstance(models, list) else [] if models is None else [models]


def _warn_of_short_prompts(applied: AppliedRegions) -> None:
    """Once its prompt has stopped, the base prompt speaks in a region, and takes away what its LoRA draws."""
    regions, settings = applied.prompt.regions, applied.settings
    for index, region in enumerate(regions.regions):
        end = region.end if settings.balance == "auto" else min(region.end, settings.end)
        last = max((lora.end for lora in region.loras if lora.strength), default=0.0)
        if region.strength and end < last:
            logger.warning(
                "%s: its LoRA acts up to %g of the steps, but its prompt only up to %g. The base prompt may undo the LoRA from "
                "there on: set balance to auto, or end to %g.",
                *(regions.label(index), last, end, last),
            )
