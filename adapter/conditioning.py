"""How the regions travel: in the conditioning, as one of the things the host hands to the model, with the hooks they
need.
"""

from __future__ import annotations

import comfy.conds
import comfy.hooks

from ..regions.printable_log import printable_logger
from .regional_prompt import KEY, AppliedRegions
from .sampling_hooks import sampling_hooks

logger = printable_logger(__name__)


class RegionsCond(comfy.conds.CONDConstant):
    """Carries AppliedRegions to the model. Conditionings with different regions never share a batch."""

    def can_concat(self, other) -> bool:
        return self.cond is other.cond

    def process_cond(self, batch_size: int, area=None, **kwargs):
        """The host calls this in every step. Raises ValueError for a conditioning that it would run on a part of the
        picture only, and for one that has lost the hooks without which the regions would do nothing.
        """
        if area is not None:
            raise ValueError(
                "Conditioning (Set Area), and Set Mask with 'mask bounds', cut the picture, and the regions would be squeezed "
                "into the part. Remove that node, or use Conditioning (Set Mask) with 'default'."
            )
        if not self.cond.cache.is_open:
            raise ValueError(
                "The regions were lost on the way to the sampler: a node in between replaced the hooks of the conditioning, or "
                "this sampler does not prepare the model as ComfyUI's own do. Put Regional Prompt behind that node, or use "
                "another sampler."
            )
        return super().process_cond(batch_size, area=area, **kwargs)


def without_regions(extra: dict) -> dict:
    """A conditioning's settings without regions that an earlier node put there."""
    conds = {name: cond for name, cond in extra.get("model_conds", {}).items() if name != KEY}
    return {**extra, "model_conds": conds} if "model_conds" in extra else extra


def with_regions(applied: AppliedRegions) -> list:
    """The regional prompt's base conditioning with its regions in it; everything else in it stays.

    Without a region that can act it is the base conditioning as it came, and the log says so.
    """
    if not len(applied.prompt.regions):
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
