"""Each workflow in ComfyUI's real page, in a real Chromium: it opens clean, and Run queues its file of api/."""

import json

import numpy as np
import pytest
from PIL import Image

from support.browser import launched_chromium
from support.few_steps import FEW_STEPS, with_few_steps
from support.run_history import finished_run, saved_images
from support.workflow_graph import unknown_newer_inputs

pytestmark = [pytest.mark.server, pytest.mark.browser]

LIMIT_STEPS = """limit => {
    const widgets = app.graph.nodes.flatMap(node => node.widgets ?? []);
    for (const widget of widgets.filter(({ name }) => name === 'steps')) widget.value = Math.min(widget.value, limit);
}"""


@pytest.fixture(scope="module")
def page(server):
    server.post("/settings/Comfy.TutorialCompleted", True)  # else the template browser opens by itself
    with launched_chromium() as browser:
        page = browser.new_page(viewport={"width": 1680, "height": 950})
        page.goto(server.url)
        page.wait_for_function(
            "() => window.app?.graph && window.LiteGraph?.registered_node_types['FluxRegions_Apply']", timeout=120_000
        )
        yield page


@pytest.fixture
def opened(page, graph):
    """The page with the workflow open in it."""
    page.evaluate("graph => window.app.loadGraphData(graph)", graph)
    return page


def test_every_node_is_known_and_in_order(opened, graph):
    nodes = opened.evaluate(
        """() => window.app.graph.nodes.map(node => ({
            type: node.type, known: node.type in LiteGraph.registered_node_types, error: Boolean(node.has_errors)}))"""
    )
    assert sorted(node["type"] for node in nodes) == sorted(node["type"] for node in graph["nodes"])
    assert [node["type"] for node in nodes if not node["known"]] == []
    # Newer pages mark a loader whose file is not there.
    assert [node["type"] for node in nodes if node["error"] and not node["type"].endswith("Loader")] == []


def test_nothing_in_a_node_is_cut_off(opened, graph):
    least = opened.evaluate("() => window.app.graph.nodes.map(node => [String(node.id), ...node.computeSize()])")
    size = {str(node["id"]): node["size"] for node in graph["nodes"]}
    for node, width, height in least:
        assert size[node][0] >= width and size[node][1] >= height, (node, width, height)


def test_run_on_the_page_queues_the_api_file(opened, prompt, name, object_info, tmp_path):
    """What the server would get of the page, so that nothing has to be drawn: the API's own runs draw the same."""
    posted = []

    def keep(route):
        posted.append(route.request.post_data_json["prompt"])
        route.fulfill(json={"prompt_id": "never queued", "number": 0, "node_errors": {}})

    opened.route("**/prompt", keep)
    with opened.expect_response("**/prompt"):
        press_run(opened)
    opened.unroute("**/prompt")
    (queued,) = posted
    kept = tmp_path / f"{name}.json"
    kept.write_text(json.dumps(queued, indent=2), "utf-8")

    def untitled(nodes):
        return {key: (node["class_type"], node["inputs"]) for key, node in nodes.items()}

    for node in prompt.values():
        for newer in unknown_newer_inputs(object_info[node["class_type"]]):
            del node["inputs"][newer]
    assert untitled(queued) == untitled(prompt), f"what the page queues is in {kept}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["10 Three ways compared"], indirect=True)
def test_run_on_the_page_gives_the_pixels_that_the_api_gives(opened, prompt, server):
    opened.evaluate(LIMIT_STEPS, FEW_STEPS)
    by_api = server.queue(with_few_steps(prompt))
    assert by_api.error is None
    forget(server)  # or the page would get what is in the cache
    known = set(server.get("/history"))
    press_run(opened)
    entry = finished_run(server, known)
    assert not [m for m in entry["status"]["messages"] if m[0] == "execution_cached" and m[1]["nodes"]]
    saved_by_api = sorted(path for path in by_api.images if server.output_dir in path.parents)
    for page_image, api_image in zip(saved_images(server, entry), saved_by_api, strict=True):
        assert np.array_equal(np.asarray(Image.open(page_image)), np.asarray(Image.open(api_image))), page_image.name


def press_run(page) -> None:
    page.keyboard.press("Escape")  # the dialog about missing models that another workflow brought up
    queue_button = page.get_by_test_id("queue-button").get_by_role("button")
    if queue_button.count():
        queue_button.first.click()
    else:  # App mode, whose Run button has another name in every version of the page, calls this
        page.evaluate("window.app.queuePrompt(0)")


def forget(server) -> None:
    """Empty the cache of results. The host does so after its next job."""
    server.post("/free", {"unload_models": True, "free_memory": True})
    grey = {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 16, "batch_size": 1, "color": 0}}
    server.queue({"1": grey, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}})
