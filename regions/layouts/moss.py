"""The layout prompt of MOSS-Image: an object with a caption, an entry for each box, and the boxes' coordinate format.

    {"caption": "a poster", "elements": [{"label": "object", "caption": "a knight", "bbox": [-416, -608, 0, 0]}, ...],
     "bbox_format": "abs_centralized yxyx"}

After the help page of ComfyUI's MOSS-Image Layout Prompt, the boxes are pixels from the picture's centre, [ymin, xmin,
ymax, xmax], and labels are object, character or text. The page does not give the names of the keys: what is read is any
object that holds boxes and says "yxyx" of them, and the keys that are written are our choice. That node makes the true
ones from elements. Not tried with the model.
"""

from __future__ import annotations

import json

from ..json_values import as_json
from ..region_set import RegionSet
from .box_entries import box_entries, box_key
from .box_regions import box_around, check_count, regions_of
from .corners import corner_numbers, rect_on_canvas
from .element import Element
from .labels import clean_text, name_of, one_line
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource
from .left_out import BASE
from .vision_boxes import text_around

_KINDS = {"object", "character", "text"}
_PROMPT_KEYS = ("caption", "desc", "description", "prompt")


def _matches(source: LayoutSource) -> bool:
    value = source.value
    if not isinstance(value, dict) or box_entries(value) is None:
        return False
    return any("yxyx" in str(item).lower() for item in value.values() if isinstance(item, (str, dict)))


def _read(source: LayoutSource, convention: BoxConvention) -> LayoutReading:
    if convention.size is None:
        raise ValueError("The boxes are in pixels: give the size of their picture in width and height.")
    width, height = convention.size
    entries = box_entries(source.value) or []
    check_count(len(entries))
    rects, prompts, names = [], [], []
    for number, entry in enumerate(entries, start=1):
        label = f"Box {number}"
        key = box_key(entry)
        if key is None:
            raise ValueError(f"{label} is {as_json(entry)}; give an object with a box of four numbers and a caption.")
        xmin, ymin, xmax, ymax = corner_numbers(entry[key], "yxyx", label)
        corners = (xmin + width // 2, ymin + height // 2, xmax + width // 2, ymax + height // 2)
        rects.append(rect_on_canvas(corners, (width, height), label))
        kind = one_line(entry.get("label"))
        description = next((text for key in _PROMPT_KEYS if (text := clean_text(entry.get(key)))), "")
        colors = next((value for key, value in entry.items() if "palette" in str(key)), [])
        fields = {"type": "text", "text": entry.get("text"), "desc": description, "colors": colors}
        prompts.append(Element.of_fields(fields, "colors").prompt)
        names.append("" if kind in _KINDS else name_of(kind))
    regions = regions_of(rects, prompts, names, base_prompt=text_around(source.value))
    return LayoutReading(regions, f"pixels from the centre of {width} x {height}")


def _write(regions: RegionSet) -> str:
    if regions.canvas is None:
        raise ValueError(
            "MOSS-Image counts in pixels, and these regions do not say how large their picture is. Take them from a node "
            "with a width and a height, such as Region Canvas, or through one."
        )
    entries = []
    for index, region in enumerate(regions.regions):
        box = box_around(region, regions.label(index))
        ymin, ymax = _from_centre(box.y, box.height, regions.canvas[1])
        xmin, xmax = _from_centre(box.x, box.width, regions.canvas[0])
        element = Element.of_prompt(region.prompt)
        entry = {"label": "text" if element.words else "object", "caption": element.description}
        entry |= {"text": element.words} if element.words else {}
        entry |= {"bbox": [ymin, xmin, ymax, xmax]}
        entry |= {"color_palette": list(element.colors)} if element.colors else {}
        entries.append(entry)
    layout = {"caption": regions.base_prompt, "elements": entries, "bbox_format": "abs_centralized yxyx"}
    return json.dumps(layout, ensure_ascii=False)


def _from_centre(start: float, length: float, size: int) -> tuple[int, int]:
    """The edges of a box along one side in whole pixels from the middle, at least one pixel apart."""
    low, high = (max(0, min(size, round(edge * size))) for edge in (start, start + length))
    low, high = (low, high) if high > low else (min(low, size - 1), min(low, size - 1) + 1)
    return low - size // 2, high - size // 2


MOSS = LayoutFormat("moss", "a layout prompt of MOSS-Image", _matches, _read, _write, (BASE,))
