"""Hands and eyes for the Region Canvas on ComfyUI's page."""

import json

READY = """() => window.app?.graph?.nodes?.length && app.extensionManager.workflow.activeWorkflow?.isLoaded
    && LiteGraph.registered_node_types['FluxRegions_Canvas']"""
"""The page has opened the workflow that it begins with; one that is loaded earlier it would replace."""
PICTURE = ".flux-regions-picture:visible"  # the host keeps those of closed subgraphs, too


class CanvasPage:
    """A browser page. Places on the drawing are (x, y) in fractions of it."""

    def __init__(self, page, server):
        self.page, self.server = page, server
        self.complaints: list[str] = []
        self.picture: str | None = None
        """Selects the drawing that the hands work on, where it is not the node's."""
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("console", self._on_console)

    def _on_console(self, message) -> None:
        place = message.location.get("url", "")
        if message.type in ("error", "warning") and ("/extensions/" in place or "flux_regions" in message.text):
            self.complaints.append(f"{message.type} at {place}: {message.text}")

    def open(self) -> None:
        self.page.goto(self.server.url)
        self.page.wait_for_function(READY, timeout=120_000)

    def one_canvas(self, value='{"schema":1}', width=512, height=384, size=(560, 800)) -> None:
        """A new graph with a Region Canvas of this size in the middle of the window, at zoom 1."""
        node = {"id": 1, "type": "FluxRegions_Canvas", "pos": [100, 60], "size": [*size], "flags": {}, "order": 0,
                "mode": 0, "inputs": [], "outputs": [], "properties": {}, "widgets_values": [value, width, height]}  # fmt: skip
        view = {"ds": {"scale": 1, "offset": [60, 20]}}
        self.load({"nodes": [node], "links": [], "last_node_id": 1, "last_link_id": 0, "extra": view, "version": 0.4})

    def load(self, graph: dict) -> None:
        """Open a workflow in the tab that is open."""
        self.page.evaluate(
            """async graph => {
                await app.loadGraphData(graph, true, true, app.extensionManager.workflow.activeWorkflow);
                app.canvas.ds.scale = graph.extra.ds.scale;
                app.canvas.ds.offset = [...graph.extra.ds.offset];
                app.canvas.setDirty(true, true);
            }""",
            graph,
        )
        self.settle()

    def settle(self) -> None:
        """Until the page has laid out and drawn what was done, and the editor has looked at the node's size."""
        self.page.locator(PICTURE).first.wait_for()
        self.page.wait_for_function(
            """() => {
                const node = app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas');
                const pictures = [...document.querySelectorAll('.flux-regions-picture')];
                const box = pictures.find(one => one.clientWidth > 8)?.getBoundingClientRect();
                if (!node || !box) return false;
                const [width, height] = node.widgets.slice(1, 3).map(widget => widget.value);
                const now = JSON.stringify([box.x, box.y, box.width]);
                const still = now === window.lastBox; window.lastBox = now;
                return still && box.width > 8 && Math.abs(box.width / box.height - width / height) < 0.1 * width / height;
            }""",
            polling=120,
        )

    def until_aspect(self, aspect: float) -> None:
        """Until the drawing has these proportions."""
        self.page.wait_for_function(
            """aspect => [...document.querySelectorAll('.flux-regions-picture')].some(
                one => one.clientWidth > 8 && Math.abs(one.clientWidth / one.clientHeight / aspect - 1) < 0.1)""",
            arg=aspect,
        )

    def until_stored(self, text: str) -> None:
        """Until the page's drafts, which a reload brings back, hold this text."""
        self.page.wait_for_function(
            """text => [localStorage, sessionStorage].some(
                storage => Object.keys(storage).some(key => storage.getItem(key).includes(text)))""",
            arg=text,
        )

    def until_undoable(self) -> None:
        """Until the page's own undo has taken note of the node's value."""
        self.page.wait_for_function(
            """() => {
                const canvas = nodes => nodes.find(node => node.type === 'FluxRegions_Canvas');
                const noted = app.extensionManager.workflow.activeWorkflow.changeTracker.activeState;
                return canvas(noted.nodes).widgets_values[0] === canvas(app.graph.nodes).widgets[0].value;
            }"""
        )

    def until_regions(self, count: int) -> None:
        """Until the node's value has so many regions, and the page has drawn them."""
        self.page.wait_for_function(
            """count => {
                const node = app.graph.nodes.find(node => node.type === 'FluxRegions_Canvas');
                return node && (JSON.parse(node.widgets[0].value || '{}').regions ?? []).length === count;
            }""",
            arg=count,
        )
        self.settle()

    def until_reached(self, x: float, y: float) -> None:
        """Until the pointer reaches this place of the drawing: newer pages keep it from their nodes while they zoom,
        and a page that has just opened may still move its view.
        """
        is_reached = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.flux-regions-stage'))"
        for _ in range(100):
            self.settle()
            if self.page.evaluate(is_reached, list(self.place(x, y))):
                return
        raise AssertionError(f"Nothing of the drawing is under the pointer at {self.place(x, y)}.")

    # What it holds

    def value(self) -> dict:
        """The document in the exported prompt."""
        prompt = self.page.evaluate("async () => (await app.graphToPrompt()).output")
        return json.loads(
            next(n for n in prompt.values() if n["class_type"] == "FluxRegions_Canvas")["inputs"]["document"]
        )

    def regions(self) -> list[dict]:
        return self.value().get("regions", [])

    # Hands

    def place(self, x: float, y: float) -> tuple[float, float]:
        box = self.page.locator(self.picture or PICTURE).first.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def tool(self, name: str) -> None:
        self.page.locator(f".flux-regions-toolbar button[name={name}]:visible").last.click()

    def drag(self, *places: tuple[float, float], button: str = "left", steps: int = 5) -> None:
        mouse = self.page.mouse
        mouse.move(*self.place(*places[0]))
        mouse.down(button=button)
        for place in places[1:]:
            mouse.move(*self.place(*place), steps=steps)
        mouse.up(button=button)

    def put_toasts_away(self) -> None:
        """Close what the page says over its own buttons, as that it is older than its ComfyUI wants it."""
        for closing in self.page.locator(".p-toast-close-button").element_handles():
            closing.click()

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.place(x, y))

    def key(self, keys: str) -> None:
        self.page.keyboard.press(keys)
