"""What is drawn in ComfyUI's own Create Bounding Boxes fills the Region Canvas, in the newest page."""

import json

import pytest

from .driver import CanvasPage

pytestmark = [pytest.mark.server, pytest.mark.browser]

GRAPH = {
    "1": {"class_type": "CreateBoundingBoxes", "inputs": {"width": 512, "height": 384, "editor_state": []}},
    "2": {"class_type": "FluxRegions_FromLayout", "inputs": {"boxes": ["1", 2], "width": 512, "height": 384}},
    "3": {"class_type": "FluxRegions_Canvas",
          "inputs": {"document": '{"schema": 1}', "width": 512, "height": 384, "start_from": ["2", 1]}},
    "4": {"class_type": "FluxRegions_Preview", "inputs": {"regions": ["3", 0], "grid": "canvas"}},
    "5": {"class_type": "PreviewImage", "inputs": {"images": ["4", 0]}},
}  # fmt: skip
USUAL = {"type": "obj", "text": "", "palette": []}
BOXES = [
    {"x": 0, "y": 0, "width": 256, "height": 384, "metadata": {**USUAL, "desc": 'a "red" car, 雨'}},
    {"x": 256, "y": 96, "width": 128, "height": 192, "metadata": {**USUAL, "desc": "a dog", "palette": ["#aabbcc"]}},
]
"""The value of that node's widget, as its editor writes it."""


@pytest.fixture
def page(chromium, server_of):
    server = server_of("newest")
    if "CreateBoundingBoxes" not in server.get("/object_info"):
        pytest.skip("this ComfyUI has no Create Bounding Boxes: it came with 0.27")
    context = chromium.new_context(viewport={"width": 1600, "height": 1000})
    opened = CanvasPage(context.new_page(), server)
    opened.open()
    yield opened.page
    context.close()


def test_boxes_with_their_prompts_fill_the_canvas(page):
    page.evaluate("async graph => window.app.loadApiJson(graph, 'boxes.json')", GRAPH)
    page.wait_for_function("() => window.app.graph.getNodeById(1)?.widgets?.length")
    page.evaluate(
        "boxes => { window.app.graph.getNodeById(1).widgets.find(w => w.name === 'editor_state').value = boxes }", BOXES
    )
    page.evaluate("() => window.app.queuePrompt(0)")
    drawing = "window.app.graph.getNodeById(3).widgets.find(w => w.name === 'document').value"
    page.wait_for_function(f"() => JSON.parse({drawing}).regions?.length", timeout=60_000)
    regions = json.loads(page.evaluate(drawing))["regions"]
    assert [region["prompt"] for region in regions] == ['a "red" car, 雨', "a dog (colours #AABBCC)"]
    boxes = [[region["shapes"][0][key] for key in ("x", "y", "width", "height")] for region in regions]
    assert boxes == [pytest.approx([0, 0, 0.5, 1]), pytest.approx([0.5, 0.25, 0.25, 0.5])]
