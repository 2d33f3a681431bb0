"""The layout prompt of FLUX.3: a caption that names every element in angle brackets, and a table of them as JSON.

    A runner <obj_2> on a flat background <obj_1> [{"id": "obj_1", "bbox": [0, 0, 1000, 1000], "desc": "..."}, ...]

Boxes are [ymin, xmin, ymax, xmax], whole numbers from 0 to 1000. Written after
https://docs.bfl.ai/flux_3/flux3_image_bounding_boxes and the help page of ComfyUI's FLUX 3 Image Layout Prompt, which
numbers the ids obj_1, obj_2 ...; not tried with the model.
"""

from __future__ import annotations

import json
import re

from ..json_values import as_json
from ..region_set import RegionSet
from .box_entries import is_coco
from .box_regions import box_around, check_count, regions_of
from .corners import STEPS, corner_numbers, is_corner_list, rect_on_canvas, to_steps
from .labels import clean_text, name_of, one_line
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource
from .left_out import BASE

_PLAIN_ID = re.compile(r"obj_\d+")
_BOX_KEYS = ("bbox", "tgt_bbox")


def _box(entry: dict) -> object:
    """Where the element is to be; in rows that edit a picture it has another key, null for one that goes."""
    return next((entry[key] for key in _BOX_KEYS if key in entry), None)


def _matches(source: LayoutSource) -> bool:
    value = source.value
    if not isinstance(value, list) or not value or not isinstance(value[0], dict) or is_coco(value[0]):
        return False
    return "id" in value[0] and (is_corner_list(_box(value[0])) or {"tgt_bbox", "src_bbox"} <= set(value[0]))


def _read(source: LayoutSource, _: BoxConvention) -> LayoutReading:
    rows: list = source.value  # type: ignore[assignment]
    rects, prompts, names, caption = [], [], [], source.caption
    check_count(len(rows))
    for number, row in enumerate(rows, start=1):
        label = f"Box {number}"
        if not isinstance(row, dict):
            raise ValueError(f"{label} is {as_json(row)}; a row has an id, a bbox and a desc.")
        identifier = one_line(row.get("id"))
        caption = caption.replace(f"<{identifier}>", "") if identifier else caption
        if _box(row) is None and "tgt_bbox" in row:
            continue
        rects.append(rect_on_canvas(corner_numbers(_box(row), "yxyx", label), (STEPS, STEPS), label))
        prompts.append(clean_text(row.get("desc")))
        names.append("" if _PLAIN_ID.fullmatch(identifier) else name_of(identifier.replace("_", " ")))
    check_count(len(rects))
    caption = re.sub(r"[ \t]{2,}", " ", caption).strip() if caption != source.caption else caption
    return LayoutReading(regions_of(rects, prompts, names, base_prompt=caption))


def _write(regions: RegionSet) -> str:
    caption, rows = regions.base_prompt.strip(), []
    for index, region in enumerate(regions.regions):
        identifier = f"obj_{index + 1}"
        xmin, ymin, xmax, ymax = to_steps(box_around(region, regions.label(index)))
        rows.append({"id": identifier, "bbox": [ymin, xmin, ymax, xmax], "desc": region.prompt})
        if f"<{identifier}>" not in caption:
            caption = f"{caption} <{identifier}>".strip()
    return f"{caption} {json.dumps(rows, ensure_ascii=False)}".strip()


FLUX3 = LayoutFormat("flux3", "a layout prompt of FLUX.3", _matches, _read, _write, (BASE,))
