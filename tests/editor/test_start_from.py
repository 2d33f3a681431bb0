"""A connected text fills the drawing when it changes, and hand edits stay."""

import pytest

from .conftest import TWO, document
from .test_first_minute import box

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]

WIRE = """() => {
    const canvas = app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas');
    const add = (type, x) => {
        const node = LiteGraph.createNode(type); node.pos = [x, 60]; app.graph.add(node); return node;
    };
    const [text, preview, image] = [['FluxRegions_FromText', -500], ['FluxRegions_Preview', 800], ['PreviewImage', 1200]]
        .map(([type, x]) => add(type, x));
    const slot = (slots, name) => slots.findIndex(each => each.name === name);
    text.connect(slot(text.outputs, 'document'), canvas, slot(canvas.inputs, 'start_from'));
    canvas.connect(0, preview, slot(preview.inputs, 'regions'));
    preview.connect(0, image, 0);
    text.widgets[0].value = 'left half: a red car';
}"""
TEXT = "app.graph.nodes.find(node => node.type === 'FluxRegions_FromText').widgets[0]"


def run(canvas) -> None:
    """Until the server has done all of it and the page knows."""
    canvas.page.evaluate(
        """() => { window.runEnded = new Promise((done, fail) => {
            const api = window.comfyAPI.api.api;
            api.addEventListener('execution_success', () => setTimeout(done, 50), {once: true});
            api.addEventListener('execution_error', event => fail(event.detail.exception_message), {once: true});
        }); app.queuePrompt(0, 1); }"""
    )
    canvas.page.evaluate("() => window.runEnded")


def prompts(canvas) -> list[str]:
    return [region["prompt"] for region in canvas.regions()]


@TWO
def test_a_text_fills_the_drawing_when_it_changes_and_hand_edits_stay(canvas):
    canvas.one_canvas(document(box("fox", 0.1, 0.1, 0.3), base_prompt="a street"))
    canvas.page.evaluate(WIRE)
    run(canvas)
    assert prompts(canvas) == ["a red car"] and canvas.value()["base_prompt"] == "a street"
    canvas.tool("rect")
    canvas.click(0.25, 0.5)
    canvas.key("Enter")
    canvas.page.keyboard.type(", parked")
    run(canvas)
    assert prompts(canvas) == ["a red car, parked"], "the text is the same"
    canvas.page.evaluate(f"() => {{ {TEXT}.value = 'right half: a blue car' }}")
    run(canvas)
    assert prompts(canvas) == ["a blue car"]
    canvas.click(0.75, 0.5)
    canvas.key("Control+z")
    assert prompts(canvas) == ["a red car, parked"], "one step of the history"


@TWO
def test_also_in_a_subgraph(canvas):
    canvas.one_canvas()
    canvas.page.evaluate(WIRE)
    canvas.page.evaluate(
        """() => {
            const node = app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas');
            const { subgraph } = app.graph.convertToSubgraph(new Set([node]));
            window.innerCanvas = subgraph.nodes.find(node => node.type === 'FluxRegions_Canvas');
        }"""
    )
    run(canvas)
    value = canvas.page.evaluate("() => JSON.parse(window.innerCanvas.widgets[0].value).regions")
    assert [region["prompt"] for region in value] == ["a red car"]


@TWO
def test_chained_regions_are_seen_locked_and_counted(canvas):
    canvas.one_canvas(document(box("fox", 0.1, 0.1, 0.3)))
    canvas.page.evaluate(WIRE)
    canvas.page.evaluate(
        """() => {
            const [canvas, text] = ['FluxRegions_Canvas', 'FluxRegions_FromText']
                .map(type => app.graph.nodes.find(node => node.type === type));
            canvas.disconnectInput(canvas.inputs.findIndex(input => input.name === 'start_from'));
            text.connect(0, canvas, canvas.inputs.findIndex(input => input.name === 'regions'));
        }"""
    )
    run(canvas)
    chained = canvas.page.locator(".flux-regions-chained:visible")
    chained.wait_for()
    assert chained.inner_text().split() == ["1", "a", "red", "car"]
    canvas.tool("select")
    canvas.click(0.3, 0.8)
    assert canvas.page.locator(".flux-regions-heading:visible").count() == 0, "it is edited where it comes from"
    canvas.click(0.2, 0.2)
    assert canvas.page.locator(".flux-regions-heading:visible").inner_text() == "Region 2"
    assert prompts(canvas) == ["a fox"]
