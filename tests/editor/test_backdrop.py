"""The picture under the regions is the tab's own, the newest, and comes back after a reload."""

import pytest

from .conftest import TWO
from .test_start_from import run

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]

WIRE = """() => {
    const canvas = app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas');
    const [mask, image] = [['MaskToImage', 800], ['PreviewImage', 1100]].map(([type, x]) => {
        const node = LiteGraph.createNode(type); node.pos = [x, 60]; app.graph.add(node); return node;
    });
    canvas.connect(1, mask, 0);
    mask.connect(0, image, 0);
}"""
SECOND_TAB = """async () => {
    const graph = JSON.parse(JSON.stringify(app.graph.serialize()));
    await app.loadGraphData(graph, true, true, 'second');
}"""
FIRST_TAB = "async () => await app.extensionManager.command.execute('Workspace.PreviousOpenedWorkflow')"
OPACITY = ".flux-regions-toolbar input[name=opacity]"


RESULT = """async () => {
    const style = document.querySelector('link[href$="/editor/editor.css"]').href;
    const from = async name => await import(style.replace('editor/editor.css', `host/${name}.js`));
    const node = app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas');
    return (await from('results')).resultAt((await from('workflow_tab')).placeOf(node));
}"""


def until_backdrop(canvas) -> None:
    canvas.settle()
    canvas.page.locator(f"{OPACITY}:visible").first.wait_for()


@TWO
def test_a_tab_has_its_own_result_and_editor(canvas):
    page = canvas.page
    page.evaluate(WIRE)
    canvas.tool("rect")
    canvas.drag((0.1, 0.1), (0.6, 0.6))
    page.keyboard.type("a red car")
    canvas.key("Escape")
    run(canvas)
    until_backdrop(canvas)
    page.evaluate(SECOND_TAB)
    canvas.settle()
    assert canvas.page.evaluate(RESULT) is None
    assert len(canvas.regions()) == 1
    page.evaluate(FIRST_TAB)
    until_backdrop(canvas)
    page.locator(".flux-regions-toolbar button[aria-label^=Undo]:enabled:visible").first.wait_for()
    canvas.click(0.3, 0.3)
    canvas.key("Control+z")
    canvas.key("Control+z")
    assert canvas.regions() == [], "the editor's undo outlives the change of tabs"
    canvas.key("Control+y")
    canvas.key("Control+y")
    canvas.until_stored("a red car")
    page.reload()
    page.wait_for_function(
        "() => window.app?.graph?.nodes?.some(node => node.type === 'FluxRegions_Canvas')", timeout=60_000
    )
    until_backdrop(canvas)
