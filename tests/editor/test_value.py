"""The value is the one thing that must not be lost: through reload, undo of the graph, copy, subgraph, renderers, bad input."""

import json

import pytest

from .conftest import document

pytestmark = [pytest.mark.server, pytest.mark.browser]
REGION = {
    "id": "a", "name": "ball", "prompt": "a red circle", "strength": 1.25, "feather": 0.05,
    "shapes": [
        {"kind": "ellipse", "x": 0.1, "y": 0.2, "width": 0.5, "height": 0.5},
        {"kind": "stroke", "points": [[0.2, 0.2, 1], [0.6, 0.5, 0.5]], "width": 0.1, "mode": "subtract"},
    ],
    "made_by": "a newer version",
}  # fmt: skip
VALUE = document(REGION, base_prompt="a picture", background_prompt="sky")
CANVAS = "app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas')"


def same(canvas) -> None:
    assert canvas.value() == json.loads(VALUE)


def test_it_comes_as_it_went(canvas):
    canvas.one_canvas(VALUE)
    same(canvas)


def test_saving_and_loading_the_workflow(canvas):
    canvas.one_canvas(VALUE)
    canvas.page.evaluate(
        "async () => { const saved = JSON.parse(JSON.stringify(app.graph.serialize())); app.graph.clear(); await app.loadGraphData(saved); }"
    )
    canvas.settle()
    same(canvas)


def test_reloading_the_page(canvas):
    canvas.one_canvas(VALUE)
    canvas.tool("rect")
    canvas.drag((0.7, 0.7), (0.9, 0.9))
    before = canvas.value()
    canvas.page.wait_for_timeout(1500)  # the page stores its draft a moment after an edit
    canvas.page.reload()
    canvas.page.wait_for_function(
        "() => window.app?.graph?.nodes?.some(node => node.type === 'FluxRegions_Canvas')", timeout=60_000
    )
    canvas.settle()
    assert canvas.value() == before


def test_the_graphs_own_undo_brings_back_and_forth(canvas):
    canvas.page.evaluate(
        "async value => { const saved = app.graph.serialize(); await app.loadGraphData(saved); }", VALUE
    )
    canvas.settle()
    canvas.tool("rect")
    canvas.drag((0.1, 0.1), (0.5, 0.5))
    canvas.page.wait_for_timeout(600)
    drawn = canvas.value()
    canvas.page.evaluate("() => document.activeElement.blur()")
    canvas.key("Control+z")
    canvas.page.wait_for_timeout(600)
    canvas.settle()
    assert canvas.regions() == []
    canvas.key("Control+y")
    canvas.page.wait_for_timeout(600)
    canvas.settle()
    assert canvas.value() == drawn


def test_a_copied_node_is_its_own(canvas):
    canvas.one_canvas(VALUE)
    values = canvas.page.evaluate(
        """() => {
            const node = app.graph.nodes[0];
            app.canvas.selectNode ? app.canvas.selectNode(node) : app.canvas.select(node);
            app.canvas.copyToClipboard();
            app.canvas.pasteFromClipboard({});
            return app.graph.nodes.map(node => node.widgets[0].value);
        }"""
    )
    assert len(values) == 2 and json.loads(values[0]) == json.loads(values[1]) == json.loads(VALUE)
    canvas.page.evaluate("() => { app.graph.nodes[1].widgets[0].value = '{\"schema\":1}'; }")
    assert canvas.page.evaluate("() => app.graph.nodes[0].widgets[0].value") == values[0]


def test_deleting_and_undoing(canvas):
    canvas.one_canvas(VALUE)
    saved = canvas.page.evaluate("() => JSON.parse(JSON.stringify(app.graph.serialize()))")
    canvas.page.evaluate("() => app.graph.remove(app.graph.nodes[0])")
    assert canvas.page.locator(".flux-regions-editor").count() == 0, "the editor goes with its node"
    canvas.page.evaluate("async saved => await app.loadGraphData(saved)", saved)
    canvas.settle()
    same(canvas)


def test_into_a_subgraph_and_back(canvas):
    canvas.one_canvas(VALUE)
    made = canvas.page.evaluate(
        """() => {
            const node = app.graph.nodes[0];
            const { subgraph, node: outer } = app.graph.convertToSubgraph(new Set([node]));
            window.outer = outer;
            return subgraph.nodes[0].widgets[0].value;
        }"""
    )
    assert json.loads(made) == json.loads(VALUE)
    prompt = canvas.page.evaluate("async () => (await app.graphToPrompt()).output")
    inner = next(node for node in prompt.values() if node["class_type"] == "FluxRegions_Canvas")
    assert json.loads(inner["inputs"]["document"]) == json.loads(VALUE)
    canvas.page.evaluate("() => app.graph.unpackSubgraph(window.outer)")
    canvas.settle()
    same(canvas)


