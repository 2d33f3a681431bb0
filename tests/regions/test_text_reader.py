"""The region text: every line becomes the area it says; what could have two meanings is refused by line and column."""

import re

import pytest
from flux_regions.regions import Ellipse, Rect, ShapeOp, read_text
from hypothesis import example, given, settings
from hypothesis import strategies as st

THIRD = 1 / 3


def rect(text, width=1000, height=500):
    """The one rectangle that a place means, as (x, y, width, height)."""
    (region,) = read_text(f"{text}: x", width, height).regions
    ((shape, mode),) = [(op.shape, op.mode) for op in region.shapes]
    assert mode == "add" and isinstance(shape, Rect)
    return shape.x, shape.y, shape.width, shape.height


@pytest.mark.parametrize(
    "place, box",
    [
        ("left", (0, 0, 0.5, 1)),
        ("Left half", (0, 0, 0.5, 1)),
        ("the right side of the picture", (0.5, 0, 0.5, 1)),
        ("TOP", (0, 0, 1, 0.5)),
        ("lower half", (0, 0.5, 1, 0.5)),
        ("top left", (0, 0, 0.5, 0.5)),
        ("left top", (0, 0, 0.5, 0.5)),
        ("top-left corner", (0, 0, 0.5, 0.5)),
        ("topright", (0.5, 0, 0.5, 0.5)),
        ("upper_left quarter", (0, 0, 0.5, 0.5)),
        ("bottom right quadrant", (0.5, 0.5, 0.5, 0.5)),
        ("centre", (0.25, 0.25, 0.5, 0.5)),
        ("center", (0.25, 0.25, 0.5, 0.5)),
        ("middle", (0.25, 0.25, 0.5, 0.5)),
        ("top centre", (0.25, 0, 0.5, 0.5)),
        ("middle right", (0.5, 0.25, 0.5, 0.5)),
        ("upper third", (0, 0, 1, THIRD)),
        ("bottom two-thirds", (0, THIRD, 1, 2 * THIRD)),
        ("right quarter", (0.75, 0, 0.25, 1)),
        ("left three quarters", (0, 0, 0.75, 1)),
        ("left 40%", (0, 0, 0.4, 1)),
        ("right 12.5 percent", (0.875, 0, 0.125, 1)),
        ("bottom 1/5", (0, 0.8, 1, 0.2)),
        ("right 200px", (0.8, 0, 0.2, 1)),
        ("top 50 pixels", (0, 0, 1, 0.1)),
        ("top third left half", (0, 0, 0.5, THIRD)),
        ("left half of the top third", (0, 0, 0.5, THIRD)),
        ("top third middle 20%", (0.4, 0, 0.2, THIRD)),
        ("everywhere", (0, 0, 1, 1)),
        ("column 2 of 3", (THIRD, 0, THIRD, 1)),
        ("row 4 of 4", (0, 0.75, 1, 0.25)),
        ("row 1 of 2, column 2 of 3", (THIRD, 0, THIRD, 0.5)),
        ("column 2 of 2 top third", (0.5, 0, 0.5, THIRD)),
        ("box 10% 20% 30% 40%", (0.1, 0.2, 0.3, 0.4)),
        ("box 10 20 30 40 %", (0.1, 0.2, 0.3, 0.4)),
        ("Box(10%, 20%, 30%, 40%)", (0.1, 0.2, 0.3, 0.4)),
        ("rectangle 100 100 300 200px", (0.1, 0.2, 0.3, 0.4)),
        ("box 10% 20% to 40% 60%", (0.1, 0.2, 0.3, 0.4)),
        ("box from 100px, 20% to 400px, 300px", (0.1, 0.2, 0.3, 0.4)),
        ("box 0 0 1/3 100%", (0, 0, THIRD, 1)),
        ("box 66% 0 35% 100%", (0.66, 0, 0.35, 1)),
        ("- left half", (0, 0, 0.5, 1)),
        ("  2. left half", (0, 0, 0.5, 1)),
    ],
)
def test_a_place_is_where_its_words_say(place, box):
    assert rect(place) == pytest.approx(box, abs=1e-12)


