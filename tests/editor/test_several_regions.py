"""Several regions at once: a box around them, what they have in common, and how they lie to one another."""

import pytest

from .conftest import TWO, document
from .test_first_minute import box, selected

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]

THREE = document(box("fox", 0.1, 0.1, 0.1), {**box("star", 0.3, 0.3, 0.1), "strength": 0.5}, box("sun", 0.75, 0.7, 0.1))


@TWO
def test_a_box_selects_several_and_one_field_changes_them_all_in_one_step(canvas):
    canvas.one_canvas(THREE)
    canvas.tool("select")
    canvas.drag((0.05, 0.05), (0.5, 0.5))
    assert selected(canvas) == "2 regions"
    field = canvas.page.locator("input[name=strength]:visible")
    assert (field.input_value(), field.get_attribute("placeholder")) == ("", "various")
    field.fill("0.8")
    assert [region.get("strength", 1) for region in canvas.regions()] == [0.8, 0.8, 1]
    canvas.key("Escape")
    canvas.key("Control+z")
    assert [region.get("strength", 1) for region in canvas.regions()] == [1, 0.5, 1]


@TWO
def test_buttons_align_and_spread_them(canvas):
    canvas.one_canvas(THREE)
    canvas.tool("select")
    canvas.click(0.15, 0.15)
    canvas.key("Control+a")
    canvas.page.get_by_role("button", name="Align top sides").click()
    canvas.page.get_by_role("button", name="Spread evenly from left to right").click()
    shapes = [region["shapes"][0] for region in canvas.regions()]
    assert [shape["y"] for shape in shapes] == [0.1, 0.1, 0.1]
    assert [shape["x"] for shape in shapes] == [0.1, 0.425, 0.75]


def test_a_row_is_dragged_to_another_place(canvas):
    canvas.one_canvas(THREE)
    rows = canvas.page.locator(".flux-regions-row:visible")
    for start, end, prompts in ((0, 2, ["a sun", "a fox", "a star"]), (2, 1, ["a fox", "a sun", "a star"])):
        rows.nth(start).drag_to(rows.nth(end))
        assert [region["prompt"] for region in canvas.regions()] == prompts
    canvas.key("Control+z")
    assert [region["prompt"] for region in canvas.regions()] == ["a sun", "a fox", "a star"], (
        "the keyboard is the editor's"
    )
