"""Regions from other nodes, for the page to show below those that are drawn."""

from __future__ import annotations

import base64
from collections.abc import Callable

from ..regions import Region, RegionSet, region_mask
from ..regions.document.shapes import write_shape_op
from ..regions.palette import palette_color

MAX_MASK_SIDE = 128
"""Pixels of a mask that is sent: enough to see where it is."""


def shown_regions(regions: RegionSet, width: int, height: int, check: Callable[[], None] = lambda: None) -> list[dict]:
    """What js/core/chained_regions.js reads: name, prompt, colour and shapes of each region, as in a document; of one
    that is more than shapes a small mask in their place, {width, height, levels: base64 of a byte a pixel}.

    width, height: the picture's, in pixels. check: called now and then; what it raises ends the work.
    """
    scale = min(1.0, MAX_MASK_SIDE / max(width, height))
    mask_width, mask_height = (max(1, round(side * scale)) for side in (width, height))
    return [
        {
            "name": region.name,
            "prompt": region.prompt,
            "colour": region.color or palette_color(index),
            **(
                _shapes(region)
                if region.mask is None and region.view is None
                else _mask(region, mask_width, mask_height, check)
            ),
        }
        for index, region in enumerate(regions.regions)
    ]


def _shapes(region: Region) -> dict:
    return {"shapes": [write_shape_op(op) for op in region.shapes]}


def _mask(region: Region, width: int, height: int, check: Callable[[], None]) -> dict:
    levels = (region_mask(region, width, height, check) * 255).round().byte().cpu().numpy().tobytes()
    return {"mask": {"width": width, "height": height, "levels": base64.b64encode(levels).decode()}}