def test_pixels_and_percent_are_exact():
    assert rect("box 0 256 1280 264px", 1280, 768) == (0, 256 / 768, 1, 264 / 768)
    assert rect("box 33.33% 0 33.33% 100%") == (0.3333, 0, 0.3333, 1)


def test_columns_and_rows_are_cut_by_the_last_line_that_says_so():
    source = """
    columns 2:1:1
    column 1: a
    column 3: b
    rows: 25% 75%
    column 2 row 2: c
    columns 4
    column 4, bottom: d
    """
    shapes = [region.shapes[0].shape for region in read_text(source, 640, 640).regions]
    assert shapes == [
        Rect(0, 0, 0.5, 1),
        Rect(0.75, 0, 0.25, 1),
        Rect(0.5, 0.25, 0.25, 0.75),
        Rect(0.75, 0.5, 0.25, 0.5),
    ]


def test_options_arrive():
    line = 'left, strength 1.5, feather 5%, name "Red Fox", steps 20% to 60%: a fox'
    (fox,) = read_text(line, 640, 640).regions
    assert (fox.strength, fox.feather, fox.name, fox.start, fox.end) == (1.5, 0.05, "Red Fox", 0.2, 0.6)
    (fox,) = read_text("left (strength=150%; feather=32px) name Fox-2 [start 0.2, end 0.6]: a fox", 640, 1280).regions
    assert (fox.strength, fox.feather, fox.name, fox.start, fox.end) == (1.5, 0.05, "Fox-2", 0.2, 0.6)
    assert read_text("left steps 0-30%: x", 64, 64).regions[0].end == 0.3
    (plain,) = read_text("left: x", 64, 64).regions
    assert (plain.strength, plain.feather, plain.name, plain.start, plain.end) == (1, 0, "", 0, 1)


def test_areas_are_joined_and_cut_in_their_order():
    (region,) = read_text("left half plus ellipse 40% 0 20% 100% minus top third: x", 64, 64).regions
    assert region.shapes == (
        ShapeOp(Rect(0, 0, 0.5, 1)),
        ShapeOp(Ellipse(0.4, 0, 0.2, 1)),
        ShapeOp(Rect(0, 0, 1, THIRD), "subtract"),
    )


def test_prompts_are_kept_as_they_are():
    source = (
        "# a comment: with a colon\n// another\n```\nBase: a harbour: at dawn # not a comment\r\n"
        "background prompt: grey sea\n"
        'left: a sign "STOP", (big:1.2) \\(x\\) {a|b}\n'
        'right: "two lines:\\n \\"quoted\\" \\\\ end "\n'
        'top: "one" and "two"\n'
        "bottom:\n"
    )
    regions = read_text(source, 64, 64)
    assert (regions.base_prompt, regions.background_prompt) == ("a harbour: at dawn # not a comment", "grey sea")
    assert [region.prompt for region in regions.regions] == [
        'a sign "STOP", (big:1.2) \\(x\\) {a|b}',
        'two lines:\n "quoted" \\ end ',
        '"one" and "two"',
        "",
    ]
    assert regions.canvas == (64, 64) and not len(read_text(" \n# nothing\n", 64, 64))


