"""Every tool by mouse and keyboard: what is drawn is what the node's value says."""

import pytest
from flux_regions.regions import read_text, write_document

from .conftest import TWO, document

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]
BOX = {"id": "a", "prompt": "a circle", "shapes": [{"kind": "rect", "x": 0.2, "y": 0.2, "width": 0.3, "height": 0.3}]}
OTHER = {
    "id": "b",
    "prompt": "a star",
    "shapes": [{"kind": "ellipse", "x": 0.6, "y": 0.5, "width": 0.3, "height": 0.4}],
}


def near(box: dict, **sides: float) -> bool:
    return all(abs(box[name] - value) < 0.012 for name, value in sides.items())


def test_a_rectangle_and_an_ellipse(canvas):
    canvas.tool("rect")
    canvas.drag((0.1, 0.2), (0.4, 0.6))
    canvas.tool("ellipse")
    canvas.drag((0.9, 0.9), (0.6, 0.5))
    first, second = (region["shapes"][0] for region in canvas.regions())
    assert first["kind"] == "rect" and near(first, x=0.1, y=0.2, width=0.3, height=0.4)
    assert second["kind"] == "ellipse" and near(second, x=0.6, y=0.5, width=0.3, height=0.4)


@TWO
def test_a_polygon_by_clicks_and_a_lasso_by_dragging(canvas):
    canvas.tool("polygon")
    for place in ((0.2, 0.2), (0.5, 0.2), (0.35, 0.6)):
        canvas.click(*place)
    canvas.key("Enter")
    canvas.tool("polygon")
    canvas.drag((0.6, 0.4), (0.9, 0.4), (0.9, 0.8), (0.6, 0.8), (0.6, 0.42), steps=8)
    by_clicks, lasso = (region["shapes"][0] for region in canvas.regions())
    assert by_clicks["kind"] == "polygon" and len(by_clicks["points"]) == 3
    assert lasso["kind"] == "polygon" and 4 <= len(lasso["points"]) <= 12


@TWO
def test_the_brush_goes_on_in_the_selected_region_and_the_eraser_takes_away(canvas):
    canvas.tool("brush")
    canvas.drag((0.2, 0.5), (0.8, 0.5))
    canvas.drag((0.2, 0.7), (0.8, 0.7))
    canvas.tool("eraser")
    canvas.drag((0.5, 0.3), (0.5, 0.9))
    (region,) = canvas.regions()
    assert [shape.get("mode", "add") for shape in region["shapes"]] == ["add", "add", "subtract"]
    assert all(shape["kind"] == "stroke" for shape in region["shapes"])


@TWO
def test_brackets_and_the_wheel_change_the_brush(canvas):
    canvas.tool("brush")
    canvas.drag((0.2, 0.2), (0.4, 0.2))
    canvas.key("Escape")  # from the new region's prompt to the drawing
    canvas.key("]")
    canvas.key("Escape")
    canvas.drag((0.2, 0.5), (0.4, 0.5))
    scale = "() => app.canvas.ds.scale"
    before = canvas.page.evaluate(scale)
    canvas.page.mouse.wheel(0, -400)
    canvas.key("Escape")
    canvas.key("Escape")
    canvas.drag((0.2, 0.8), (0.4, 0.8))
    widths = [region["shapes"][0]["width"] for region in canvas.regions()]
    assert len(widths) == 3 and widths[0] < widths[1] < widths[2]
    assert canvas.page.evaluate(scale) == before, "the wheel was the brush's, not the graph's"


def test_select_move_and_resize(canvas):
    canvas.one_canvas(document(BOX, OTHER))
    canvas.tool("select")
    canvas.drag((0.3, 0.3), (0.4, 0.5))
    assert near(canvas.regions()[0]["shapes"][0], x=0.3, y=0.4, width=0.3, height=0.3)
    canvas.drag((0.6, 0.7), (0.5, 0.9))  # its lower right handle
    assert near(canvas.regions()[0]["shapes"][0], x=0.3, y=0.4, width=0.2, height=0.5)
    assert near(canvas.regions()[1]["shapes"][0], x=0.6, y=0.5, width=0.3, height=0.4)


@TWO
def test_a_drag_that_leaves_the_node_still_ends(canvas):
    canvas.tool("rect")
    canvas.drag((0.5, 0.5), (1.6, 0.8))
    canvas.page.mouse.move(*canvas.place(0.2, 0.2))  # no button: nothing may follow the pointer
    (region,) = canvas.regions()
    assert near(region["shapes"][0], x=0.5, y=0.5, height=0.3) and region["shapes"][0]["width"] > 0.9


