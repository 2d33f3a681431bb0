"""A drawing that is filled from a text stays JSON that every reader takes, whatever the text holds."""

import json

import pytest
from flux_regions.regions import read_document
from flux_regions.regions.start_from import filled_document

DOCUMENT = '{"schema": 1, "regions": [], "x": %s}'


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "1e999", "-1e999", str(2**70), "1", "0.5", "-3"])
@pytest.mark.parametrize("place", ["the drawing", "the text"])
def test_numbers_of_any_length_leave_json_behind(place, number):
    source = DOCUMENT % number
    read_document(source)
    filled = filled_document(*((source, "left: a") if place == "the drawing" else ("", source)), 64, 64)

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    value = json.loads(filled, parse_constant=refuse)
    assert value["schema"] == 1 and '"schema": 1,' in filled
    assert place == "the drawing" or value["x"] == (None if len(number) > 4000 or "999" in number else float(number))


@pytest.mark.parametrize("text", ["left: a \ud800", '{"schema": 1, "base_prompt": "\udc00"}', "\ufeffleft: a"])
def test_half_characters_and_byte_order_marks_fill_it_too_and_once(text):
    filled = filled_document("", text, 64, 64)
    read_document(filled)
    assert filled_document(filled, text, 64, 64) is None


@pytest.mark.parametrize("drawing", ["", "  ", "\ufeff", "\ufeff" + DOCUMENT % 5])
def test_a_drawing_with_a_byte_order_mark_or_nothing_in_it_is_a_drawing(drawing):
    assert read_document(drawing).regions == ()
    assert read_document(filled_document(drawing, "\ufeff" + DOCUMENT % 5, 64, 64)).regions == ()
    assert len(read_document(filled_document(drawing, "left: a", 64, 64))) == 1
