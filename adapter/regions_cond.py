"""How AppliedRegions travel to the model: as one of the things that the host hands to it with a conditioning."""

from __future__ import annotations

import comfy.conds


class RegionsCond(comfy.conds.CONDConstant):
    """Carries AppliedRegions to the model. Conditionings with different regions never share a batch."""

    def can_concat(self, other) -> bool:
        return self.cond is other.cond

    def process_cond(self, batch_size: int, area=None, **kwargs):
        """The host calls this in every step. Raises ValueError for a conditioning that has lost the hooks without which
        the regions would do nothing.
        """
        if not self.cond.cache.is_open:
            raise ValueError(
                "The regions were lost on the way to the sampler: a node in between replaced the hooks of the conditioning, or "
                "this sampler does not prepare the model as ComfyUI's own do. Put Regional Prompt behind that node, or use "
                "another sampler."
            )
        return super().process_cond(batch_size, area=area, **kwargs)
