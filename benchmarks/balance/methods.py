"""What is compared: auto balance, and fixed settings of Regional Prompt."""

from __future__ import annotations

from ..renderer import Method

AUTO = Method("auto", "prompt")
AUTO_WITHOUT_BACKGROUND = Method("auto, no background prompt", "prompt", {"background_prompt": ""})
ALONE = Method("each region a picture of its own", "alone")
"""No method to use, but what the miniature can do at the regions' sizes. Overlaps hide parts of such pictures."""


def _fixed(base_ratio: float, end: float, background_in_regions: str = "never") -> Method:
    name = f"base_ratio {base_ratio:g}, end {end:g}"
    if background_in_regions != "never":
        name += ", background in regions"
    settings = {"balance": "manual", "base_ratio": base_ratio, "end": end}
    return Method(name, "prompt", settings | {"background_in_regions": background_in_regions})


METHODS = {
    method.name: method
    for method in (
        AUTO,
        AUTO_WITHOUT_BACKGROUND,
        ALONE,
        _fixed(0.2, 0.4),
        _fixed(0.4, 1.0),
        _fixed(0.2, 0.7),
        _fixed(0.2, 1.0),
        _fixed(0.2, 0.7, "auto"),
        _fixed(0.2, 1.0, "auto"),
    )
}
"""The paper's values first among the fixed ones; the best ones of an earlier, wider grid follow."""
