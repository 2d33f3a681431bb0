"""How the regions travel: in the conditioning, as one of the things the host hands to the model."""

from __future__ import annotations

import comfy.conds

from .regional_prompt import AppliedRegions

KEY = "flux_regions"


class RegionsCond(comfy.conds.CONDConstant):
    """Carries AppliedRegions to the model. Conditionings with different regions never share a batch."""

    def can_concat(self, other) -> bool:
        return self.cond is other.cond

    def process_cond(self, batch_size: int, area=None, **kwargs):
        """Raises ValueError for a conditioning that the host would run on a part of the picture only."""
        if area is not None:
            raise ValueError(
                "Conditioning (Set Area), and Set Mask with 'mask bounds', cut the picture, and the regions would be squeezed "
                "into the part. Remove that node, or use Conditioning (Set Mask) with 'default'."
            )
        return super().process_cond(batch_size, area=area, **kwargs)


def without_regions(extra: dict) -> dict:
    """A conditioning's settings without regions that an earlier Apply put there."""
    conds = {name: cond for name, cond in extra.get("model_conds", {}).items() if name != KEY}
    return {**extra, "model_conds": conds} if "model_conds" in extra else extra


def with_regions(applied: AppliedRegions) -> list:
    """The regional prompt's base conditioning with its regions in it; everything else in it stays."""
    cond = RegionsCond(applied)
    return [
        [tokens, {**extra, "model_conds": {**extra.get("model_conds", {}), KEY: cond}}]
        for tokens, extra in applied.prompt.base
    ]


def regions_of(conditioning: list) -> AppliedRegions | None:
    """The regions in the first part of a CONDITIONING that has any."""
    conds = [extra.get("model_conds", {}).get(KEY) for _, extra in conditioning]
    return next((cond.cond for cond in conds if cond is not None), None)