@pytest.mark.parametrize("zoom", [0.1, 0.25, 2.0, 4.0])
def test_at_any_zoom_it_is_drawn_where_the_pointer_is(canvas, zoom):
    # Again where a page that has just opened takes its view back.
    canvas.page.wait_for_function(
        """zoom => {
            const { ds } = app.canvas;
            const still = ds.scale === zoom ? (window.timesStill ?? 0) + 1 : 0;
            window.timesStill = still;
            const node = app.graph.nodes[0];
            ds.scale = zoom;
            ds.offset = [-node.pos[0] + 120 / zoom, -node.pos[1] + (zoom > 1 ? 60 / zoom - 60 : 200 / zoom)];
            app.canvas.setDirty(true, true);
            return still > 4;
        }""",
        arg=zoom,
        polling=120,
    )
    canvas.settle()
    canvas.page.evaluate("() => { document.activeElement?.blur(); }")
    window = canvas.page.viewport_size
    corner = canvas.place(0, 0)
    shown = [
        (side - start) / (canvas.place(1, 1)[i] - start)
        for i, (side, start) in enumerate(zip((window["width"] - 350, window["height"] - 60), corner, strict=True))
    ]
    x, y = (min(0.8, 0.8 * part) for part in shown)
    canvas.until_reached(x, y)
    for button in ("snap", "rect"):  # nothing may draw the edges to a line
        canvas.page.evaluate(f"() => document.querySelector('.flux-regions-toolbar button[name={button}]').click()")
    canvas.drag((0.25 * x, 0.25 * y), (x, y))
    (region,) = canvas.regions()
    assert near(region["shapes"][0], x=0.25 * x, y=0.25 * y, width=0.75 * x, height=0.75 * y)


@TWO
def test_the_middle_button_pans_the_graph(canvas):
    offset = "() => [...app.canvas.ds.offset]"
    before = canvas.page.evaluate(offset)
    canvas.drag((0.5, 0.5), (0.3, 0.4), button="middle")
    after = canvas.page.evaluate(offset)
    assert abs(after[0] - before[0]) > 20 and canvas.regions() == []


@TWO
def test_the_keyboard_alone(canvas):
    canvas.one_canvas(document(BOX, OTHER))
    canvas.page.locator(".flux-regions-keyboard").first.focus()
    canvas.key("Tab")
    canvas.key("ArrowRight")
    canvas.key("Shift+ArrowDown")
    assert near(canvas.regions()[0]["shapes"][0], x=0.205, y=0.25)
    canvas.key("PageUp")
    assert [region["id"] for region in canvas.regions()] == ["b", "a"]
    canvas.key("Control+d")
    assert len(canvas.regions()) == 3
    canvas.key("Delete")
    assert [region["id"] for region in canvas.regions()] == ["b", "a"]
    canvas.key("Tab")  # nothing is selected: the first again
    canvas.key("Enter")
    canvas.page.keyboard.type(" in gold")
    assert canvas.regions()[0]["prompt"] == "a star in gold"


def test_the_wheel_zooms_the_graph_where_it_is_not_the_brushs(canvas):
    scale = "() => app.canvas.ds.scale"
    before = canvas.page.evaluate(scale)
    canvas.tool("rect")
    canvas.page.mouse.move(*canvas.place(0.5, 0.5))
    canvas.page.mouse.wheel(0, -200)
    canvas.page.wait_for_function("before => app.canvas.ds.scale > before", arg=before)


@TWO
def test_undo_and_redo_are_the_editors_while_it_has_the_focus(canvas):
    canvas.tool("rect")
    canvas.drag((0.1, 0.1), (0.4, 0.4))
    canvas.drag((0.5, 0.5), (0.9, 0.9))
    both = canvas.value()
    nodes = canvas.page.evaluate("() => app.graph.nodes.length")
    canvas.key("Control+z")
    assert len(canvas.regions()) == 1
    canvas.key("Control+z")
    assert canvas.regions() == []
    canvas.key("Control+z")
    canvas.key("Control+y")
    canvas.key("Control+y")
    assert canvas.value() == both
    assert canvas.page.evaluate("() => app.graph.nodes.length") == nodes


@TWO
def test_copy_and_paste_between_nodes(canvas):
    canvas.one_canvas(document(BOX, OTHER))
    canvas.tool("select")
    canvas.click(0.3, 0.3)
    canvas.key("Control+c")
    canvas.one_canvas()
    canvas.page.locator(".flux-regions-keyboard").first.focus()
    canvas.key("Control+v")
    (region,) = canvas.regions()
    assert region["prompt"] == "a circle" and region["shapes"][0]["width"] == 0.3