@pytest.mark.parametrize(
    "bad",
    [
        '{"schema": 1, "regions": [',
        '{"schema": 99}',
        '{"schema": 1, "regions": [{"strength": NaN}]}',
        '{"schema": 1, "regions": [{"shapes": [{"kind": "spiral"}]}]}',
        '{"schema": 1, "base_prompt": "' + "x" * 10_000_000 + '"}',
    ],
    ids=["cut off", "newer schema", "NaN", "unknown shape", "ten megabytes"],
)
def test_a_bad_value_is_kept_and_explained(canvas, bad):
    canvas.page.evaluate("value => { app.graph.nodes[0].widgets[0].value = value; }", bad)
    message = canvas.page.locator(".flux-regions-error").first.inner_text(timeout=5000)
    assert len(message) > 20
    assert canvas.page.evaluate("() => app.graph.nodes[0].widgets[0].value") == bad, "nothing is lost"
    canvas.page.evaluate("value => { app.graph.nodes[0].widgets[0].value = value; }", VALUE)
    canvas.settle()
    same(canvas)


def test_a_script_in_a_name_is_a_name(canvas):
    name = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    canvas.one_canvas(document({**REGION, "name": name, "colour": "red;background:url(x)"}))
    canvas.page.wait_for_timeout(300)
    assert canvas.page.evaluate("() => window.hacked === undefined")
    assert canvas.regions()[0]["name"] == name
    assert name in canvas.page.locator(".flux-regions-title").first.inner_text()


def test_a_long_stroke_stays_small(canvas):
    canvas.tool("brush")
    canvas.page.evaluate(
        """() => {
            const picture = document.querySelector('.flux-regions-picture');
            const box = picture.getBoundingClientRect();
            const send = (type, x, y) => picture.dispatchEvent(new PointerEvent(type, {
                pointerId: 1, pointerType: 'pen', pressure: 0.3 + 0.2 * Math.sin(x / 9), button: type === 'pointermove' ? -1 : 0, buttons: 1,
                clientX: box.x + x, clientY: box.y + y, bubbles: true, cancelable: true}));
            picture.setPointerCapture = () => {};
            send('pointerdown', 10, 10);
            for (let i = 0; i < 4000; i++) send('pointermove', 10 + (i % 300), 20 + 120 * (1 + Math.sin(i / 7)));
            send('pointerup', 10, 10);
        }"""
    )
    (region,) = canvas.regions()
    assert len(region["shapes"][0]["points"]) > 10
    assert len(json.dumps(canvas.value())) < 80_000


def test_two_hundred_random_actions(canvas):
    """Whatever is done, the value can be read, stays what it was after a reload of the graph, and nothing throws."""
    import random

    dice = random.Random(7)
    page = canvas.page
    page.locator(".flux-regions-keyboard").first.focus()
    spot = lambda: (dice.uniform(-0.1, 1.1), dice.uniform(0.02, 1.0))  # noqa: E731
    keys = ["Delete", "Tab", "Escape", "Enter", "Control+z", "Control+y", "Control+d", "ArrowLeft", "Shift+ArrowUp"]
    keys += ["PageUp", "PageDown", "[", "]", "g", "f", "Control+c", "Control+v", "Control+a"]
    for _ in range(200):
        action = dice.random()
        if action < 0.3:
            page.locator(".flux-regions-keyboard").first.focus()
            page.keyboard.press(dice.choice("vrepbx"))
        elif action < 0.65:
            x, y = spot()
            canvas.drag((min(max(x, 0.02), 0.98), y), spot(), spot(), steps=2)
        elif action < 0.7:
            canvas.click(dice.uniform(0.1, 0.9), dice.uniform(0.1, 0.9))
        else:
            page.locator(".flux-regions-keyboard").first.focus()
            page.keyboard.press(dice.choice(keys))
    before = canvas.value()
    page.evaluate(
        "async () => { const saved = JSON.parse(JSON.stringify(app.graph.serialize())); await app.loadGraphData(saved); }"
    )
    canvas.settle()
    assert canvas.value() == before
