"""JSON as models and people write it: correct JSON and Python's own are read as their own readers read them."""

import ast
import json
import math

import pytest
from flux_regions.regions.json_in_text import answers_in
from flux_regions.regions.lenient_json import parse_value
from hypothesis import given
from hypothesis import strategies as st

scalars = st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers(-(2**40), 2**40) | st.text(max_size=12)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
).filter(lambda value: isinstance(value, (list, dict)))


def value_in(text):
    """The last complete value that the first reading of text holds which has one."""
    for answer in answers_in(text):
        complete = [found.parsed.value for found in answer.values if not found.parsed.flaw]
        if complete:
            return complete[-1]
    return None


@given(values, st.sampled_from([None, 1]), st.booleans())
def test_correct_json_is_read_as_pythons_reader_reads_it(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    parsed = parse_value(text, 0)
    assert (parsed.value, parsed.flaw, parsed.end) == (json.loads(text), "", len(text))


@given(values)
def test_pythons_own_writing_is_read_as_python_reads_it(value):
    text = repr(value)
    assert parse_value(text, 0).value == ast.literal_eval(text)


WANTED = {"a": ["the dog's", 'a "red" car'], "b": None, "c": True}


@pytest.mark.parametrize(
    "text",
    [
        """{'a': ['the dog's', 'a "red" car'], 'b': None, 'c': True}""",
        """{"a": ["the dog's", "a "red" car"], "b": null, "c": true}""",
        """{a: ["the dog's", 'a "red" car',], b: undefined, c: True,}""",
        """{“a”: [“the dog's”, “a "red" car”], “b”: null, “c”: true}""",
        """{"a"： ["the dog's"， "a \\"red\\" car"]， "b": null， "c": true}""",  # noqa: RUF001
        """{"a": ("the dog's", "a \\"red\\" car"), # two\n "b": null // none\n "c": /* yes */ true}""",
        """{"a": ["the dog's"\n "a \\"red\\" car"]\n "b": null\n "c": true}""",
        json.dumps(json.dumps(WANTED)),
        json.dumps(json.dumps(json.dumps(WANTED))),
        json.dumps(WANTED).replace("{", "{\n").replace("\n", "\\n").replace('"', '\\"'),
        f"<think>[1]</think>~~~python\nplan = {WANTED!r}\n~~~",
        f"[1] [see](there) {WANTED!r}",
        f'<details type="reasoning" done="true">{{"x": 1}}</details>{json.dumps(WANTED)}',
        f"<|START_THINKING|>[1]<|END_THINKING|>{json.dumps(WANTED)}",
    ],
)
def test_every_way_of_writing_it_is_the_same_value(text):
    assert value_in(text) == WANTED


def test_what_a_tool_call_holds_in_its_strings_is_read_next():
    text = f"<tool_call>{json.dumps({'name': 'draw', 'arguments': json.dumps(WANTED)})}</tool_call>"
    _, inner, *_ = answers_in(text)
    assert [found.parsed.value for found in inner.values] == [WANTED]


@pytest.mark.parametrize(
    "text, whole",
    [
        ('[{"a": 1}, {"b": 2}, {"c', [{"a": 1}, {"b": 2}]),
        ('{"x": {"y": [[1, 2], [3', {"x": {"y": [[1, 2]]}}),
        ('[{"a": 1}, ...]', [{"a": 1}]),
        ('[{"a": 1},\n```\nand so on', [{"a": 1}]),
        ('{"a": 1, "b": "tex', None),
        ("[1, 2, 3", None),
        ('[{"a": [1, 2', None),
    ],
)
def test_what_breaks_off_is_complete_up_to_its_last_whole_item(text, whole):
    parsed = parse_value(text, 0)
    assert parsed.is_cut_off and parsed.flaw and parsed.value == whole


@pytest.mark.parametrize("text", ['{"a": b}', '{"a" 1}', "[1 2]", "[100px]", "[50%]", '{"a": }', "[1}"])
def test_what_is_no_json_says_what_is_wrong_with_it(text):
    parsed = parse_value(text, 0)
    assert parsed.flaw and not parsed.is_cut_off
    (answer, *_) = answers_in(text)
    assert answer.mistake.startswith(parsed.flaw) and " at line 1, column " in answer.mistake


def test_numbers_that_are_none_are_left_to_those_who_want_numbers():
    first, second, third = parse_value("[NaN, -Infinity, 1e999]", 0).value
    assert math.isnan(first) and second == -math.inf and third == math.inf


def test_a_thought_without_end_is_marked_as_one():
    (answer, *_) = answers_in('{"said": 1} <think> or {"thought": 2}')
    assert [(found.parsed.value, found.in_thought) for found in answer.values] == [
        ({"said": 1.0}, False), ({"thought": 2.0}, True),
    ]  # fmt: skip
