"""The regions' LoRAs in the conditionings of a run, also in a negative without regions, which would otherwise make the
sampler overdo them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..regions.printable_log import printable_logger
from .family import Family
from .guider_sides import follow_positive
from .regional_prompt import AppliedRegions, applied_regions, carried_regions

logger = printable_logger(__name__)


def bring_loras(conds: dict, model: Any, family: Family) -> None:
    """Fits the LoRAs of regions in conds to the host's MODEL, and has the host load them with it.

    conds: a guider's, by name, as it copied them for this run. A side without LoRAs of its own (a negative) gets the
    positive's, on the image tokens. Raises ValueError as FittedLoras does.
    """
    sources = [applied for applied in applied_regions(conds) if _has_loras(applied)]
    if not sources:
        return
    patchers = []
    for source in sources:
        fitted = source.loras.fit(source.prompt.regions, model, family)
        patchers.append(fitted.patcher)
        for line in fitted.summary:
            logger.info("%s", line)
    follow_positive(conds, _has_loras, _with_loras)
    for cond in (cond for side in conds.values() for cond in side):
        cond["additional_models"] = [*_as_list(cond.get("additional_models")), *patchers]


def _has_loras(applied: AppliedRegions) -> bool:
    return applied.prompt.regions.has_loras


def _with_loras(cond: dict, source: AppliedRegions) -> AppliedRegions:
    own = carried_regions(cond)
    return replace(source, prompts_act=False) if own is None else replace(own, lora_source=source)


def _as_list(models: Any) -> list:
    return models if isinstance(models, list) else [] if models is None else [models]
