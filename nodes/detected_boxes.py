"""A detector's boxes, as the host's BOUNDING_BOX(ES) sockets carry them: from pixels to regions.

The facts, read in ComfyUI 0.33.0 (comfy_extras/nodes_rtdetr.py, nodes_sam3.py, nodes_bounding_boxes.py): a box is a dict
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
    """rect: in fractions of the picture. label: what was found. words: what to draw there, as far as the box says."""

    rect: Rect
    label: str
    words: str


def boxes_input():
    return io.MultiType.Input(
        "boxes",
        [BoundingBox, BoundingBoxes],
        optional=True,
        extra_dict={"forceInput": True},
        tooltip="Boxes from a detector, in pixels: a region each, in place of x, y, width and height. Prompt: a line for each.",
    )


def detected_regions(
    boxes, size: tuple[int, int] | None, prompt: str, strength: float, feather: float, name: str, regions: RegionSet
) -> RegionSet:
    """regions with one more for each box, in their order. size: (width, height) of the picture they were found in.

    A line of prompt for each box, or one for all; without any, what the box itself says. Raises ValueError where numbers
    differ, for no boxes, for a box off the picture or empty, and for values that are no boxes.
    """
    if size is None:
        raise ValueError(
            "Boxes are in pixels, so the size of their picture is needed. Connect the picture that they were found in to image."
        )
    found = detected(boxes, *size)
    prompts, names = prompt_list(prompt, len(found), "boxes"), name_list(name, len(found), "boxes")
    for box, words, called in zip(found, prompts, _labelled(names, found), strict=True):
        region = Region(called, words or box.words, strength, feather, marks=(Mark(box.rect),))
        regions = regions.added(region)
    return regions


def _labelled(names: list[str], found: list[DetectedBox]) -> list[str]:
    """The names; where there are none, the labels, numbered if one is there more than once."""
    if any(names):
        return names
    total, seen = Counter(box.label for box in found), Counter()
    labelled = []
    for box in found:
        seen[box.label] += 1
        labelled.append(f"{box.label} {seen[box.label]}" if box.label and total[box.label] > 1 else box.label)
    return labelled


def detected(boxes, width: int, height: int) -> list[DetectedBox]:
    """What came in on a BOUNDING_BOX socket, for a picture of width x height. Raises ValueError as above."""
    found = [boxes] if isinstance(boxes, dict) else boxes
    if not isinstance(found, (list, tuple)):
        raise ValueError(f"boxes is {type(boxes).__name__}; connect boxes from a detector (BOUNDING_BOX).")
    if any(isinstance(frame, (list, tuple)) for frame in found):
        frames = [frame for frame in found if frame]
        if len(frames) > 1:
            raise ValueError(f"Boxes of {len(frames)} pictures came in. Detect in one picture.")
        found = frames[0] if frames else []
        if not isinstance(found, (list, tuple)):
            raise ValueError("boxes holds both lists and single values. Connect boxes from a detector (BOUNDING_BOX).")
    if not found:
        raise ValueError(
            "No boxes came in: the detector found nothing. Lower its threshold, or give it another picture."
        )
    return [_box(box, f"Box {number}", width, height) for number, box in enumerate(found, start=1)]


def _box(box, label: str, width: int, height: int) -> DetectedBox:
    if not isinstance(box, dict):
        raise ValueError(f"{label} is {type(box).__name__}; a box has x, y, width and height.")
    x, y, wide, high = (_number(box, key, label) for key in ("x", "y", "width", "height"))
    if wide <= 0 or high <= 0:
        raise ValueError(f"{label} is empty: it is {wide:g} x {high:g} pixels.")
    # Detectors overshoot the border by a little.
    left, top = max(x / width, 0.0), max(y / height, 0.0)
    right, bottom = min((x + wide) / width, 1.0), min((y + high) / height, 1.0)
    if right <= left or bottom <= top:
        raise ValueError(
            f"{label} lies off the picture, which is {width}x{height}: its corner is at {x:g}, {y:g}. Connect the picture "
            "that it was found in to image."
        )
    metadata = box.get("metadata") if isinstance(box.get("metadata"), dict) else {}
    said = [text.strip() for text in (metadata.get("desc"), box.get("label")) if isinstance(text, str) and text.strip()]
    spoken = box.get("label") if isinstance(box.get("label"), str) else ""
    return DetectedBox(Rect(left, top, right - left, bottom - top), spoken.strip(), said[0] if said else "")


def _number(box: dict, key: str, label: str) -> float:
    try:
        value = float(box[key])  # detectors hand over their tensors' elements too
    except (KeyError, TypeError, ValueError, RuntimeError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{label} has no {key} that is a number. A box has x, y, width and height, in pixels.")
    return value
