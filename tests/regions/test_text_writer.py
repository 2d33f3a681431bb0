"""What is written reads back: text, document and regions are three forms of the same thing."""

import json
from pathlib import Path

import pytest
import torch
from flux_regions.regions import (
    Ellipse,
    Polygon,
    Rect,
    Region,
    RegionSet,
    ShapeOp,
    Stroke,
    TokenGrid,
    coverage,
    read_document,
    read_text,
    write_document,
    write_text,
)
from hypothesis import given, settings
from hypothesis import strategies as st

LAYOUTS = Path(__file__).resolve().parents[2] / "workflows" / "layouts"


def contents(regions):
    """All that a text or a document says of a set of regions."""
    fields = ("name", "prompt", "strength", "feather", "start", "end", "shapes")
    each = [tuple(getattr(region, field) for field in fields) for region in regions.regions]
    return regions.base_prompt, regions.background_prompt, each


fractions = st.floats(0, 1)
prompts = st.text(max_size=30) | st.sampled_from(
    ['"', '"a"', "a\nb", " a ", "a: b", "#1", "\\n", '"a\\"', "\x85", "\r"]
)


@st.composite
def shapes(draw):
    """Rectangles and ellipses on the canvas: any numbers, four decimals as the editor writes, or named places."""
    kind = draw(st.sampled_from([Rect, Ellipse]))
    start, end = zip(*(sorted(draw(st.tuples(fractions, fractions))) for _ in range(2)), strict=True)
    numbers = (*start, *(b - a for a, b in zip(start, end, strict=True)))
    if draw(st.booleans()):
        numbers = tuple(round(number, 4) for number in numbers)
    shape = kind(*numbers)
    if not (shape.width > 0 and shape.height > 0 and shape.x < 1 and shape.y < 1):
        shape = draw(st.sampled_from([Rect(0, 0, 0.5, 1), Rect(1 / 3, 0, 1 / 3, 1), Rect(0.25, 0.25, 0.5, 0.5)]))
    return shape


@st.composite
def region_sets(draw):
    grown = RegionSet(base_prompt=draw(prompts), background_prompt=draw(prompts))
    for _ in range(draw(st.integers(0, 4))):
        more = draw(st.lists(st.builds(ShapeOp, shapes(), st.sampled_from(["add"])), max_size=2))
        start = draw(st.floats(0, 0.99))
        region = Region(
            name=draw(prompts),
            prompt=draw(prompts),
            strength=draw(st.floats(0, 2)),
            feather=draw(st.floats(0, 0.5)),
            start=start,
            end=draw(st.floats(start, 1, exclude_min=True)),
            shapes=(ShapeOp(draw(shapes())), *more),
        )
        grown = grown.added(region)
    return grown


@settings(max_examples=100, deadline=None)
@given(region_sets())
def test_text_reads_back_as_the_same_regions(regions):
    assert contents(read_text(write_text(regions), 640, 480)) == contents(regions)


@pytest.mark.parametrize(
    "name", ["fox2", "A0", "A_0", "a1b_22c3", "Tom-2", "x²", "2nd", "5", "left", "é9", "a.b", "50%"]
)
def test_a_name_of_letters_and_digits_reads_back(name):
    regions = RegionSet().added(Region(name=name, prompt="a fox", shapes=(ShapeOp(Rect(0, 0, 0.5, 1)),)))
    assert contents(read_text(write_text(regions), 640, 480)) == contents(regions)


@pytest.mark.parametrize("words", ["a\nb\rc", "a\v\fb", "a\x85\u2028b\u2029", "a\\u2028b", "a\\nb\n", "\\\u2028"])
def test_a_text_of_several_lines_stays_in_its_line(words):
    regions = RegionSet().added(Region(name=words, prompt=words, shapes=(ShapeOp(Rect(0, 0, 0.5, 1)),)))
    assert contents(read_text(write_text(regions), 640, 480)) == contents(regions)


@settings(max_examples=50, deadline=None)
@given(region_sets())
def test_a_document_reads_back_as_the_same_regions(regions):
    assert contents(read_document(write_document(regions))) == contents(regions)


@settings(max_examples=30, deadline=None)
@given(region_sets())
def test_text_to_document_to_text_changes_nothing(regions):
    text = write_text(regions)
    assert write_text(read_document(write_document(read_text(text, 64, 640)))) == text


SOURCE = """base: a harbour: at dawn
background: "calm grey sea "
top third, name sky: pink clouds
left half minus top third, name "light house", feather 5%: a white lighthouse
box 60% 40% 30% 50%, strength 1.3: a red fishing boat
column 2 of 3, steps 0% to 30%: a pier
ellipse 10% 20% 5.5% 6%: the moon
box 33.33% 0% 33.33% 100%:"""


def test_what_is_written_is_what_a_person_would_write():
    assert write_text(read_text(SOURCE, 1280, 768)) == SOURCE + " "


