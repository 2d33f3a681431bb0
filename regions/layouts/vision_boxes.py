"""Boxes as vision models answer when they are asked where things are: a list of objects with a box and a label.

    [{"bbox_2d": [xmin, ymin, xmax, ymax], "label": "a red car"}]   Qwen-VL
    [{"box_2d": [ymin, xmin, ymax, xmax], "label": "a red car"}]    Gemini

Newer models count from 0 to 1000 along each side, whatever the picture's size, older ones in pixels. What else is read
is in box_entries.py.
"""

from __future__ import annotations

import json

from ..json_values import as_json
from ..region_set import RegionSet
from .box_entries import KEY_ORDERS, NAMED_BOX, PIXEL_BOX, box_entries, box_key, is_bare_box
from .box_regions import box_around, check_count, regions_of
from .corners import ORDERS, STEPS, corner_numbers, rect_on_canvas, to_steps
from .labels import clean_text, numbered_labels, one_line
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource
from .left_out import NAMES

_NAME_KEYS = ("name", "label", "class", "category")
_PROMPT_KEYS = ("desc", "description", "caption", "prompt", "text", "text_content")
_AROUND_KEYS = ("caption", "summary", "description", "prompt")

MAX_NAME = 40
"""Characters of a label that is a name; a longer one is the prompt alone."""


def read_entries(entries: list, order: str, units: str, size: tuple[int, int] | None, **prompts_around) -> RegionSet:
    """order: one of BOX_ORDERS. units: one of BOX_UNITS except auto. size: (width, height), for pixels."""
    if units == "pixels" and size is None:
        raise ValueError("The boxes are in pixels: give the size of their picture in width and height.")
    check_count(len(entries))
    scale = {"thousandths": (STEPS, STEPS), "fractions": (1, 1), "pixels": size}[units]
    rects, prompts, labels = [], [], []
    for number, entry in enumerate(entries, start=1):
        label = f"Box {number}"
        corners = corner_numbers(_box(entry, label), _order(entry, order), label)
        rects.append(rect_on_canvas(corners, scale, label))  # type: ignore
        fields = entry if isinstance(entry, dict) else {}
        name = next((text for key in _NAME_KEYS if (text := one_line(fields.get(key)))), "")
        prompt = next((text for key in _PROMPT_KEYS if (text := clean_text(fields.get(key)))), "")
        labels.append(name if prompt or len(name) <= MAX_NAME else "")
        prompts.append(prompt or name)
    return regions_of(rects, prompts, numbered_labels(labels), **prompts_around)


def text_around(value: object) -> str:
    """The description of the whole picture in an object that holds boxes, or ""."""
    fields = value if isinstance(value, dict) and box_key(value) is None else {}
    return next((text for key in _AROUND_KEYS if (text := clean_text(fields.get(key)))), "")


def _box(entry: object, label: str) -> object:
    if is_bare_box(entry):
        return entry
    key = box_key(entry)
    if key is None:
        raise ValueError(f"{label} is {as_json(entry)}; give an object with a box of four numbers and a label.")
    return entry[key]  # type: ignore[index]


def _matches(source: LayoutSource) -> bool:
    return box_entries(source.value) is not None


def _read(source: LayoutSource, convention: BoxConvention) -> LayoutReading:
    entries = box_entries(source.value) or []
    check_count(len(entries))
    order = _order(entries[0], convention.order)
    units = _units(entries) if convention.units == "auto" else convention.units
    regions = read_entries(entries, convention.order, units, convention.size, base_prompt=text_around(source.value))
    return LayoutReading(regions, f"{units}, {ORDERS[order]}")


def _order(entry: object, asked_for: str) -> str:
    """xyxy or yxyx. Where nothing is asked for (auto), each box has the order that its key says."""
    key = box_key(entry) or ""
    return (
        "xyxy" if key in (NAMED_BOX, PIXEL_BOX) else KEY_ORDERS.get(key, "xyxy") if asked_for == "auto" else asked_for
    )


def _units(entries: list) -> str:
    """What the numbers look like: fractions up to 1, or a little above where a box overshoots; thousandths; pixels, as
    all of a detector are.
    """
    if any(box_key(entry) == PIXEL_BOX for entry in entries):
        return "pixels"
    numbers = [
        number
        for index, entry in enumerate(entries, start=1)
        for number in corner_numbers(_box(entry, f"Box {index}"), "xyxy", f"Box {index}")
    ]
    largest = max(numbers)
    if largest <= 1 or (largest < 2 and not all(number.is_integer() for number in numbers)):
        return "fractions"
    if any(not number.is_integer() for number in numbers) and not any(
        box_key(entry) in KEY_ORDERS for entry in entries
    ):
        return "pixels"  # a detector's: models count thousandths in whole numbers
    return "thousandths" if largest <= STEPS else "pixels"


def _writer(key: str):
    def write(regions: RegionSet) -> str:
        entries = []
        steps = [to_steps(box_around(region, regions.label(index))) for index, region in enumerate(regions.regions)]
        if max(map(max, steps)) <= 1:  # nothing but the first step in the corner: it would read back as fractions
            steps = [(0, 0, 2, 2)] * len(steps)
        for region, (xmin, ymin, xmax, ymax) in zip(regions.regions, steps, strict=True):
            box = [xmin, ymin, xmax, ymax] if KEY_ORDERS[key] == "xyxy" else [ymin, xmin, ymax, xmax]
            entries.append({key: box, "label": region.name or region.prompt} | _description(region))
        return json.dumps(entries, ensure_ascii=False)

    return write


def _description(region) -> dict:
    """The prompt, where the label does not say it already."""
    return {"description": region.prompt} if region.name and region.prompt != region.name else {}


BBOX_2D = LayoutFormat("bbox_2d", "boxes of a vision model", _matches, _read, _writer("bbox_2d"), (NAMES,))
BOX_2D = LayoutFormat("box_2d", "boxes of a vision model", _matches, _read, _writer("box_2d"), (NAMES,))