MALFORMED = [
    ("left half a red car", 11, "there is no colon"),
    ("left", 5, "there is no colon"),
    ("a red car on the left", 1, "there is no colon"),
    ("lft half: x", 1, r"'lft' is no place\. Did you mean 'left'\?"),
    ("fox left half: x", 1, "'fox' is no place"),
    (": x", 1, "a place was expected"),
    ("third: x", 1, "'third' is no place by itself"),
    ("40%: x", 1, "'40' is no place by itself"),
    ("whole picture: x", 1, "write base for the prompt"),
    ("prompt: x", 1, "write base for the prompt"),
    ("middle third: x", 1, "may be a column or a row"),
    ("centre 40%: x", 1, "may be a column or a row"),
    ("top left third: x", 5, "is 'third' the size across, down or both"),
    ("top third left: x", 11, "is 'third' the size across, down or both"),
    ("left right: x", 6, "both say where it is across"),
    ("top, row 1 of 2: x", 6, "both say where it is down"),
    ("left top centre: x", 10, "here is a third"),
    ("left two: x", 9, "expected 'thirds' or 'quarters'"),
    ("left 40: x", 6, "40 needs a unit: write 40%, or pixels as in 40px"),
    ("left 0.4: x", 6, r"0\.4 needs a unit: write 40%"),
    ("left 140%: x", 6, "the size 140 must be above 0"),
    ("left 0%: x", 6, "the size 0 must be above 0"),
    ("left -5%: x", 6, "must be above 0"),
    ("left 1/0: x", 6, "1/0 divides by 0"),
    ("left 99999999999%: x", 6, "too large"),
    (f"left {'9' * 5000}%: x", 6, "too many digits"),
    ("left 5 m: x", 6, "5 needs a unit"),
    ("box: x", 4, "expected a number here"),
    ("box 10% 20% 30%: x", 16, "expected a number here"),
    ("box 10% 20% to 30%: x", 19, "expected a number here"),
    ("box 10 20 30 40: x", 5, "10 needs a unit"),
    ("box 0.1 0.2 0.3 0.4: x", 5, r"0\.1 needs a unit: write 10%"),
    ("box 1% 2% 3% 4% 5%: x", 17, "a box has four numbers"),
    ("box 50% 0 80% 100%: x", 11, "end off the canvas, at 130% of its width.*between corners write 'to'"),
    ("box 0 50% to 50% 110%: x", 18, "end off the canvas, at 110% of its height"),
    ("box -10% 0 50% 50%: x", 5, "begin off the canvas: its left is -10%"),
    ("box 0 100% 50% 50%: x", 7, "begin off the canvas: its top is 100%"),
    ("box 0 0 0 50%: x", 9, "the width is 0%"),
    ("box 50% 0 to 40% 50%: x", 14, "the right corner .* must lie past the left one"),
    ("column 2: x", 8, "of how many columns"),
    ("row 1 of: x", 5, "of how many rows"),
    ("column 4 of 3: x", 8, "there is no column 4, only 3"),
    ("column 0 of 3: x", 8, "expected a whole number"),
    ("column 1.5 of 3: x", 8, "expected a whole number"),
    ("row one of 2: x", 5, "expected a whole number"),
    ("columns", 8, "how many columns"),
    ("columns 101", 9, "expected a whole number of columns"),
    ("columns 50%", 9, "expected a whole number of columns"),
    ("columns 2: a | b", 12, "'a | b' is no ratio"),
    ("rows 0:1", 6, "a width of '0' cannot be"),
    ("rows 50% 40%", 6, "these make 90%, not 100%"),
    ("rows 50% 1", 6, "some of these are in percent"),
    ("left, strenth 1: x", 7, "Did you mean 'strength'"),
    ("left @ 5: x", 6, "'@' was not expected"),
    ("left, strength: x", 15, "expected a number for strength"),
    ("left, strength 9: x", 7, "strength is 9; give a value from 0 to 2"),
    ("left, strength 1, strength 1: x", 19, "strength is given twice"),
    ("left, strength 5px: x", 16, "5px cannot be meant"),
    ("left feather 5: x", 14, "in percent of the shorter side or in pixels"),
    ("left feather 60%: x", 6, r"feather is 0\.6; give 0 to 0\.5"),
    ("left name: x", 10, "expected a name"),
    ('left name "fox: x', 11, "the quote that opens here is not closed"),
    ("left steps 10 to 20: x", 12, "10 is no fraction of the steps"),
    ("left steps 60% to 20%: x", 6, r"start \(0\.6\) must be smaller than end \(0\.2\)"),
    ("left steps 60%: x", 15, "expected a number for steps"),
    ("left end 0%: x", 6, r"start \(0\) must be smaller than end"),
    ("left start 20%, steps 30% to 40%: x", 17, "start is given twice"),
    ("left plus: x", 10, "a place was expected"),
    ("plus left: x", 1, "'plus' is no place"),
    ("left minus everywhere: x", 1, "nothing is left of this area"),
    ("background, feather 5%: x", 13, "background takes no place and no options"),
    ("base left: x", 6, "base takes no place and no options"),
]


