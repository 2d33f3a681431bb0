"""The workflow files in themselves: sound graphs, tidy on the canvas, complete with what goes with them."""

import json
import re
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / "workflows"
TITLE = 30
"""Height of a node's title bar, which lies above its position."""
NOTES = ("Note", "MarkdownNote")
NEWER_NODES = {"SplitImageToTileList": "0.33.0", "ImageMergeTileList": "0.33.0"}
"""Of ComfyUI, with a version that has them; all others are in 0.3.75."""


def rectangle(node: dict) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of a node with its title."""
    (x, y), (width, height) = node["pos"], node["size"]
    return x, y - TITLE, x + width, y + height


def bounds(group: dict) -> tuple[float, float, float, float]:
    x, y, width, height = group["bounding"]
    return x, y, x + width, y + height


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_every_workflow_has_an_api_file_and_a_thumbnail_and_there_are_no_others():
    graphs = {path.stem for path in WORKFLOWS.glob("*.json")}
    assert graphs
    assert graphs == {path.stem for path in (WORKFLOWS / "api").glob("*.json")}
    assert graphs == {path.stem for path in WORKFLOWS.glob("*.jpg")}


def test_a_graph_is_in_the_flat_format_that_every_frontend_opens(graph):
    assert graph["version"] == 0.4
    assert "definitions" not in graph
    ids = [node["id"] for node in graph["nodes"]]
    assert len(ids) == len(set(ids)) and graph["last_node_id"] == max(ids)
    assert graph["last_link_id"] == max(link[0] for link in graph["links"])


def test_every_link_is_known_at_both_ends(graph):
    nodes = {node["id"]: node for node in graph["nodes"]}
    for link, source, output, target, slot, kind in graph["links"]:
        assert link in nodes[source]["outputs"][output]["links"]
        assert nodes[target]["inputs"][slot]["link"] == link
        assert kind == nodes[source]["outputs"][output]["type"] == nodes[target]["inputs"][slot]["type"]
    known = {link[0] for link in graph["links"]}
    for node in graph["nodes"]:
        assert {slot["link"] for slot in node["inputs"] if slot["link"] is not None} <= known
        assert {link for slot in node["outputs"] for link in slot["links"]} <= known


def test_nodes_come_after_what_feeds_them(graph):
    order = {node["id"]: node["order"] for node in graph["nodes"]}
    assert all(order[link[1]] < order[link[3]] for link in graph["links"])


def test_every_node_says_which_pack_it_is_from(graph):
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
    for node in graph["nodes"]:
        if node["type"] in NOTES:
            continue
        properties = node["properties"]
        assert properties["Node name for S&R"] == node["type"]
        ours = node["type"].startswith("FluxRegions_")
        assert properties["cnr_id"] == ("flux-regions" if ours else "comfy-core")
        assert properties["ver"] == (version if ours else NEWER_NODES.get(node["type"], "0.3.75"))


def test_nothing_on_the_canvas_overlaps(graph):
    for one, other in combinations(graph["nodes"], 2):
        assert not overlap(rectangle(one), rectangle(other)), (one["id"], other["id"])
    for one, other in combinations(graph["groups"], 2):
        assert not overlap(bounds(one), bounds(other)), (one["title"], other["title"])


def test_every_node_lies_wholly_inside_one_group_or_is_the_note(graph):
    for node in graph["nodes"]:
        left, top, right, bottom = rectangle(node)
        around = [g for g in graph["groups"] if overlap(bounds(g), rectangle(node))]
        assert len(around) == (0 if node["type"] in NOTES else 1), node["id"]
        for group in around:
            box = bounds(group)
            assert box[0] <= left and box[1] <= top and right <= box[2] and bottom <= box[3], node["id"]


def test_a_short_note_says_what_to_try(graph):
    (note,) = [node for node in graph["nodes"] if node["type"] in NOTES]
    (text,) = note["widgets_values"]
    assert 2 <= text.count("\n- ") <= 5 and len(text) < 700


def test_the_seed_is_fixed_so_that_everyone_sees_the_same_picture(graph):
    samplers = [node for node in graph["nodes"] if node["type"] in ("KSampler", "RandomNoise")]
    assert samplers and all(node["widgets_values"][1] == "fixed" for node in samplers)


def test_the_input_pictures_a_workflow_names_are_shipped(prompt):
    for node in prompt.values():
        if node["class_type"] in ("LoadImage", "LoadImageMask"):
            assert (WORKFLOWS / "input" / node["inputs"]["image"]).is_file()


def test_the_loras_a_workflow_names_are_shipped_or_the_user_s(prompt):
    """A toy runs as it is shipped; where the model's files are the user's, so are the LoRAs, and their names say so."""
    is_toy = any(node["class_type"] == "FluxRegions_PocketModel" for node in prompt.values())
    for node in prompt.values():
        if node["class_type"] == "FluxRegions_Lora":
            name = node["inputs"]["lora_name"]
            assert (WORKFLOWS / "loras" / name).is_file() if is_toy else name.startswith("your_")


def test_the_app_asks_for_the_drawing_and_a_seed_and_shows_the_result():
    """linearData names [node, widget] pairs, and nodes: those that App mode shows."""
    apps = {
        path: graph["extra"]
        for path in WORKFLOWS.glob("*.json")
        if (graph := json.loads(path.read_text("utf-8")))["extra"].get("linearMode")
    }
    ((path, extra),) = apps.items()
    prompt = json.loads((WORKFLOWS / "api" / path.name).read_text("utf-8"))
    asked = [(prompt[str(node)]["class_type"], name) for node, name in extra["linearData"]["inputs"]]
    assert asked == [("FluxRegions_Canvas", "document"), ("KSampler", "seed")]
    assert all(name in prompt[str(node)]["inputs"] for node, name in extra["linearData"]["inputs"])
    assert [prompt[str(node)]["class_type"] for node in extra["linearData"]["outputs"]] == ["SaveImage"]
