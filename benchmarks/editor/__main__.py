"""python dev.py bench editor: what the Region Canvas's own scripts take in a frame, in Chromium and Nodes 2.0.

The time is that of the editor's listeners and frame callbacks; ComfyUI's own and the browser's drawing are not in it.
The last line of output is the JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys

from devtools.chromium import find_chromium, how_to_get_chromium
from devtools.comfyui import newest_frontend
from devtools.errors import SetupError
from devtools.server import ComfyServer

from .page import TimedPage

REGIONS, MANY_REGIONS, STROKE_POINTS = 30, 500, 4000
STROKE_POSITIONS = 100  # the hand stops at so many places of the spiral; the browser goes from each to the next


def grid_document(count: int) -> dict:
    """So many boxes in rows, each with a name, a prompt and a soft edge, and overlapping its neighbours."""
    cols = math.ceil(math.sqrt(count))
    side = 1 / cols
    regions = [
        {
            "id": f"r{index + 1}",
            "name": f"thing {index + 1}",
            "prompt": f"a thing of number {index + 1}",
            "feather": 0.02,
            "shapes": [
                {"kind": "rect", "x": index % cols * side, "y": index // cols * side, "width": 1.2 * side,
                 "height": 1.2 * side}
            ],
        }
        for index in range(count)
    ]  # fmt: skip
    return {"schema": 1, "base_prompt": "many things", "regions": regions}


def middle_of_first(count: int) -> tuple[float, float]:
    side = 1 / math.ceil(math.sqrt(count))
    return (0.4 * side, 0.4 * side)


def drag_time(page: TimedPage) -> float:
    """The median frame while a region is dragged over the others and back."""
    start = middle_of_first(REGIONS)
    page.tool("select")
    page.drag(start, start, steps=1)
    with page.frames() as frames:
        page.drag(start, (0.6, 0.6), start, steps=30)
    return statistics.median(frames)


def large_over_node(page: TimedPage) -> float:
    page.show(grid_document(REGIONS))
    in_node = drag_time(page)
    page.open_large()
    in_large = drag_time(page)
    page.close_large()
    print(
        f"dragging one of {REGIONS} regions: {in_node:.1f} ms a frame in the node, {in_large:.1f} ms in the large editor"
    )
    return in_large / in_node


def slowest_edit(page: TimedPage) -> float:
    """The slowest frame of all that is done to a drawing of many regions."""
    page.show(grid_document(MANY_REGIONS))
    x, y = middle_of_first(MANY_REGIONS)
    page.tool("select")
    keyboard = page.page.keyboard

    def undo_and_redo() -> None:
        keyboard.press("Control+z")
        page.settle()
        keyboard.press("Control+y")

    edits = {
        "select": lambda: page.page.mouse.click(*page.place(x, y)),
        "move": lambda: page.drag((x, y), (x + 0.3, y + 0.3), steps=10),
        "nudge": lambda: keyboard.press("ArrowRight"),
        "bring forward": lambda: keyboard.press("PageUp"),
        "duplicate": lambda: keyboard.press("Control+d"),
        "delete": lambda: keyboard.press("Delete"),
        "draw": lambda: (page.tool("ellipse"), page.page.keyboard.down("Control"),
                         page.drag((0.5, 0.5), (0.9, 0.9), steps=10), page.page.keyboard.up("Control")),
        "type": lambda: keyboard.type("words"),
        "undo and redo": undo_and_redo,
    }  # fmt: skip
    slowest = {}
    for name, edit in edits.items():
        with page.frames() as frames:
            edit()
        slowest[name] = max(frames, default=0.0)
    if page.regions() < MANY_REGIONS:
        raise RuntimeError("the drawing lost regions: the bench does not do what it says")
    print(", ".join(f"{name} {time:.0f} ms" for name, time in slowest.items()), f"with {MANY_REGIONS} regions")
    return max(slowest.values())


def stroke_time(page: TimedPage) -> float:
    """Of the frames in which a long stroke is drawn, the one that 95 % are no slower than."""
    page.show({"schema": 1, "regions": []})
    page.tool("brush")
    turns = [6 * math.pi * i / STROKE_POSITIONS for i in range(STROKE_POSITIONS + 1)]
    spiral = [(0.5 + 0.022 * turn * math.cos(turn), 0.5 + 0.022 * turn * math.sin(turn)) for turn in turns]
    with page.frames() as frames:
        page.drag(*spiral, steps=STROKE_POINTS // STROKE_POSITIONS)
    if page.regions() != 1:
        raise RuntimeError("no stroke was drawn")
    percentile = statistics.quantiles(frames, n=20)[-1]
    print(f"a stroke of {STROKE_POINTS} points: median {statistics.median(frames):.1f} ms, 95 % {percentile:.1f} ms a "
          f"frame, {max(frames):.1f} ms when it is stored")  # fmt: skip
    return percentile


def main() -> None:
    argparse.ArgumentParser(prog="dev.py bench editor", description=(__doc__ or "").splitlines()[0]).parse_args()
    program = find_chromium()
    if program is None:
        raise SetupError(f"There is no Chromium: {how_to_get_chromium()}")
    from playwright.sync_api import sync_playwright

    with ComfyServer(["--front-end-root", str(newest_frontend())]) as server, sync_playwright() as playwright:
        server.post("/settings/Comfy.TutorialCompleted", True)
        server.post("/settings/Comfy.VueNodes.Enabled", True)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = TimedPage(browser.new_page(viewport={"width": 1600, "height": 1000}))
        page.open(server.url)
        result = {
            "large_over_node": round(large_over_node(page), 2),
            "frame_500_ms": round(slowest_edit(page), 1),
            "stroke_ms": round(stroke_time(page), 1),
        }
        browser.close()
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
