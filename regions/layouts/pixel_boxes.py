"""A detector's or an editor's boxes, as the host's BOUNDING_BOX(ES) sockets carry them: from pixels to regions.

Read in ComfyUI 0.33.0 (comfy_extras/nodes_rtdetr.py, nodes_sam3.py, nodes_bounding_boxes.py): a box is a dict
{x, y, width, height} in pixels, with label and score from a detector, or metadata from the box editor; several are a
list, and a batch of pictures is a list of such lists.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from ..json_values import as_json
from ..shapes import Rect
from ..shapes.interval import Interval
from .box_regions import check_count, regions_of
from .corners import finite_number
from .element import Element
from .labels import clean_text, numbered_labels
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource

_SIDES = ("x", "y", "width", "height")


class DetectedBox(NamedTuple):
    """rect: in fractions of the picture. label: the detector's word. prompt: what to draw there. Both may be empty."""

    rect: Rect
    label: str
    prompt: str


def read_boxes(boxes: object, width: int, height: int) -> list[DetectedBox]:
    """What came in on a BOUNDING_BOX(ES) socket, for a picture of width x height pixels.

    Raises ValueError for no boxes, for a box that is empty or off the picture, and for values that are no boxes.
    """
    items = [boxes] if isinstance(boxes, dict) else boxes
    if not isinstance(items, (list, tuple)):
        raise ValueError(f"boxes is {as_json(boxes)}; connect boxes from a detector (BOUNDING_BOX).")
    if any(isinstance(item, (list, tuple)) for item in items):
        pictures = [item for item in items if item]
        if len(pictures) > 1:
            raise ValueError(f"Boxes of {len(pictures)} pictures came in. Detect in one picture.")
        items = pictures[0] if pictures else []
        if not isinstance(items, (list, tuple)):
            raise ValueError("boxes holds both lists and single values. Connect boxes from a detector (BOUNDING_BOX).")
    if not items:
        raise ValueError(
            "No boxes came in: the detector found nothing. Lower its threshold, or give it another picture."
        )
    return [_read_box(item, f"Box {number}", width, height) for number, item in enumerate(items, start=1)]


def _read_box(box: object, name: str, width: int, height: int) -> DetectedBox:
    """width and height: of the picture. name: of the box, for errors."""
    if not isinstance(box, dict):
        raise ValueError(f"{name} is {as_json(box)}; a box has x, y, width and height.")
    x, y, w, h = (_number(box, key, name) for key in _SIDES)
    if w <= 0 or h <= 0:
        raise ValueError(f"{name} is empty: it is {w:g} x {h:g} pixels.")
    across, down = Interval(x / width, (x + w) / width), Interval(y / height, (y + h) / height)
    # Detectors overshoot the border: whatever lies off the picture is cut off.
    if across.flaw(math.inf, clip=True) or down.flaw(math.inf, clip=True):
        raise ValueError(
            f"{name} lies off the picture, which is {width}x{height}: its corner is at {x:g}, {y:g}. Connect the "
            "picture that it was found in to image."
        )
    metadata = box.get("metadata")
    element = Element.of_fields(metadata, "palette") if isinstance(metadata, Mapping) else Element()
    label = clean_text(box.get("label"))
    return DetectedBox(Rect.between(across.clipped(), down.clipped()), label, element.prompt or label)


def _number(box: Mapping, key: str, name: str) -> float:
    try:
        return finite_number(box[key], name)
    except (KeyError, ValueError):
        raise ValueError(
            f"{name} has no {key} that is a number. A box has x, y, width and height, in pixels."
        ) from None


def _is_box(value: object) -> bool:
    return isinstance(value, dict) and set(_SIDES) <= set(value)


def _matches(source: LayoutSource) -> bool:
    value = source.value
    if _is_box(value):
        return True
    items = value if isinstance(value, (list, tuple)) else ()
    first = next((item for item in items if isinstance(item, (dict, list, tuple)) and item), None)
    return _is_box(first) or (isinstance(first, (list, tuple)) and bool(first) and _is_box(first[0]))


def _read(source: LayoutSource, convention: BoxConvention) -> LayoutReading:
    if convention.size is None:
        raise ValueError("The boxes are in pixels: give the size of their picture in width and height.")
    width, height = convention.size
    boxes = read_boxes(source.value, width, height)
    check_count(len(boxes))
    names = numbered_labels([box.label for box in boxes])
    regions = regions_of([box.rect for box in boxes], [box.prompt for box in boxes], names)
    return LayoutReading(regions, f"pixels of {width} x {height}")


PIXEL_BOXES = LayoutFormat("bounding_box", "bounding boxes", _matches, _read)
