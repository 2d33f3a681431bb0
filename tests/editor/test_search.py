"""The page's search finds the pack by the words that people know, on hosts that pass such words on to it."""

import json

import pytest

from .driver import CanvasPage

pytestmark = [pytest.mark.server, pytest.mark.browser]

WORDS = {
    "attention couple": "Regional Prompt",
    "latent couple": "Regional Prompt",
    "regional prompter": "Regional Prompt",
    "forge couple": "Regional Prompt",
    "area prompt": "Regional Prompt",
    "bbox": "Region from Box",
    "bounding box": "Region from Box",
    "layout": "Regions from Layout",
    "draw": "Region Canvas",
    "mask prompt": "Regional Prompt",
    "composition": "Region Canvas",
    "multiple characters": "Regional Prompt",
}
"""With a node that is to be among the results."""
MAX_ROWS_BEFORE = 10
"""Results above the pack's first one: as many as are seen without scrolling."""


@pytest.fixture(scope="module")
def page(chromium, server_of):
    """The newest page with an empty graph. Skipped where the host has no such words."""
    server = server_of("newest")
    if "search_aliases" not in server.get("/object_info/FluxRegions_Canvas")["FluxRegions_Canvas"]:
        pytest.skip("this ComfyUI has no search words (search_aliases): only names are found")
    server.post("/settings/Comfy.VueNodes.Enabled", False)
    context = chromium.new_context(viewport={"width": 1600, "height": 1000})
    opened = CanvasPage(context.new_page(), server)
    opened.open()
    opened.page.evaluate("() => window.app.graph.clear()")
    yield opened.page
    context.close()


@pytest.mark.parametrize("words", WORDS)
def test_the_search_finds_the_pack(page, words):
    page.evaluate("() => app.extensionManager.command.execute('Workspace.SearchBox.Toggle')")
    field = page.get_by_role("combobox")
    field.wait_for()
    field.fill(words)
    rows = page.locator("#results-list").get_by_role("option")
    wanted = rows.filter(has_text=WORDS[words]).filter(has_text="flux-regions").first
    wanted.wait_for()
    texts = rows.all_inner_texts()
    page.keyboard.press("Escape")
    field.wait_for(state="detached")
    ours = [index for index, text in enumerate(texts) if "flux-regions" in text]
    print(json.dumps({words: [ours[:1], len(ours), len(texts), [text.split("\n")[0] for text in texts[:4]]]}))
    assert ours[0] < MAX_ROWS_BEFORE, texts
