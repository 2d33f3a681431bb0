"""One Region Canvas on ComfyUI's page, whose scripts are timed while a hand works on it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPT = (Path(__file__).parent / "script_time.js").read_text("utf-8")
READY = """() => window.app?.graph?.nodes?.length && app.extensionManager.workflow.activeWorkflow?.isLoaded
    && LiteGraph.registered_node_types['FluxRegions_Canvas']"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"

REST = 400
"""ms: what the editor does when the hand rests counts, too."""


class TimedPage:
    """Places on the drawing are (x, y) in fractions of it; times are in ms."""

    def __init__(self, page):
        self.page = page
        self.picture = page.locator(".flux-regions-picture:visible").first

    def open(self, url: str) -> None:
        self.page.add_init_script(SCRIPT.replace("PACK_PATH", '"/extensions/flux"'))
        self.page.goto(url)
        self.page.wait_for_function(READY, timeout=180_000)

    def show(self, document: dict) -> None:
        """A graph of nothing but a canvas with these regions."""
        values = [json.dumps(document), 1024, 1024]
        node = {"id": 1, "type": "FluxRegions_Canvas", "pos": [100, 60], "size": [560, 800], "flags": {}, "order": 0,
                "mode": 0, "inputs": [], "outputs": [], "properties": {}, "widgets_values": values}  # fmt: skip
        graph = {"nodes": [node], "links": [], "last_node_id": 1, "last_link_id": 0, "extra": {}, "version": 0.4}
        self.page.evaluate(
            """async graph => {
                await app.loadGraphData(graph, true, true, app.extensionManager.workflow.activeWorkflow);
                app.canvas.ds.scale = 1;
                app.canvas.ds.offset = [60, 20];
                app.canvas.setDirty(true, true);
            }""",
            graph,
        )
        self.picture.wait_for()
        self.page.wait_for_timeout(1500)  # the page lays the node out, and the editor looks at the node's size

    def open_large(self) -> None:
        self.page.locator("button[aria-label^='Open the large']").first.click()
        self.picture = self.page.locator(".flux-regions-dialog .flux-regions-picture")
        self.picture.wait_for()
        self.settle()

    def close_large(self) -> None:
        self.page.locator(".flux-regions-dialog header button").click()
        self.picture = self.page.locator(".flux-regions-picture:visible").first
        self.settle()

    def settle(self) -> None:
        self.page.evaluate(TWO_FRAMES)

    def regions(self) -> int:
        value = "JSON.parse(app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas').widgets[0].value)"
        return self.page.evaluate(f"() => {value}.regions.length")

    @contextmanager
    def frames(self) -> Iterator[list[float]]:
        """What our scripts took in each frame that began meanwhile, those without any left out."""
        times: list[float] = []
        self.settle()
        self.page.evaluate("() => { editorClock.frames = []; editorClock.recording = true; }")
        yield times
        self.page.wait_for_timeout(REST)
        self.settle()
        measured = self.page.evaluate("() => { editorClock.recording = false; return editorClock.frames; }")
        times += [time for time in measured if time > 0]

    def place(self, x: float, y: float) -> tuple[float, float]:
        box = self.picture.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def drag(self, *places: tuple[float, float], steps: int) -> None:
        mouse = self.page.mouse
        mouse.move(*self.place(*places[0]))
        mouse.down()
        for place in places[1:]:
            mouse.move(*self.place(*place), steps=steps)
        mouse.up()

    def tool(self, name: str) -> None:
        self.page.locator(f".flux-regions-toolbar button[name={name}]:visible").last.click()