@TWO
def test_a_document_written_from_text_is_pasted(canvas):
    canvas.one_canvas(document(BOX))
    text = read_text("base: a street\nright half, name car, steps 0% to 30%: a car", 512, 384)
    canvas.page.evaluate("text => navigator.clipboard.writeText(text)", write_document(text))
    canvas.page.locator(".flux-regions-keyboard").first.focus()
    canvas.key("Control+v")
    _, car = canvas.regions()
    assert (car["name"], car["prompt"], car["end"]) == ("car", "a car", 0.3)
    assert car["shapes"] == [{"kind": "rect", "x": 0.5, "y": 0, "width": 0.5, "height": 1}]
    assert canvas.value()["base_prompt"] == "a street"


@TWO
def test_fill_rest_and_templates(canvas):
    canvas.one_canvas(document(BOX))
    canvas.page.locator("button", has_text="fill rest").first.click()
    rest = canvas.regions()[0]  # below the others
    assert [shape.get("mode", "add") for shape in rest["shapes"]] == ["add", "subtract"]
    canvas.page.locator(".flux-regions-toolbar select[aria-label=Template]").first.select_option("quadrants")
    regions = canvas.regions()
    assert len(regions) == 4 and "a circle" in [region["prompt"] for region in regions], "what was typed stays"


@TWO
def test_a_region_has_all_its_fields(canvas):
    canvas.one_canvas(document(BOX))
    canvas.tool("select")
    canvas.click(0.3, 0.3)
    box = canvas.page.locator(".flux-regions-region").first
    for name, value in (("strength", "1.5"), ("feather", "0.1"), ("start", "0.2"), ("end", "0.6")):
        box.locator(f"input[name={name}]").fill(value)
    box.locator("input[placeholder=name]").fill("ball")
    box.locator("input[name=x]").fill("40")
    box.locator("input[name=x]").press("Tab")
    (region,) = canvas.regions()
    assert {key: region[key] for key in ("name", "strength", "feather", "start", "end")} == {
        "name": "ball", "strength": 1.5, "feather": 0.1, "start": 0.2, "end": 0.6,
    }  # fmt: skip
    assert near(region["shapes"][0], x=0.4, y=0.2, width=0.3, height=0.3)


@TWO
def test_hidden_and_locked_regions(canvas):
    canvas.one_canvas(document(BOX, OTHER))
    row = canvas.page.locator(".flux-regions-row").nth(1)  # topmost first: this is BOX
    row.locator("button[aria-label^=Hide]").click()
    canvas.page.locator(".flux-regions-row").nth(1).locator("button[aria-label^=Lock]").click()
    canvas.tool("select")
    canvas.drag((0.3, 0.3), (0.5, 0.5))
    region = canvas.regions()[0]
    assert region["visible"] is False and region["locked"] is True
    assert near(region["shapes"][0], x=0.2, y=0.2)


@TWO
def test_a_new_size_moves_nothing(canvas):
    canvas.one_canvas(document(BOX, OTHER))
    before = canvas.value()
    canvas.page.evaluate(
        "() => { app.graph.nodes[0].widgets[1].value = 1024; app.graph.nodes[0].widgets[2].value = 512; }"
    )
    canvas.settle()
    assert canvas.value() == before


def test_a_connected_size_is_followed_also_into_a_subgraph(canvas):
    canvas.one_canvas(document(BOX))
    before = canvas.value()
    canvas.page.evaluate(
        """() => {
            const node = app.graph.nodes[0];
            const number = LiteGraph.createNode('PrimitiveInt');
            app.graph.add(number);
            number.widgets[0].value = 1536;
            number.connect(0, node, node.inputs.findIndex(input => input.name === 'width'));
            window.number = number;
        }"""
    )
    canvas.until_aspect(1536 / 384)
    canvas.page.evaluate(
        """() => {
            const { subgraph, node } = app.graph.convertToSubgraph(new Set([app.graph.nodes.find(one => one.widgets.length > 1)]));
            app.canvas.openSubgraph(subgraph, node);
            window.number.widgets[0].value = 768;
        }"""
    )
    canvas.until_aspect(768 / 384)
    assert canvas.value() == before


@TWO
def test_the_large_editor_edits_the_same_drawing(canvas):
    canvas.page.locator("button[aria-label^='Open the large']").click()
    dialog = canvas.page.locator(".flux-regions-dialog")
    box = dialog.locator(".flux-regions-picture").bounding_box()
    assert box["height"] > 500
    mouse = canvas.page.mouse
    mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    mouse.up()
    (region,) = canvas.regions()
    assert near(region["shapes"][0], x=0.25, y=0.25, width=0.5, height=0.25)
    canvas.key("Control+z")
    assert canvas.regions() == []
    canvas.key("Escape")
    dialog.wait_for(state="detached")