def test_a_document_by_hand_becomes_lines():
    box = {"kind": "rect", "x": 0.25, "y": 0.5, "width": 0.5, "height": 0.25}
    hole = {**box, "kind": "ellipse", "mode": "subtract"}
    left = {"kind": "rect", "x": 0, "y": 0, "width": 0.5, "height": 1}
    document = {"schema": 1, "base_prompt": "a room", "regions": [
        {"name": "cat", "prompt": "a cat", "shapes": [box, hole], "feather": 0.1},
        {"prompt": "hidden", "visible": False},
        {"prompt": "a dog", "shapes": [left], "strength": 0.5, "end": 0.5},
    ]}  # fmt: skip
    assert write_text(read_document(json.dumps(document))).splitlines() == [
        "base: a room",
        "box 25% 50% 50% 25% minus ellipse 25% 50% 50% 25%, name cat, feather 10%: a cat",
        "left half, strength 0.5, steps 0% to 50%: a dog",
    ]


def test_what_lies_off_the_canvas_is_cut_off_which_flux_cannot_see():
    ops = (ShapeOp(Rect(0.2, 0.2, 1, 1), "subtract"), ShapeOp(Rect(-0.3, 0.1, 0.6, 2)), ShapeOp(Rect(2, 0, 1, 1)))
    regions = RegionSet().added(Region(shapes=ops, feather=0.2))
    back = read_text(write_text(regions), 640, 480)
    assert back.regions[0].shapes == (ShapeOp(Rect(0, 0.1, 0.3, 0.9)),)
    grid = TokenGrid(60, 80)
    assert torch.allclose(coverage(back, grid), coverage(regions, grid), atol=1e-6)


@pytest.mark.parametrize(
    "region, message",
    [
        (Region(name="cat", mask=torch.ones(8, 8)), r"Region 1 \('cat'\) has a mask, which text cannot say"),
        (Region(shapes=(ShapeOp(Polygon(((0, 0), (1, 0), (0, 1)))),)), "Region 1 has a polygon, which text cannot say"),
        (Region(shapes=(ShapeOp(Stroke(((0, 0, 1),), 0.1)),)), "Region 1 has a stroke, which text cannot say"),
        (Region(shapes=(ShapeOp(Ellipse(-0.1, 0, 1, 1)),)), "Region 1 has an ellipse that reaches off the canvas"),
        (Region(shapes=(ShapeOp(Rect(1.5, 0, 1, 1)),)), "Region 1 is empty"),
        (Region(conditioning=torch.ones(1, 1, 1)), "Region 1 has a ready-made conditioning"),
    ],
)
def test_what_a_line_cannot_say_is_an_error_that_names_the_region(region, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        write_text(RegionSet().added(region))


def test_what_a_document_cannot_hold_is_an_error_that_names_the_region():
    with pytest.raises(ValueError, match=r"^Region 1 \('cat'\) has a mask, which a document cannot hold"):
        write_document(RegionSet().added(Region(name="cat", mask=torch.ones(8, 8))))
    with pytest.raises(ValueError, match=r"^The background has a ready-made conditioning"):
        write_document(RegionSet(background_conditioning=torch.ones(1, 1, 1)))
    polygon = Region(
        shapes=(ShapeOp(Polygon(((0, 0), (1, 0), (0, 1)))), ShapeOp(Stroke(((0, 0, 1), (1, 1, 0.5)), 0.1), "subtract"))
    )
    assert contents(read_document(write_document(RegionSet((polygon,))))) == contents(RegionSet((polygon,)))


PAPER = {
    "ship": (1280, 768, [(0, 0, 1280, 256), (0, 256, 1280, 520), (0, 520, 640, 768), (640, 520, 1280, 768)]),
    "cocktail": (1280, 1280, [(450, 560, 960, 900), (320, 900, 1280, 1280)]),
    "woman_with_torch": (1280, 768, [(128, 128, 640, 768)]),
    "three_cars": (1280, 968, [(0, 0, 426, 968), (426, 0, 853, 968), (853, 0, 1280, 968)]),
}
"""The boxes of the demos in the paper's README: left, top, right, bottom in pixels."""


@pytest.mark.parametrize("name", PAPER)
def test_the_layouts_of_the_paper_are_its_boxes_to_the_pixel(name):
    width, height, boxes = PAPER[name]
    regions = read_text((LAYOUTS / f"{name}.txt").read_text("utf-8"), width, height)
    expected = [
        Rect(x / width, y / height, (right - x) / width, (bottom - y) / height) for x, y, right, bottom in boxes
    ]
    assert [region.shapes for region in regions.regions] == [(ShapeOp(box),) for box in expected]
    assert regions.base_prompt and all(region.prompt and region.name for region in regions.regions)
    assert bool(regions.background_prompt) == (name in ("cocktail", "woman_with_torch"))


def test_every_layout_goes_into_the_canvas_and_back():
    names = {path.stem for path in LAYOUTS.glob("*.txt")}
    assert names == {*PAPER, "dog_and_cat"}
    for name in names:
        regions = read_text((LAYOUTS / f"{name}.txt").read_text("utf-8"), 1280, 1280 if name == "cocktail" else 968)
        assert (
            contents(read_document(write_document(regions)))
            == contents(regions)
            == contents(read_text(write_text(regions), 64, 64))
        )
