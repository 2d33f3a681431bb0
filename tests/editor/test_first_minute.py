"""What a new user does first: draw, type, click, drag, without changing the tool."""

import json

import pytest

from .conftest import TWO, document

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]


def box(name: str, x: float, y: float, side: float) -> dict:
    shape = {"kind": "rect", "x": x, "y": y, "width": side, "height": side}
    return {"id": name, "prompt": f"a {name}", "shapes": [shape]}


def selected(canvas) -> str:
    return canvas.page.locator(".flux-regions-heading:visible").first.inner_text()


def test_after_drawing_the_words_go_into_the_prompt(canvas):
    type_words = canvas.page.keyboard.type
    canvas.tool("rect")
    canvas.drag((0.1, 0.1), (0.4, 0.5))
    type_words("a fox with a hat, x")
    canvas.key("Escape")
    canvas.tool("ellipse")
    canvas.drag((0.6, 0.1), (0.9, 0.5))
    type_words("a lantern, v")
    canvas.tool("polygon")
    for place in ((0.1, 0.6), (0.4, 0.6), (0.2, 0.9), (0.1, 0.6)):
        canvas.click(*place)
    type_words("f")
    assert [region["prompt"] for region in canvas.regions()] == ["a fox with a hat, x", "a lantern, v", "f"]
    canvas.key("Escape")
    assert canvas.page.evaluate("() => document.activeElement.className") == "flux-regions-keyboard"


@TWO
def test_no_bare_letter_adds_deletes_or_renumbers(canvas):
    canvas.one_canvas(document(box("fox", 0.1, 0.1, 0.3), box("star", 0.5, 0.5, 0.3)))
    before = canvas.value()
    canvas.tool("select")
    canvas.click(0.2, 0.2)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        canvas.key(letter)
        canvas.key(f"Shift+{letter.upper()}")
    assert canvas.value() == before


def test_a_click_selects_then_one_deeper_and_a_drag_inside_moves(canvas):
    canvas.one_canvas(document(box("below", 0.1, 0.1, 0.6), box("above", 0.3, 0.3, 0.6)))
    canvas.tool("rect")
    names = []
    for _ in range(3):
        canvas.click(0.5, 0.5)
        names.append(selected(canvas))
    assert names == ["Region 2", "Region 1", "Region 2"]
    canvas.click(0.5, 0.5)
    canvas.drag((0.5, 0.5), (0.5, 0.6))
    below, above = (region["shapes"][0] for region in canvas.regions())
    assert abs(below["y"] - 0.2) < 0.012 and above["y"] == 0.3, "what is selected moves, though another lies on top"
    canvas.page.keyboard.down("Control")
    canvas.drag((0.4, 0.5), (0.6, 0.6))
    canvas.page.keyboard.up("Control")
    assert len(canvas.regions()) == 3, "with Ctrl it draws there"
    canvas.click(0.95, 0.05)
    assert canvas.page.locator(".flux-regions-heading:visible").count() == 0


def test_a_double_click_types_the_prompt_in_the_region(canvas):
    canvas.one_canvas(document(box("below", 0.1, 0.1, 0.6), {**box("above", 0.3, 0.3, 0.6), "prompt": ""}))
    canvas.tool("rect")
    canvas.page.mouse.dblclick(*canvas.place(0.5, 0.5))
    field = canvas.page.locator(".flux-regions-inplace:visible")
    place, stage = field.bounding_box(), canvas.page.locator(".flux-regions-picture:visible").bounding_box()
    assert abs(place["x"] - stage["x"] - 0.3 * stage["width"]) < 3
    canvas.page.keyboard.type("a fox, x")
    canvas.key("Escape")
    assert field.count() == 0
    assert canvas.page.evaluate("() => document.activeElement.className") == "flux-regions-keyboard"
    canvas.page.mouse.dblclick(*canvas.place(0.15, 0.15))
    canvas.page.keyboard.type(" deeper")
    assert [region["prompt"] for region in canvas.regions()] == ["a below deeper", "a fox, x"]
    canvas.key("Control+z")
    assert canvas.regions()[0]["prompt"] == "a below"
    canvas.page.locator(".flux-regions-title").first.dblclick()
    canvas.page.keyboard.type(" by its row")
    assert canvas.regions()[1]["prompt"] == "a fox, x by its row"


@TWO
def test_what_a_key_does_during_a_drag_stays_when_it_ends(canvas):
    canvas.one_canvas(document(box("fox", 0.1, 0.1, 0.3)))
    canvas.tool("select")
    canvas.click(0.2, 0.2)
    mouse = canvas.page.mouse
    mouse.move(*canvas.place(0.2, 0.2))
    mouse.down()
    mouse.move(*canvas.place(0.4, 0.4), steps=3)
    canvas.key("Control+d")
    mouse.move(*canvas.place(0.5, 0.5), steps=3)
    mouse.up()
    assert len(canvas.regions()) == 2
    assert abs(canvas.regions()[0]["shapes"][0]["x"] - 0.3) < 0.02, "and where it was dragged to by then"
    canvas.key("Control+z")
    assert canvas.regions() == json.loads(document(box("fox", 0.1, 0.1, 0.3)))["regions"]


@TWO
def test_brush_and_eraser_always_paint(canvas):
    canvas.one_canvas(document(box("fox", 0.1, 0.1, 0.8)))
    canvas.tool("rect")
    canvas.click(0.5, 0.5)
    canvas.tool("brush")
    canvas.drag((0.3, 0.3), (0.7, 0.3))
    canvas.tool("eraser")
    canvas.drag((0.3, 0.6), (0.7, 0.6))
    (region,) = canvas.regions()
    assert [(shape["kind"], shape.get("mode", "add")) for shape in region["shapes"]] == [
        ("rect", "add"), ("stroke", "add"), ("stroke", "subtract"),
    ]  # fmt: skip


@TWO
def test_prompts_are_seen_on_the_canvas(canvas):
    canvas.one_canvas(document({**box("fox", 0.1, 0.1, 0.8), "prompt": ""}))
    white = """() => {
        const canvas = document.querySelector('.flux-regions-picture');
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4) count += data[i] + data[i + 1] + data[i + 2] > 700;
        return count;
    }"""
    without = canvas.page.evaluate(white)
    canvas.one_canvas(document({**box("fox", 0.1, 0.1, 0.8), "prompt": "a red fox in the snow"}))
    assert canvas.page.evaluate(white) > without + 20, "white words on the region, which is not selected"


@TWO
def test_a_pinch_leaves_nothing(canvas):
    canvas.tool("rect")
    (x, y), (to_x, to_y) = canvas.place(0.3, 0.3), canvas.place(0.7, 0.7)
    session = canvas.page.context.new_cdp_session(canvas.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": px, "y": py, "id": index} for index, (px, py) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x, y))
    touch("touchMove", (x + 20, y + 20))
    touch("touchStart", (x + 20, y + 20), (to_x, to_y))
    touch("touchMove", (x + 60, y + 60), (to_x - 40, to_y - 40))
    touch("touchEnd")
    assert canvas.regions() == []
    session.detach()
