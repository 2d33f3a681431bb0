"""The colours of regions: what a region without a colour of its own has, on the canvas and in pictures of regions."""

import re

PALETTE = (
    "#ca5f00",
    "#313fef",
    "#94f11a",
    "#883192",
    "#23beff",
    "#ffba91",
    "#5f491e",
    "#a795a4",
)
"""In drawing order, from the first again after the last. They were searched for, to be far apart also for colour-blind
eyes and as a faint tint; tests/reports/test_palette.py measures it.
"""
_HEXADECIMAL = re.compile("#[0-9a-fA-F]{6}")


def palette_color(index: int) -> str:
    """The colour "#rrggbb" of a region at this position, from 0, that has none of its own."""
    return PALETTE[index % len(PALETTE)]


def color_or_palette(color: str, index: int) -> str:
    """A region's own colour where it is one, "#rrggbb", else the one of its position: no reason to refuse a drawing."""
    return color if _HEXADECIMAL.fullmatch(color) else palette_color(index)
