"""The JSON prompt of Ideogram 4, as ComfyUI's Build JSON Prompt (Ideogram) makes it from elements:

{"high_level_description": "...", "style_description": {...},
 "compositional_deconstruction": {"background": "...", "elements": [...]}}
"""

from __future__ import annotations

import json

from ..json_values import as_json
from ..region_set import RegionSet
from .elements import read_elements, write_elements
from .labels import clean_text
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource
from .left_out import BACKGROUND, BASE

_STYLE_KEYS = ("medium", "art_style", "photo", "aesthetics", "lighting")


def _matches(source: LayoutSource) -> bool:
    return isinstance(source.value, dict) and "compositional_deconstruction" in source.value


def _read(source: LayoutSource, _: BoxConvention) -> LayoutReading:
    prompt: dict = source.value  # type: ignore[assignment]
    composition = prompt["compositional_deconstruction"]
    elements = composition.get("elements") if isinstance(composition, dict) else None
    if not isinstance(elements, list):
        raise ValueError(
            f"compositional_deconstruction is {as_json(composition)}; it must hold elements, a list with one object "
            "for each box."
        )
    style = prompt.get("style_description")
    style = style if isinstance(style, dict) else {}
    base = [clean_text(prompt.get("high_level_description")), *(clean_text(style.get(key)) for key in _STYLE_KEYS)]
    regions = read_elements(
        elements,
        base_prompt=", ".join(words for words in base if words),
        background_prompt=clean_text(composition.get("background")),
    )
    return LayoutReading(regions)


def _write(regions: RegionSet) -> str:
    prompt: dict = {"high_level_description": regions.base_prompt} if regions.base_prompt.strip() else {}
    prompt["compositional_deconstruction"] = {
        "background": regions.background_prompt,
        "elements": write_elements(regions),
    }
    return json.dumps(prompt, ensure_ascii=False)


IDEOGRAM = LayoutFormat("ideogram", "a JSON prompt of Ideogram 4", _matches, _read, _write, (BASE, BACKGROUND))