@pytest.mark.parametrize("line, column, message", MALFORMED, ids=[line[:40] for line, _, _ in MALFORMED])
def test_a_bad_line_is_refused_with_line_column_and_remedy(line, column, message):
    with pytest.raises(ValueError, match=rf"^Line 3, column {column}: .*{message}") as error:
        read_text(f"# a good line and then\nright: y\n{line}\nleft: z", 1000, 500)
    assert_readable(error)


def test_a_prompt_given_twice_names_the_first():
    with pytest.raises(ValueError, match=r"^Line 3, column 2: the base prompt is given twice, first in line 1\.$"):
        read_text("base: a\nleft: b\n base prompt: c", 64, 64)


def test_a_text_without_end_is_not_read():
    with pytest.raises(ValueError, match=r"^The text has 100,001 characters, but at most 100,000"):
        read_text("x" * 100_001, 64, 64)


WORDS = st.sampled_from([
    "left", "right", "top", "upper", "bottom", "centre", "middle", "half", "third", "two", "quarters", "quarter",
    "box", "ellipse", "to", "column", "row", "of", "columns", "rows", "everywhere", "plus", "minus", "strength",
    "feather", "name", "steps", "start", "end", "base", "background", "10%", "50", "0", "-3px", "1/3", "2:1", ":",
    ":", ",", '"', "%", "px", "\n", "\n", "#", "the", "x",
])  # fmt: skip


def assert_readable(error):
    message = str(error.value)
    assert type(error.value) is ValueError and error.value.__cause__ is None
    assert re.match(r"(Line [1-9]\d*, column [1-9]\d*: |The text has )", message), message
    assert "\n" not in message and len(message) < 300 and message[-1] in ".'", message


def read_or_refused(source):
    try:
        return read_text(source, 640, 480)
    except ValueError as refused:
        # Called again, so that pytest holds the error to the same checks.
        with pytest.raises(ValueError) as error:
            read_text(source, 640, 480)
        assert str(error.value) == str(refused)
        assert_readable(error)
        return None


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join))
@example("left name : x")
@example('left name \\": x')
def test_no_heap_of_its_own_words_breaks_the_reader(source):
    read_or_refused(source)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
@example("left ٣%: x")
@example("left ½: x")
@example("columns ²")
@example("box 1e5% 0 1% 1%: x")
@example('"')
@example("left\x0b: x")
def test_no_text_at_all_breaks_the_reader(source):
    read_or_refused(source)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MALFORMED), st.data())
def test_a_bad_line_damaged_further_is_still_answered_in_words(case, data):
    line = case[0][:200]
    at = data.draw(st.integers(0, len(line)))
    read_or_refused(line[:at] + data.draw(st.text(max_size=3)) + line[at + data.draw(st.integers(0, 3)) :])


@pytest.mark.parametrize(
    "line, prompt",
    [
        ("\ufeffleft half: a red circle", "a red circle"),
        ("1. **Left half:** a red circle", "a red circle"),
        ("> left half: a red circle", "a red circle"),
        ("> > - left half: a red circle", "a red circle"),
        ("\u2013 left half: a red circle", "a red circle"),
        ("~~left half~~: a red circle", "a red circle"),
        ("\ufeff\u200b\u2066left half\u2069: a red circle", "a red circle"),
        ("\x00left\u200b half: a red circle", "a red circle"),
        ('"left half": "a red circle",', "a red circle"),
        ("“left half”: “a red circle”", "a red circle"),
        ("«left half»: „a red circle“", "a red circle"),
        ("left half: “a” and “b”", "“a” and “b”"),
        ("left half: a “red” circle,", "a “red” circle,"),
        ("“left half: a “red circle", "a “red circle"),
        ("**1. Left half:** a red circle", "a red circle"),
        ("- **(2) Left half**: a red circle", "a red circle"),
        ("(1) left half: a red circle", "a red circle"),
        ("- **Left half**: a red circle", "a red circle"),
        ("* __left half__: a **red** circle", "a **red** circle"),
        ("**left half: a red circle**", "a red circle"),
        ("`left half`: a red circle", "a red circle"),
        ("left half: **a** red circle", "**a** red circle"),
        ('left half: "**a** red circle"', "**a** red circle"),
    ],
)
def test_a_line_is_read_as_people_and_models_write_it(line, prompt):
    (region,) = read_text(line, 64, 64).regions
    assert region.prompt == prompt and region.shapes == read_text("left half: x", 64, 64).regions[0].shapes


