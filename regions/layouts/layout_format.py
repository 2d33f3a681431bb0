"""What a notation of layouts is: how it is recognised, read and written."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..region_set import RegionSet

BOX_ORDERS = ("auto", "xyxy", "yxyx")
BOX_UNITS = ("auto", "thousandths", "pixels", "fractions")


class BoxConvention(NamedTuple):
    """What the four numbers of a box are where the notation does not say.

    size: (width, height) in pixels of the picture that pixels are measured by, None = not known. order: one of
    BOX_ORDERS. units: one of BOX_UNITS.
    """

    size: tuple[int, int] | None = None
    order: str = "auto"
    units: str = "auto"


class LayoutSource(NamedTuple):
    """value: a Python value, or parsed JSON. caption: the text that stood before the JSON, or "". note: a sentence on
    what of a longer text this is, or "".
    """

    value: object
    caption: str = ""
    note: str = ""


class LayoutReading(NamedTuple):
    """regions: what the layout says. how: how its numbers were understood, in words, or ""."""

    regions: RegionSet
    how: str = ""


class LayoutFormat(NamedTuple):
    """One notation.

    name: as an option of the writing node. title: what a report calls it. matches: whether a source is in it, from its
    keys alone. read: raises ValueError, one or two sentences that name the box, for what is no such layout; None: it
    is not read. write: from regions to text; None: it is not written. kept: of what boxes with descriptions
    have no room for (left_out.py), what it writes all the same.
    """

    name: str
    title: str
    matches: Callable[[LayoutSource], bool]
    read: Callable[[LayoutSource, BoxConvention], LayoutReading]
    write: Callable[[RegionSet], str] | None = None
    kept: tuple[str, ...] = ()
