"""The one list of layout notations, in the order in which they are recognised, and the way in and out."""

from __future__ import annotations

from ..region_set import RegionSet
from .box_entries import MAX_DEPTH, holds_no_box
from .box_regions import check_count
from .elements import ELEMENTS, write_elements
from .flux3 import FLUX3
from .ideogram import IDEOGRAM
from .layers import LAYERS
from .layout_format import BoxConvention, LayoutFormat, LayoutSource
from .layout_in_text import layout_in_text
from .left_out import left_out
from .moss import MOSS
from .pixel_boxes import PIXEL_BOXES
from .segments import SEGMENTS
from .vision_boxes import BBOX_2D, BOX_2D

LAYOUT_FORMATS = (SEGMENTS, LAYERS, IDEOGRAM, MOSS, ELEMENTS, FLUX3, PIXEL_BOXES, BBOX_2D, BOX_2D)
WRITTEN_FORMATS = tuple(layout.name for layout in LAYOUT_FORMATS if layout.write is not None)


def read_layout(layout: object, convention: BoxConvention) -> tuple[RegionSet, str]:
    """The regions of a layout, and a sentence on how it was read.

    layout: text with JSON in it, or a value that another node gives: a list of elements or boxes, a dict, LAYERS or
    SEGS. Raises ValueError, one or two sentences, for text or values in no known notation, and for a box that is none,
    is empty or lies off the picture.
    """
    if isinstance(layout, str):
        source = layout_in_text(layout, lambda source: _format_of(source) is not None)
    else:
        source = LayoutSource(_of_one_picture(_unwrapped(layout)))
        if holds_no_box(layout):
            check_count(0)
    notation = _format_of(source)
    if notation is None:
        raise ValueError(
            f"{_kind_of(layout)} is no layout that is known. Connect boxes, elements, layers or SEGS, or "
            "write boxes with descriptions as JSON. Polygons, quad boxes and points are not read: ask for boxes."
        )
    regions, how = notation.read(source, convention)
    count = len(regions)
    read_as = f" ({how})" if how else ""
    note = f" {source.note}" if source.note else ""
    return regions, f"Read {count} region{'s' * (count != 1)} from {notation.title}{read_as}.{note}"


def write_layout(regions: RegionSet, name: str) -> tuple[str, list[dict]]:
    """The regions as text in the notation of that name (one of WRITTEN_FORMATS), and as a list of elements.

    Raises ValueError, naming the region, for one without area, and for no regions at all.
    """
    if not len(regions):
        raise ValueError("There are no regions to write. Draw some, or connect them to regions.")
    notation = next(layout for layout in LAYOUT_FORMATS if layout.name == name)
    assert notation.write is not None
    return notation.write(regions), write_elements(regions)


def written_report(regions: RegionSet, name: str) -> str:
    """One or two sentences: what write_layout(regions, name) writes, and what of the regions is not in it."""
    notation = next(layout for layout in LAYOUT_FORMATS if layout.name == name)
    count = len(regions)
    wrote = f"Wrote {count} region{'s' * (count != 1)} as {notation.title}."
    return f"{wrote} {left_out(regions, notation.kept)}".rstrip()


def _unwrapped(value: object) -> object:
    """The list of a single picture's boxes in a batch of one."""
    for _ in range(MAX_DEPTH):
        inner = value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else None
        if not isinstance(inner, (list, tuple)) or not inner or not isinstance(inner[0], (dict, list, tuple)):
            break
        value = inner
    return value


def _of_one_picture(value: object) -> object:
    """The layout of the picture in which something is, of a list of layouts. Raises ValueError for several such."""
    if not isinstance(value, (list, tuple)) or _format_of(LayoutSource(value)) is not None:
        return value
    layouts = [item for item in value if not isinstance(item, str) and _format_of(LayoutSource(item)) is not None]
    if len(layouts) > 1:
        raise ValueError(f"Layouts of {len(layouts)} pictures came in. Give that of one.")
    is_one = len(layouts) == 1 and all(item is layouts[0] or holds_no_box(item) for item in value)
    return layouts[0] if is_one else value


def _kind_of(layout: object) -> str:
    return "Nothing (null)" if layout is None else f"This {type(layout).__name__}"


def _format_of(source: LayoutSource) -> LayoutFormat | None:
    return next((layout for layout in LAYOUT_FORMATS if layout.matches(source)), None)
