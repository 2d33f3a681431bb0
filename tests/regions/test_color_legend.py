"""The legend of a colour map: every line is read, or refused by line and column."""

import re

import pytest
from flux_regions.regions import read_legend
from hypothesis import example, given, settings
from hypothesis import strategies as st

NAMED = {"red": (255, 0, 0), "blue": (0, 0, 255), "darkred": (139, 0, 0), "rgb(0,255,0)": (0, 255, 0)}


def color_of(typed):
    """What Pillow does for the node, for a few colours; blanks make no difference."""
    typed = "".join(typed.split()).lower()
    if re.fullmatch("#[0-9a-f]{6}", typed):
        return tuple(bytes.fromhex(typed[1:]))
    if typed not in NAMED:
        raise ValueError("unknown")
    return NAMED[typed]


def read(source):
    return read_legend(source, color_of, 512)


def test_every_kind_of_line_is_read():
    legend = read(
        "# a comment\n// another\n#\n\nBase = a street: rain\nbackground: houses\n"
        "#FF0001 = a car\n- Red, strength 1.5, feather 32px, name Bus = a bus = big\n"
        'dark red steps 0% to 50%: "a\\nfire"\nrgb( 0, 255, 0 ) name "a tree" = \n'
    )
    assert (legend.base_prompt, legend.background_prompt) == ("a street: rain", "houses")
    assert [entry.rgb for entry in legend.entries] == [(255, 0, 1), (255, 0, 0), (139, 0, 0), (0, 255, 0)]
    car, bus, fire, tree = (entry.region for entry in legend.entries)
    assert (car.prompt, car.strength, car.name) == ("a car", 1, "")
    assert (bus.prompt, bus.strength, bus.feather, bus.name) == ("a bus = big", 1.5, 32 / 512, "Bus")
    assert (fire.prompt, fire.start, fire.end) == ("a\nfire", 0, 0.5) and (tree.prompt, tree.name) == ("", "a tree")
    assert legend.entries[1].location == "Line 8, column 3"


MALFORMED = [
    ("#ff0000 a red car", 18, "there is no '='"),
    ("red", 4, "there is no '='"),
    ("= a car", 1, "a colour was expected"),
    ("5 = a car", 1, "a colour was expected"),
    ("(255, 0, 0) = a car", 1, "a colour was expected"),
    ("#ff00 = a car", 1, "'#ff00' is no colour. Write it as #ff0000, red or rgb"),
    ("#gg0000 = a car", 1, "'#gg0000' is no colour"),
    ("# ff0000 = a car\nredd = a car", 1, "'redd' is no colour"),
    ("a red car = red", 1, "'a red car' is no colour"),
    ("rgb(0, 255) = a car", 1, "is no colour"),
    ("rgb(0, 255 = a car", 1, "'rgb' is no colour"),
    ("red = a car\n#ff0000 = a bus", 1, "this colour is there already, in line 2, column 1"),
    ("red, strength = a car", 15, "expected a number for strength"),
    ("red, strength 9 = a car", 6, "strength is 9; give a value from 0 to 2"),
    ("red 5 = a car", 5, "'5' was not expected after the colour"),
    ("red, left half = a car", 6, "'left' was not expected after the colour"),
    ("red feather 5 = a car", 13, "in percent of the shorter side or in pixels"),
    ('red name "car = a car', 10, "the quote that opens here is not closed|there is no '='"),
    ("red @ = a car", 5, "'@' was not expected"),
    ("base = a\nbase = b", 1, "the base prompt is given twice, first in line 2"),
]


@pytest.mark.parametrize("lines, column, message", MALFORMED, ids=[lines for lines, _, _ in MALFORMED])
def test_a_bad_line_is_refused_with_line_column_and_remedy(lines, column, message):
    number = 2 + lines.count("\n")
    with pytest.raises(ValueError, match=rf"^Line {number}, column {column}: .*({message})"):
        read(f"blue = a lake\n{lines}\n#00ff01 = a tree")


def test_a_legend_without_colors_is_refused():
    for source in ("", " \n# nothing", "base = a street"):
        with pytest.raises(ValueError, match=r"^The legend names no colour\. Write a line for each"):
            read(source)


WORDS = st.sampled_from(
    [
        "red",
        "blue",
        "#ff0000",
        "#ff",
        "#",
        "",
        "//",
        "rgb(",
        "0,",
        "255",
        ")",
        "=",
        ":",
        '"',
        "strength",
        "1",
        "feather",
        "5%",
        "name",
        "steps",
        "base",
        "background",
        "\n",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=10).map(" ".join) | st.text(max_size=40))
@example("red = a\nred = b")
@example("red ²= a")
def test_no_text_breaks_the_reader(source):
    try:
        read(source)
    except ValueError as error:
        message = str(error)
        assert type(error) is ValueError and re.match(r"Line [1-9]\d*, column [1-9]\d*: |The legend ", message), message
        assert "\n" not in message and len(message) < 300 and message.endswith(".")


@pytest.mark.parametrize(
    "line", ["ff0000 = a car", "FF0000, strength 1 = a car", "**#ff0000** = a car", "0xff0000: a car"]
)
def test_a_colour_may_lack_its_hash(line):
    seen = []
    legend = read_legend(line, lambda text: seen.append(text.lower()) or (255, 0, 0), 64)
    assert seen == ["#ff0000"] and legend.entries[0].region.prompt == "a car"
