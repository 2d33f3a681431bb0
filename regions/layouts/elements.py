"""ComfyUI's layout elements, the ARRAY of its Create Bounding Boxes and the JSON of the same form (0.27 and newer):

    [{"type": "obj", "bbox": [ymin, xmin, ymax, xmax], "desc": "a red car", "color_palette": ["#FF0000"]},
     {"type": "text", "bbox": [...], "text": "SALE", "desc": "bold letters"}]

Coordinates are whole numbers from 0 to 1000. Later elements lie on top.
"""

from __future__ import annotations

import json

from ..json_values import as_json
from ..region_set import RegionSet
from .box_regions import box_around, check_count, regions_of
from .corners import STEPS, corner_numbers, is_corner_list, rect_on_canvas, to_steps
from .element import Element
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource


def is_element(value: object) -> bool:
    return (
        isinstance(value, dict)
        and is_corner_list(value.get("bbox"))
        and "id" not in value
        and bool({"desc", "type", "text", "color_palette"} & set(value))
    )


def read_elements(entries: list, **prompts_around) -> RegionSet:
    """A region for each element. Raises ValueError, naming the box, for one that is none."""
    check_count(len(entries))
    rects, prompts = [], []
    for number, entry in enumerate(entries, start=1):
        label = f"Box {number}"
        if not isinstance(entry, dict):
            raise ValueError(f"{label} is {as_json(entry)}; an element has a bbox and a desc.")
        rects.append(rect_on_canvas(corner_numbers(entry.get("bbox"), "yxyx", label), (STEPS, STEPS), label))
        prompts.append(Element.of_fields(entry, "color_palette").prompt)
    return regions_of(rects, prompts, [""] * len(rects), **prompts_around)


def write_elements(regions: RegionSet) -> list[dict]:
    """An element for each region: the box around it, and its prompt.

    Names, strengths, feathers and steps have no place in it. Raises ValueError for a region without area.
    """
    elements = []
    for index, region in enumerate(regions.regions):
        xmin, ymin, xmax, ymax = to_steps(box_around(region, regions.label(index)))
        element = Element.of_prompt(region.prompt)
        fields = {"type": "text" if element.words else "obj", "bbox": [ymin, xmin, ymax, xmax]}
        fields |= {"text": element.words} if element.words else {}
        fields |= {"desc": element.description}
        fields |= {"color_palette": list(element.colors)} if element.colors else {}
        elements.append(fields)
    return elements


def _entries(value: object) -> list | tuple | None:
    """The elements that value is, or has as its elements; None where it is no layout of them."""
    if is_element(value):
        return [value]
    items = value.get("elements") if isinstance(value, dict) else value
    return items if isinstance(items, (list, tuple)) and items and is_element(items[0]) else None


def _matches(source: LayoutSource) -> bool:
    return _entries(source.value) is not None


def _read(source: LayoutSource, _: BoxConvention) -> LayoutReading:
    return LayoutReading(read_elements(list(_entries(source.value) or ())))


def _write(regions: RegionSet) -> str:
    return json.dumps(write_elements(regions), ensure_ascii=False)


ELEMENTS = LayoutFormat("elements", "elements of Create Bounding Boxes", _matches, _read, _write)
