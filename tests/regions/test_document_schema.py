"""The JSON schema of the region document accepts and refuses what the reader does, as far as a schema can say it."""

import json
import math
from pathlib import Path

import jsonschema
import pytest
from flux_regions.regions import REGION_FIELDS, SHAPE_KINDS, read_document

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "region_document.schema.json").read_text("utf-8"))
DOCUMENTS = ROOT / "tests" / "golden" / "documents"
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
BAD, GOOD = (json.loads((DOCUMENTS / f"{name}.json").read_text("utf-8")) for name in ("bad", "good"))


def parsed(text):
    """The JSON value, or None for what is none, holds numbers that JSON has not, or is too deep."""
    try:
        value = json.loads(text, parse_constant=lambda _: 1 / 0)
    except (ValueError, ZeroDivisionError, RecursionError):
        return None
    # A window that is empty, a number past all floats and a document's length: the schema's description says them.
    return value


def window_is_empty(document):
    regions = document.get("regions") if isinstance(document, dict) else None
    for region in regions if isinstance(regions, list) else ():
        start, end = (
            (region.get(key, default) for key, default in (("start", 0), ("end", 1)))
            if isinstance(region, dict)
            else (0, 1)
        )
        if isinstance(start, (int, float)) and isinstance(end, (int, float)) and start >= end:
            return True
    return False


def numbers_are_finite(value):
    if isinstance(value, dict):
        return all(map(numbers_are_finite, value.values()))
    if isinstance(value, list):
        return all(map(numbers_are_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["why"])
def test_what_the_reader_refuses_the_schema_refuses(case):
    with pytest.raises(ValueError):
        read_document(case["text"])
    document = parsed(case["text"])
    if document is None and case["text"].strip() != "null":
        return
    if not (window_is_empty(document) or not numbers_are_finite(document)):
        assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["why"])
def test_what_the_reader_takes_the_schema_takes(case):
    read_document(case["text"])
    document = parsed(case["text"])
    assert document is None or VALIDATOR.is_valid(document), [e.message for e in VALIDATOR.iter_errors(document)]


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("[!bg]*.json")), ids=lambda path: path.stem)
def test_the_golden_documents_are_valid(path):
    VALIDATOR.validate(json.loads(path.read_text("utf-8"))["document"])


def test_ranges_and_kinds_are_those_of_the_reader():
    fields = SCHEMA["$defs"]["region"]["properties"]
    for field in REGION_FIELDS:
        limits = {key: fields[field.name][key] for key in ("minimum", "maximum", "default")}
        assert limits == {"minimum": field.low, "maximum": field.high, "default": field.default}
    box, *others = SCHEMA["$defs"]["shape"]["oneOf"]
    assert box == {"$ref": "#/$defs/box"}
    kinds = [*SCHEMA["$defs"]["box"]["properties"]["kind"]["enum"], *(k["properties"]["kind"]["const"] for k in others)]
    assert sorted(kinds) == sorted(SHAPE_KINDS)
