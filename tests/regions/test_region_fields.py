"""The table of a region's numbers is the editor's too, and every notation keeps to it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flux_regions.regions import (
    REGION_FIELDS,
    Rect,
    Region,
    RegionSet,
    ShapeOp,
    read_document,
    read_text,
    write_document,
    write_text,
)
from flux_regions.regions.json_values import number_outside

TABLE = Path(__file__).resolve().parents[1] / "golden" / "region_fields.json"
HALF = Region("moon", shapes=(ShapeOp(Rect(0, 0, 0.5, 1)),))


def test_the_table_is_the_one_the_editor_is_tested_with():
    fields = {field.name: {"default": field.default, "low": field.low, "high": field.high} for field in REGION_FIELDS}
    assert fields == json.loads(TABLE.read_text("utf-8"))


@pytest.mark.parametrize("field", REGION_FIELDS, ids=lambda field: field.name)
def test_a_region_and_an_empty_document_have_the_defaults(field):
    document = {"schema": 1, "regions": [{"shapes": [Rect(0, 0, 1, 1).write()]}]}
    (read,) = read_document(json.dumps(document)).regions
    assert getattr(Region(), field.name) == getattr(read, field.name) == field.default
    assert getattr(read_text("left:", 64, 64).regions[0], field.name) == field.default
    regions = RegionSet().added(HALF)
    assert f'"{field.name}"' not in write_document(regions) and field.name not in write_text(regions)


@pytest.mark.parametrize(
    "value, low, high, shown",
    [
        (1.5, 0, 1, "1.5"),
        (1.0000001, 0, 1, "1.0000001"),
        (1.0000000000000002, 0, 1, "1.0000000000000002"),
        (-1e-12, 0, 1, "-1e-12"),
        (2**31, 0, 2**31 - 1, "2147483648"),
        (10**400, 0, 1, "inf"),
        (float("nan"), 0, 1, "nan"),
    ],
)
def test_an_error_shows_the_digits_that_are_wrong(value, low, high, shown):
    assert number_outside(value, low, high) == shown


@pytest.mark.parametrize("field", REGION_FIELDS, ids=lambda field: field.name)
def test_both_ends_of_a_range_are_in_it_and_nothing_past_them(field):
    other_end = {"start": {"end": 1.0}, "end": {"start": 0.0}}.get(field.name, {})
    for value in (field.low, field.high):
        field.check(value, "Region 1")
        if (field.name, value) not in (("start", 1.0), ("end", 0.0)):  # no window
            assert len(RegionSet().added(replace(HALF, **{field.name: value}, **other_end))) == 1
    for value in (field.low - 0.01, field.high + 0.01, float("nan")):
        with pytest.raises(ValueError, match=rf"^Region 1 \('moon'\): {field.name} is {value:g}; give .*\.$"):
            RegionSet().added(replace(HALF, **{field.name: value}))
