"""The room that the editor has: tall, narrow and low, in the node, beside it, and in App mode."""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import TWO, document
from .driver import PICTURE
from .test_first_minute import box

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
THREE = document(box("fox", 0.05, 0.1, 0.4), box("star", 0.5, 0.1, 0.4), box("lantern", 0.3, 0.5, 0.4))


def place_of(canvas, selector: str) -> dict:
    return canvas.page.locator(f"{selector}:visible").first.bounding_box()


def test_a_tall_node_gives_its_room_to_the_drawing(canvas):
    canvas.one_canvas(THREE, size=(660, 1000))
    editor, picture = place_of(canvas, ".flux-regions-editor"), place_of(canvas, ".flux-regions-picture")
    rows = place_of(canvas, ".flux-regions-list")
    assert picture["width"] > 0.97 * editor["width"]
    assert 0 < rows["y"] - picture["y"] - picture["height"] < 20, "the regions follow right below it"


def test_a_wide_node_has_the_regions_beside_the_drawing(canvas):
    canvas.one_canvas(THREE, size=(900, 700))
    picture, rows = place_of(canvas, ".flux-regions-picture"), place_of(canvas, ".flux-regions-list")
    assert rows["x"] > picture["x"] + picture["width"] and abs(rows["y"] - picture["y"]) < 30


@TWO
def test_a_narrow_node_shows_names_and_the_selected_rows_buttons(canvas):
    canvas.one_canvas(THREE, size=(200, 900))
    canvas.tool("select")
    canvas.click(0.2, 0.2)
    editor = place_of(canvas, ".flux-regions-editor")
    for title in canvas.page.locator(".flux-regions-title:visible").all():
        assert title.evaluate("title => title.scrollWidth <= title.clientWidth"), title.inner_text()
    buttons = canvas.page.locator(".flux-regions-row button:visible")
    assert buttons.count() == 6
    for button in [*buttons.all(), *canvas.page.locator(".flux-regions-toolbar button:visible").all()]:
        place = button.bounding_box()
        assert place["x"] + place["width"] <= editor["x"] + editor["width"] + 1, button.get_attribute("aria-label")


@TWO
def test_at_twice_the_size_the_large_editor_fits_into_the_window(canvas):
    canvas.one_canvas(THREE)
    page = canvas.page
    page.locator("button[aria-label^='Open the large']:visible").first.click()
    page.set_viewport_size({"width": 800, "height": 500})  # as the browser's zoom makes it of 1600 x 1000
    page.wait_for_function(
        "() => document.querySelector('.flux-regions-dialog .flux-regions-picture').clientHeight < 420"
    )
    for part in ("picture", "toolbar", "panel"):
        place = place_of(canvas, f".flux-regions-dialog .flux-regions-{part}")
        assert place["x"] >= 0 and place["x"] + place["width"] <= 800, part
        assert place["y"] >= 0 and place["y"] + place["height"] <= 500, part
    assert place_of(canvas, ".flux-regions-dialog .flux-regions-picture")["height"] > 250
    page.set_viewport_size({"width": 1600, "height": 1000})
    page.locator(".flux-regions-dialog header button").click()
    page.locator(".flux-regions-dialog").wait_for(state="detached")


newest_frontend_only = pytest.mark.parametrize(("host_page", "opened"), [("newest", "nodes-2")], indirect=True)


@newest_frontend_only
def test_the_side_panel_begins_with_what_it_can_show(canvas):
    page = canvas.page
    page.evaluate("() => { const [node] = app.graph.nodes; app.canvas.select(node); }")
    page.locator("button[aria-label='Toggle properties panel']").first.click()
    fields = page.locator("[data-testid=section-widgets-list] .widget-item")
    fields.first.wait_for()
    assert [field.inner_text().split("\n")[0] for field in fields.all()] == ["width", "height"]
    page.locator("button[aria-label='Toggle properties panel']").last.click()


@contextmanager
def app_mode(canvas):
    graph = json.loads((ROOT / "workflows" / "02 Draw regions as an app.json").read_text("utf-8"))
    page = canvas.page
    page.evaluate("graph => app.loadGraphData(graph, true, true, 'app')", graph)
    page.locator(f"[data-testid=linear-widgets] {PICTURE}").wait_for()
    page.keyboard.press("Escape")  # the host's tour
    yield
    page.locator("button[aria-label='Enter node graph']").click()
    page.locator("[data-testid=linear-widgets]").wait_for(state="detached")


@newest_frontend_only
def test_the_canvas_is_an_input_of_an_app(canvas):
    with app_mode(canvas):
        count = len(canvas.regions())
        editor, picture = place_of(canvas, ".flux-regions-editor"), place_of(canvas, ".flux-regions-picture")
        assert picture["width"] > 0.9 * editor["width"]
        canvas.tool("rect")
        canvas.page.keyboard.down("Control")
        canvas.drag((0.1, 0.6), (0.3, 0.9))
        canvas.page.keyboard.up("Control")
        canvas.page.keyboard.type("a frog")
        assert len(canvas.regions()) == count + 1 and canvas.regions()[-1]["prompt"] == "a frog"
    canvas.page.locator(PICTURE).first.wait_for()
    assert len(canvas.regions()) == count + 1
