"""From the text of a chat model's answer to regions, through the region document's own reader."""

from __future__ import annotations

from dataclasses import replace

from ..regions import Interval, Rect, Region, RegionSet, ShapeOp, region_label, regions_from_document
from .json_extraction import json_object

MAX_REGIONS = 32
SIDES = ("x", "y", "width", "height")
BOX_TOLERANCE = 0.02
"""Models round: a box may reach past the picture by this much (a fraction of it), and is clipped there."""


def read_answer(answer: str, max_regions: int) -> RegionSet:
    """The planned regions, 1 to max_regions of them, each with a prompt and a box on the picture.

    Raises ValueError, one or two sentences that a model and a person understand, for anything else.
    """
    plan = json_object(answer, wanted="regions")
    entries = plan.get("regions")
    if not isinstance(entries, list) or not entries:
        raise ValueError('The answer has no regions: "regions" must be a list with one object for each of them.')
    if len(entries) > max_regions:
        raise ValueError(f"The answer has {len(entries)} regions; at most {max_regions} are allowed.")
    document = {"schema": 1, "regions": [_document_region(entry, index) for index, entry in enumerate(entries)]}
    document |= {key: _one_line(plan[key]) for key in ("base_prompt", "background_prompt") if plan.get(key) is not None}
    regions = regions_from_document(document)
    return replace(regions, regions=tuple(_clip_box(regions, index) for index in range(len(regions))))


def _document_region(entry: object, index: int) -> dict:
    """A region of the answer as one of the document; types and numbers are for the document's reader to check."""
    if not isinstance(entry, dict):
        raise ValueError(f"{region_label(index, '')} is no object; give it a name, a prompt and a box.")
    name, prompt, box = _one_line(entry.get("name") or ""), _one_line(entry.get("prompt") or ""), entry.get("box")
    label = region_label(index, name) if isinstance(name, str) else region_label(index, "")
    if isinstance(box, list) and len(box) == len(SIDES):
        box = dict(zip(SIDES, box, strict=True))
    if not isinstance(box, dict) or not set(SIDES) <= set(box):
        raise ValueError(f'{label}: its "box" must have x, y, width and height, in fractions of the picture.')
    if not prompt:
        raise ValueError(f"{label} has no prompt; say what to draw there.")
    return {"name": name, "prompt": prompt, "shapes": [{"kind": "rect", **{side: box[side] for side in SIDES}}]}


def _one_line(value: object) -> object:
    """Text on one line, in characters that can be written down (no half surrogates); anything else as it is."""
    return " ".join(value.encode("utf-8", "replace").decode().split()) if isinstance(value, str) else value


def _clip_box(regions: RegionSet, index: int) -> Region:
    """A region with its box clipped to the picture. Raises ValueError for one that reaches past BOX_TOLERANCE."""
    region, label = regions.regions[index], regions.label(index)
    box = region.shapes[0].shape
    intervals = []
    for start_name, size_name in (("x", "width"), ("y", "height")):
        start, size = getattr(box, start_name), getattr(box, size_name)
        interval = Interval(start, start + size)
        flaw = interval.flaw(BOX_TOLERANCE, clip=True)
        if flaw == "empty":
            raise ValueError(f"{label}: its box is empty: {size_name} is {size:g}.")
        if flaw:
            raise ValueError(
                f"{label}: its box reaches off the picture: {start_name} {start:g}, {size_name} {size:g}. All are "
                f"fractions of the picture, with {start_name} at least 0 and {start_name} + {size_name} at most 1."
            )
        intervals.append(interval.clipped())
    return replace(region, shapes=(ShapeOp(Rect.between(*intervals)),))