def test_a_thin_rest_of_an_area_is_no_empty_one():
    assert len(read_text("left half minus box 0.01% 0% 49.99% 100%: a line", 64, 64)) == 1
    assert len(read_text("box 10% 10% 0.05% 50% minus ellipse 10% 20% 0.05% 10%: a line", 64, 64)) == 1
    with pytest.raises(ValueError, match="nothing is left of this area"):
        read_text("left half minus left two thirds: none", 64, 64)
    with pytest.raises(ValueError, match="nothing is left of this area"):
        read_text("box 40% 40% 20% 20% minus ellipse 0% 0% 100% 100%: none", 64, 64)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_a_line_ends_as_wherever_it_was_copied_from(end):
    prompts = [region.prompt for region in read_text(f"left half: a fox{end}right half: a hen", 64, 64).regions]
    assert prompts == ["a fox", "a hen"]
    with pytest.raises(ValueError, match="Line 2"):
        read_text(f"left half: a fox{end}nowhere: a hen", 64, 64)


def test_half_a_surrogate_is_replaced():
    read_text("left: a \ud800 cat", 64, 64).regions[0].prompt.encode()


@pytest.mark.parametrize(
    "typed, name",
    [
        ("猫🐉", "猫🐉"),
        ("🐉", "🐉"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("=R2-D2!", "R2-D2!"),
        ("“red: fox”", "red: fox"),
        ("#1", "#1"),
        ("O'Neill", "O'Neill"),
    ],
)
def test_a_name_is_what_is_typed(typed, name):
    separator = "" if typed.startswith("=") else " "
    (region,) = read_text(f"left half, name{separator}{typed}, feather 5%: a", 1024, 1024).regions
    assert (region.name, region.feather, region.prompt) == (name, 0.05, "a")


def test_bold_around_a_name_is_no_part_of_it():
    assert read_text("**left half, name fox**: a", 1024, 1024).regions[0].name == "fox"


@pytest.mark.parametrize(
    "line, same",
    [
        ("\uff4c\uff45\uff46\uff54\u3000half\uff1a a fox", "left half: a fox"),
        ("box 0 0 \uff15\uff10\uff05 \uff15\uff10%: a fox", "box 0 0 50% 50%: a fox"),
        ("box \u0660 \u0660 \u0665\u0660\u066a \u0665\u0660\u066a: a fox", "box 0 0 50% 50%: a fox"),
        ("column \u0968 of \u0969: a fox", "column 2 of 3: a fox"),
        ("\uff11. left\uff0cstrength \uff11\uff0e\uff15: a fox", "1. left, strength 1.5: a fox"),
        ("rows \uff11:\uff12\nrow \uff12: a fox", "rows 1:2\nrow 2: a fox"),
    ],
)
def test_the_characters_of_other_keyboards_are_read_in_a_head(line, same):
    (region,), (expected,) = read_text(line, 1024, 768).regions, read_text(same, 1024, 768).regions
    assert region.shapes == expected.shapes and region.strength == expected.strength
    assert region.prompt == expected.prompt == "a fox"


def test_names_and_prompts_stay_as_they_are_typed_whatever_the_keyboard():
    typed = "\uff46\uff4f\uff58 \u0665"
    (region,) = read_text(f'left, name "{typed}", lora \uff41\u0665 0.5: {typed}', 64, 64).regions
    assert (region.name, region.prompt, region.loras[0].name) == (typed, typed, "\uff41\u0665")
    with pytest.raises(ValueError, match=r"^Line 1, column 7: "):
        read_text("\uff4c\uff45\uff46\uff54, \uff58\uff58: a", 64, 64)
