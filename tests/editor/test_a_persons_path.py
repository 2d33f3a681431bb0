"""From the template to the picture, by hand: two regions, two prompts, Run, and each thing is where it was drawn."""

import json
from pathlib import Path

import numpy as np
import pytest
from flux_regions.pocket.recognise import recognise
from PIL import Image

from support.run_history import finished_run, saved_images

from .conftest import TWO

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]
TEMPLATE = Path(__file__).resolve().parents[2] / "workflows" / "01 Draw regions.json"
WATCH_PREVIEWS = """() => {
    window.previewShown = false;
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (image, ...place) {
        if (image.src?.startsWith('blob:') && this.canvas.matches('.flux-regions-picture')) window.previewShown = true;
        return draw.call(this, image, ...place);
    };
}"""

MORE_STEPS = """() => {
    const sampler = app.graph.nodes.find(node => node.type === 'KSampler');
    sampler.widgets.find(widget => widget.name === 'steps').value = 40;
}"""
"""So that a run lasts seconds also on a fast machine: the server sends a preview only now and then."""


@pytest.fixture(scope="module")
def template():
    return json.loads(TEMPLATE.read_text("utf-8"))


@TWO
def test_draw_type_run_look(canvas, template, tmp_path):
    page = canvas.page
    canvas.load(template)
    page.locator(".flux-regions-keyboard").first.focus()
    canvas.key("Control+a")
    canvas.key("Delete")
    assert canvas.regions() == []
    write(canvas, "Whole picture", "a red square and a blue star on a white background")
    for corners, prompt in (
        (((0.02, 0.02), (0.48, 0.98)), "a red square on a white background"),
        (((0.52, 0.02), (0.98, 0.98)), "a blue star on a white background"),
    ):
        canvas.tool("rect")
        canvas.drag(*corners)
        write(canvas, "Prompt", prompt)
    page.screenshot(path=tmp_path / "drawn.png")
    page.evaluate(WATCH_PREVIEWS)
    page.evaluate(MORE_STEPS)

    canvas.server.post("/free", {"free_memory": True})  # what another renderer's test has made is not to be used again
    known = set(canvas.server.get("/history"))
    canvas.put_toasts_away()
    page.locator("button:visible", has_text="Run").first.click()
    (path,) = saved_images(canvas.server, finished_run(canvas.server, known))
    picture = np.asarray(Image.open(path), np.float32)[..., :3] / 255
    left, right = np.split(picture, 2, axis=1)
    assert [item.kind for item in recognise(left).objects] == [("square", "red")]
    assert [item.kind for item in recognise(right).objects] == [("star", "blue")]

    assert page.evaluate("() => window.previewShown"), "the sampler's preview was under the regions"

    # The result is the backdrop now.
    page.wait_for_function(
        "() => { const c = document.querySelector('.flux-regions-picture'); const d = c.getContext('2d').getImageData(c.width / 2, 3, 1, 1).data; return d[3] === 255 && d[0] > 200; }",
    )
    page.screenshot(path=tmp_path / "result.png")


def write(canvas, label: str, text: str) -> None:
    canvas.page.locator(".flux-regions-fields label", has_text=label).locator("textarea").first.fill(text)


@TWO
def test_a_bad_document_is_refused_before_anything_runs(canvas, template):
    page = canvas.page
    canvas.load(template)
    node = "app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas')"
    page.evaluate(f"() => {{ {node}.widgets[0].value = '{{\"schema\": 99}}'; }}")
    known = set(canvas.server.get("/history"))
    answer = page.evaluate(
        """async () => {
            const prompt = (await app.graphToPrompt()).output;
            const response = await fetch('/prompt', {method: 'POST', body: JSON.stringify({prompt}), headers: {'Content-Type': 'application/json'}});
            return [response.status, JSON.stringify(await response.json())];
        }"""
    )
    canvas.complaints.clear()  # the browser notes the refusal itself
    assert answer[0] == 400 and "schema" in answer[1]
    assert set(canvas.server.get("/history")) == known


@TWO
def test_a_canvas_in_a_subgraph_knows_which_result_is_its_own(canvas, template):
    canvas.load(template)
    found = canvas.page.evaluate(
        """async () => {
            const style = document.querySelector('link[href$="/editor/editor.css"]').href;
            const from = async name => await import(style.replace('editor/editor.css', `host/${name}.js`));
            const { canvasesBehind } = await from('prompt_graph');
            const { placeName, placeOf } = await from('workflow_tab');
            const typed = type => app.graph.nodes.find(node => node.type === type);
            const { subgraph, node: outer } = app.graph.convertToSubgraph(new Set([typed('FluxRegions_Canvas')]));
            const [inner] = subgraph.nodes;
            const { output, workflow } = await app.graphToPrompt();
            const isShown = node => canvasesBehind(output, String(node.id))
                .some(id => placeName(workflow.id, id) === placeOf(inner));
            const shown = ['SaveImage', 'FluxRegions_PocketModel'].map(typed);
            return [...shown.map(isShown), placeOf(inner) === placeName(app.graph.id, `${outer.id}:${inner.id}`)];
        }"""
    )
    assert found == [True, False, True], "the result; not what it does not feed"
