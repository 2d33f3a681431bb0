"""A detector's boxes, as the host's BOUNDING_BOX(ES) sockets carry them: from pixels to regions.

Read in ComfyUI 0.33.0 (comfy_extras/nodes_rtdetr.py, nodes_sam3.py, nodes_bounding_boxes.py): a box is a dict
{x, y, width, height} in pixels, with label and score from a detector, or metadata from the box editor; several are a
list, and a batch of pictures is a list of such lists. Hosts without these types have no node that makes them.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

from comfy_api.latest import io

from ..regions import Mark, Rect, Region, RegionSet, name_list, prompt_list

BoundingBox, BoundingBoxes = io.Custom("BOUNDING_BOX"), io.Custom("BOUNDING_BOXES")


class DetectedBox(NamedTuple):
    """rect: in fractions of the picture. label: the detector's word. prompt: what to draw there. Both may be empty."""

    rect: Rect
    label: str
    prompt: str


def boxes_input():
    """Of a node that makes a region from each box; a socket for one box, for a list, and for a list of lists."""
    return io.MultiType.Input(
        "boxes",
        [BoundingBox, BoundingBoxes],
        optional=True,
        extra_dict={"forceInput": True},
        tooltip="Boxes from a detector, in pixels: a region each, in place of x, y, width and height. Prompt: a line "
        "for each.",
    )


def detected_regions(
    boxes, size: tuple[int, int] | None, prompt: str, strength: float, feather: float, name: str, regions: RegionSet
) -> RegionSet:
    """regions with one more for each box, in their order.

    boxes: what came in on the socket. size: (width, height) in pixels of the picture that they were found in, None =
    not known. prompt: a line for each box, or one for all; without any, what the box itself says. Raises ValueError
    where the numbers of boxes and lines differ, for no boxes, for a box that is empty or off the picture, and for
    values that are no boxes.
    """
    if size is None:
        raise ValueError(
            "Boxes are in pixels, so the size of their picture is needed. Connect the picture that they were found in "
            "to image."
        )
    detected = read_boxes(boxes, *size)
    prompts, names = prompt_list(prompt, len(detected), "boxes"), name_list(name, len(detected), "boxes")
    if not any(names):
        names = numbered_labels(detected)
    for box, line, region_name in zip(detected, prompts, names, strict=True):
        region = Region(region_name, line or box.prompt, strength, feather, marks=(Mark(box.rect),))
        regions = regions.added(region)
    return regions


def numbered_labels(boxes: list[DetectedBox]) -> list[str]:
    """The boxes' labels; one that several have is numbered: cat 1, cat 2, sofa."""
    total, count = Counter(box.label for box in boxes), Counter()
    labels = []
    for box in boxes:
        count[box.label] += 1
        labels.append(f"{box.label} {count[box.label]}" if box.label and total[box.label] > 1 else box.label)
    return labels


def read_boxes(boxes, width: int, height: int) -> list[DetectedBox]:
    """What came in on a BOUNDING_BOX(ES) socket, for a picture of width x height pixels.

    Raises ValueError as detected_regions.
    """
    items = [boxes] if isinstance(boxes, dict) else boxes
    if not isinstance(items, (list, tuple)):
        raise ValueError(f"boxes is {type(boxes).__name__}; connect boxes from a detector (BOUNDING_BOX).")
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


def _read_box(box, name: str, width: int, height: int) -> DetectedBox:
    """width and height: of the picture. name: of the box, for errors."""
    if not isinstance(box, dict):
        raise ValueError(f"{name} is {type(box).__name__}; a box has x, y, width and height.")
    x, y, w, h = (_number(box, key, name) for key in ("x", "y", "width", "height"))
    if w <= 0 or h <= 0:
        raise ValueError(f"{name} is empty: it is {w:g} x {h:g} pixels.")
    # Detectors overshoot the border by a little.
    left, top = max(x / width, 0.0), max(y / height, 0.0)
    right, bottom = min((x + w) / width, 1.0), min((y + h) / height, 1.0)
    if right <= left or bottom <= top:
        raise ValueError(
            f"{name} lies off the picture, which is {width}x{height}: its corner is at {x:g}, {y:g}. Connect the "
            "picture that it was found in to image."
        )
    metadata = box.get("metadata") if isinstance(box.get("metadata"), dict) else {}
    label, description = _text(box.get("label")), _text(metadata.get("desc"))
    return DetectedBox(Rect(left, top, right - left, bottom - top), label, description or label)


def _text(value) -> str:
    return value.strip() if isinstance(value, str) else ""


def _number(box: dict, key: str, name: str) -> float:
    try:
        value = float(box[key])  # detectors also give elements of their tensors
    except (KeyError, TypeError, ValueError, RuntimeError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} has no {key} that is a number. A box has x, y, width and height, in pixels.")
    return value
