"""The region document: the editor's value, one JSON text, as valid written by hand. Here it becomes regions.

    {"schema": 1, "base_prompt": "...", "background_prompt": "...", "regions": [{"prompt": "...", "shapes": [...]}]}

A region's "loras", and the document's "background_loras", are lists of {"name": "...", "strength": 1}.
Everything but "schema" may be missing. Unknown keys are ignored, so that a newer editor's extras do no harm.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from ..json_values import as_json, expect_bool, expect_list, expect_number, expect_object, expect_string, is_number
from ..palette import color_or_palette
from ..region import Region, check_name, check_region, region_label
from ..region_fields import REGION_FIELDS
from ..region_lora import LORA_FIELDS, RegionLora, check_loras
from ..region_set import RegionSet, check_region_count
from .shapes import read_shape_op

SCHEMA = 1
ROTATED_SCHEMA = 2
"""Of a document with a rotated shape, which readers of schema 1 would draw upright: so they refuse it."""
MAX_CHARACTERS = 1_000_000
BYTE_ORDER_MARK = "\ufeff"
"""Which some editors of text write in front."""
MAX_EXACT = 2**53
"""Up to here a float holds every whole number."""
MAX_DEPTH = 100
"""Brackets within brackets; Python's own reader fails at some hundreds."""
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
MAX_SHAPES = 1000
"""Of one region."""


def read_document(source: str) -> RegionSet:
    """The visible regions of a document, in drawing order, with its prompts. Empty or blank text is an empty document.

    Raises ValueError, one sentence with the region's number (counted over all regions, visible or not) and name, for
    text that is no such document, values of a wrong type or out of range, and a visible region without shapes.
    """
    source = expect_string(source, "document").removeprefix(BYTE_ORDER_MARK)
    if not source.strip():
        return RegionSet()
    return regions_from_document(_parse(source))


def regions_from_document(document: object) -> RegionSet:
    """The same for a document that is parsed already: dicts, lists, strings and numbers, as json.loads makes them."""
    fields = expect_object(document, "The document")
    _check_schema(fields)
    base_prompt = expect_string(fields.get("base_prompt", ""), "The document: base_prompt")
    background_prompt = expect_string(fields.get("background_prompt", ""), "The document: background_prompt")
    entries = expect_list(fields.get("regions", []), "The document: regions")
    check_region_count(len(entries))
    regions = [_read_region(entry, index) for index, entry in enumerate(entries)]
    visible = tuple(region for region in regions if region is not None)
    background_loras = _read_loras(fields.get("background_loras", []), "The background", "background_loras")
    return RegionSet(
        visible, base_prompt=base_prompt, background_prompt=background_prompt, background_loras=background_loras
    )


def document_fields(source: str) -> dict:
    """The object that a sound document is, to be written again; empty for an empty one.

    Numbers that no float can hold are None: JSON has no infinity.
    """
    source = source.removeprefix(BYTE_ORDER_MARK)
    return json.loads(source if source.strip() else "{}", parse_int=_finite, parse_float=_finite)


def _finite(digits: str) -> int | float | None:
    number = float(digits)
    if not math.isfinite(number):
        return None
    return int(number) if digits.lstrip("-").isdecimal() and abs(number) < MAX_EXACT else number


def _parse(source: str) -> object:
    if len(source) > MAX_CHARACTERS:
        raise ValueError(
            f"The document has {len(source):,} characters, but at most {MAX_CHARACTERS:,} are read. "
            "Draw with fewer and simpler strokes."
        )
    if _depth(source) > MAX_DEPTH:
        raise ValueError("The document is nested too deeply. Copy it again from the editor.")
    try:
        # All numbers as floats, as in JavaScript: no limit on digits, and 1 is 1.0.
        return json.loads(source, parse_int=float, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"The document is not complete, correct JSON: {error.msg.removesuffix(' starting at')} "
            f"at line {error.lineno}, column {error.colno}. "
            "Correct it there, or copy it again in full."
        ) from None


def _depth(source: str) -> int:
    """How many brackets are open at once, at most, outside of strings."""
    depth = deepest = 0
    for token in _STRING_OR_BRACKET.finditer(source):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"The document holds {name}, which JSON does not know. Give a number in its place.")


def _check_schema(document: dict) -> None:
    if "schema" not in document:
        raise ValueError('The document has no schema. Begin it with {"schema": 1, ...}.')
    schema = document["schema"]
    if is_number(schema) and schema > ROTATED_SCHEMA:
        raise ValueError(f"The document (schema {as_json(schema)}) was made by a newer Flux Regions: update the pack.")
    if not is_number(schema) or schema not in (SCHEMA, ROTATED_SCHEMA):
        raise ValueError(
            f"The document: schema is {as_json(schema)}; give {SCHEMA}, or {ROTATED_SCHEMA} with rotated shapes."
        )


def _read_region(value: object, index: int) -> Region | None:
    """One entry of "regions"; None for one that is not visible, which must be sound all the same."""
    label = region_label(index, "")
    fields = expect_object(value, label)
    name = expect_string(fields.get("name", ""), f"{label}: name")
    check_name(name, label)
    label = region_label(index, name)
    expect_string(fields.get("id", ""), f"{label}: id")
    color = expect_string(fields.get("colour", ""), f"{label}: colour")
    expect_bool(fields.get("locked", False), f"{label}: locked")
    visible = expect_bool(fields.get("visible", True), f"{label}: visible")
    shapes = expect_list(fields.get("shapes", []), f"{label}: shapes")
    if len(shapes) > MAX_SHAPES:
        raise ValueError(f"{label} has {len(shapes):,} shapes, but at most {MAX_SHAPES:,} are drawn. Remove some.")
    numbers: dict[str, Any] = {
        field.name: expect_number(fields.get(field.name, field.default), f"{label}: {field.name}")
        for field in REGION_FIELDS
    }
    region = Region(
        name=name,
        prompt=expect_string(fields.get("prompt", ""), f"{label}: prompt"),
        color=color_or_palette(color, index),
        **numbers,
        loras=_read_loras(fields.get("loras", []), label, "loras"),
        shapes=tuple(read_shape_op(shape, f"{label}, shape {number}") for number, shape in enumerate(shapes, start=1)),
    )
    check_region(region, label)
    if visible and not shapes:
        raise ValueError(f"{label} has no shapes. Draw its area, hide the region, or remove it.")
    return region if visible else None


def _read_loras(value: object, label: str, key: str) -> tuple[RegionLora, ...]:
    """A list of LoRAs. Raises ValueError, starting with label, for one that is none."""
    loras = []
    for number, entry in enumerate(expect_list(value, f"{label}: {key}"), start=1):
        fields = expect_object(entry, f"{label}, LoRA {number}")
        if "name" not in fields:
            raise ValueError(f"{label}, LoRA {number} has no name; give that of its file.")
        numbers = {
            field.name: expect_number(fields.get(field.name, field.default), f"{label}, LoRA {number}: {field.name}")
            for field in LORA_FIELDS
        }
        loras.append(RegionLora(expect_string(fields["name"], f"{label}, LoRA {number}: name"), **numbers))
    check_loras(tuple(loras), label)
    return tuple(loras)
