"""The region document: the editor's value, one JSON text, equally valid when written by hand. Here it becomes regions.

    {"schema": 1, "base_prompt": "...", "background_prompt": "...", "regions": [{"prompt": "...", "shapes": [...]}, ...]}

Everything but "schema" may be missing. Unknown keys are ignored, so that a newer editor's extras do no harm.
"""

from __future__ import annotations

import json
from typing import NoReturn

from ..region import Region, RegionSet, check_region, region_label
from .fields import flag, items, mapping, number, shown, text
from .shapes import read_mark

SCHEMA = 1
MAX_CHARACTERS = 1_000_000


def read_document(source: str) -> RegionSet:
    """The visible regions of a document, in drawing order, with its prompts. Empty or blank text is an empty document.

    Raises ValueError, one sentence with the region's number (counted over all regions, visible or not) and name, for
    text that is no such document, values of a wrong type or out of range, and a visible region without shapes.
    """
    if not source.strip():
        return RegionSet()
    document = mapping(_parsed(source), "The document")
    _check_schema(document)
    base_prompt = text(document.get("base_prompt", ""), "The document: base_prompt")
    background_prompt = text(document.get("background_prompt", ""), "The document: background_prompt")
    entries = items(document.get("regions", []), "The document: regions")
    regions = [_region(entry, index) for index, entry in enumerate(entries)]
    visible = tuple(region for region in regions if region is not None)
    return RegionSet(visible, base_prompt=base_prompt, background_prompt=background_prompt)


def _parsed(source: str) -> object:
    if len(source) > MAX_CHARACTERS:
        raise ValueError(
            f"The document has {len(source):,} characters, but at most {MAX_CHARACTERS:,} are read. "
            "Draw with fewer and simpler strokes."
        )
    try:
        # All numbers as floats, as in JavaScript: no limit on digits, and 1 is 1.0.
        return json.loads(source, parse_int=float, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"The document is not complete, correct JSON: {error.msg.removesuffix(' starting at')} "
            f"at line {error.lineno}, column {error.colno}. "
            "Correct it there, or copy it again in full."
        ) from None
    except RecursionError:
        raise ValueError("The document is nested too deeply. Copy it again from the editor.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"The document holds {name}, which JSON does not know. Give a number in its place.")


def _check_schema(document: dict) -> None:
    if "schema" not in document:
        raise ValueError('The document has no schema. Begin it with {"schema": 1, ...}.')
    schema = document["schema"]
    if isinstance(schema, float) and schema > SCHEMA:
        raise ValueError(f"The document (schema {schema:g}) was made by a newer Flux Regions: update the pack.")
    if schema != SCHEMA or isinstance(schema, bool):
        raise ValueError(f"The document: schema is {shown(schema)}; give {SCHEMA}, the only one there is.")


def _region(value: object, index: int) -> Region | None:
    """One entry of "regions"; None for one that is not visible, which must be sound all the same."""
    label = region_label(index, "")
    fields = mapping(value, label)
    name = text(fields.get("name", ""), f"{label}: name")
    label = region_label(index, name)
    for key in ("id", "colour"):
        text(fields.get(key, ""), f"{label}: {key}")
    flag(fields.get("locked", False), f"{label}: locked")
    visible = flag(fields.get("visible", True), f"{label}: visible")
    shapes = items(fields.get("shapes", []), f"{label}: shapes")
    region = Region(
        name=name,
        prompt=text(fields.get("prompt", ""), f"{label}: prompt"),
        strength=number(fields.get("strength", 1.0), f"{label}: strength"),
        feather=number(fields.get("feather", 0.0), f"{label}: feather"),
        start=number(fields.get("start", 0.0), f"{label}: start"),
        end=number(fields.get("end", 1.0), f"{label}: end"),
        marks=tuple(read_mark(shape, f"{label}, shape {place}") for place, shape in enumerate(shapes, start=1)),
    )
    check_region(region, label)
    if visible and not shapes:
        raise ValueError(f"{label} has no shapes. Draw its area, hide the region, or remove it.")
    return region if visible else None
