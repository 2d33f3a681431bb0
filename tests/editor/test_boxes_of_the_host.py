"""What is drawn by mouse in ComfyUI's own Create Bounding Boxes fills the Region Canvas, and goes back to such a node.

That node's editor is there in Nodes 2.0 alone: the classic page shows a line of text in its place, so its value is set.
"""

import json

import pytest

from .driver import CanvasPage

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]  # a page of its own

SIZE = {"width": 512, "height": 384}
GRAPH = {
    "1": {"class_type": "CreateBoundingBoxes", "inputs": {**SIZE, "editor_state": []}},
    "2": {"class_type": "FluxRegions_FromLayout", "inputs": {"boxes": ["1", 2], **SIZE}},
    "3": {"class_type": "FluxRegions_Canvas", "inputs": {"document": '{"schema": 1}', **SIZE, "start_from": ["2", 1]}},
    "4": {"class_type": "FluxRegions_ToLayout", "inputs": {"regions": ["3", 0]}},
    "5": {"class_type": "CreateBoundingBoxes", "inputs": {**SIZE, "editor_state": [], "bboxes": ["4", 1]}},
    "6": {"class_type": "PreviewImage", "inputs": {"images": ["5", 0]}},
    "7": {"class_type": "PreviewAny", "inputs": {"source": ["5", 2]}},
}
USUAL = {"type": "obj", "text": "", "palette": []}
BOXES = [
    {"x": 0, "y": 0, "width": 256, "height": 384, "metadata": {**USUAL, "desc": 'a "red" car, 雨'}},
    {"x": 256, "y": 96, "width": 128, "height": 192, "metadata": {**USUAL, "type": "text", "text": "DOG", "desc": "bold"}},
]  # fmt: skip
"""The value of that node's widget, as its editor writes it."""
PROMPTS = ['a "red" car, 雨', 'the words "DOG": bold']


class BoxPage(CanvasPage):
    """The page with the graph in it; node 1 is where a hand draws, node 5 where its boxes arrive."""

    def box_widget(self, node: int) -> list[dict]:
        return self.page.evaluate(
            "id => app.graph.getNodeById(id).widgets.find(w => w.name === 'editor_state').value", node
        )

    def draw_box(self, left: float, top: float, right: float, bottom: float) -> None:
        """By mouse, in pixels of the picture, which the editor snaps to its grid."""
        area = self.page.locator("[data-node-id='1'] canvas:visible").first.bounding_box()
        x, y = area["width"] / SIZE["width"], area["height"] / SIZE["height"]
        mouse = self.page.mouse
        mouse.move(area["x"] + left * x, area["y"] + top * y)
        mouse.down()
        mouse.move(area["x"] + right * x, area["y"] + bottom * y, steps=8)
        mouse.up()

    def describe_box(self, description: str, words: str = "") -> None:
        """The box that is selected, by its fields."""
        node = self.page.locator("[data-node-id='1']")
        if words:
            node.get_by_role("button", name="text", exact=True).click()
            node.locator("textarea:visible").first.click()
            self.page.keyboard.type(words)
        node.locator("textarea:visible").last.click()
        self.page.keyboard.type(description)


@pytest.fixture(params=["classic", "nodes-2"])
def page(request, chromium, server_of):
    server = server_of("newest")
    if "CreateBoundingBoxes" not in server.get("/object_info"):
        pytest.skip("this ComfyUI has no Create Bounding Boxes: it came with 0.27")
    server.post("/settings/Comfy.VueNodes.Enabled", request.param == "nodes-2")
    context = chromium.new_context(viewport={"width": 1800, "height": 1100})
    opened = BoxPage(context.new_page(), server)
    opened.open()
    opened.page.evaluate("async graph => window.app.loadApiJson(graph, 'boxes.json')", GRAPH)
    opened.page.wait_for_function("() => window.app.graph.getNodeById(1)?.widgets?.length")
    opened.page.evaluate(
        "() => { app.canvas.ds.scale = 1; app.canvas.ds.offset = [0, 0]; app.canvas.setDirty(true, true) }"
    )
    opened.settle()
    yield opened
    context.close()


def test_boxes_with_their_prompts_fill_the_canvas_and_go_back(page, request):
    if request.node.callspec.params["page"] == "nodes-2":
        for box, words, description in ((BOXES[0], "", PROMPTS[0]), (BOXES[1], "DOG", "bold")):
            # From the lower right: at the upper left of the second box is the edge of the first, which would move.
            page.draw_box(box["x"] + box["width"] - 2, box["y"] + box["height"] - 2, box["x"] + 2, box["y"] + 2)
            page.describe_box(description, words)
        page.page.wait_for_function(
            "boxes => JSON.stringify(app.graph.getNodeById(1).widgets[2].value.map(box => box.metadata.desc)) === boxes",
            arg=json.dumps([PROMPTS[0], "bold"], ensure_ascii=False, separators=(",", ":")),
        )
        assert page.box_widget(1) == BOXES
    else:
        page.page.evaluate("boxes => { app.graph.getNodeById(1).widgets[2].value = boxes }", BOXES)
    page.page.get_by_test_id("queue-button").click()
    page.until_regions(2)
    regions = page.regions()
    assert [region["prompt"] for region in regions] == PROMPTS
    boxes = [[region["shapes"][0][key] for key in ("x", "y", "width", "height")] for region in regions]
    assert boxes == [pytest.approx([0, 0, 0.5, 1]), pytest.approx([0.5, 0.25, 0.25, 0.5])]
    page.page.wait_for_function("() => app.nodeOutputs[5]?.input_bboxes")
    assert page.page.evaluate("() => app.nodeOutputs[5].input_bboxes") == BOXES
