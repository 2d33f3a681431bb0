"""The layout prompt of MOSS-Image: an object with a caption, an entry for each box, and the boxes' coordinate format.

After the help page of ComfyUI's MOSS-Image Layout Prompt, the boxes are pixels from the picture's centre, [ymin, xmin,
ymax, xmax]. The page does not give the names of the keys, so what is read is any object that holds boxes and says
"yxyx" of them; it is not written here: that node makes it from elements. Not tried with the model.
"""

from __future__ import annotations

from ..json_values import as_json
from .box_regions import check_count, regions_of
from .corners import corner_numbers, rect_on_canvas
from .element import Element
from .labels import clean_text, one_line
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource
from .vision_boxes import box_entries, box_key, text_around

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
        corners = (xmin + width / 2, ymin + height / 2, xmax + width / 2, ymax + height / 2)
        rects.append(rect_on_canvas(corners, (width, height), label))
        kind = one_line(entry.get("label"))
        description = next((text for key in _PROMPT_KEYS if (text := clean_text(entry.get(key)))), "")
        colors = next((value for key, value in entry.items() if "palette" in str(key)), [])
        fields = {"type": "text", "text": entry.get("text"), "desc": description, "colors": colors}
        prompts.append(Element.of_fields(fields, "colors").prompt)
        names.append("" if kind in _KINDS else kind)
    regions = regions_of(rects, prompts, names, base_prompt=text_around(source.value))
    return LayoutReading(regions, f"pixels from the centre of {width} x {height}")


MOSS = LayoutFormat("moss", "a layout prompt of MOSS-Image", _matches, _read)
