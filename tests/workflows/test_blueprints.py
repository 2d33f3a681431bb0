"""The blueprints: graphs that the node library offers as one node. The host lists them, and what is inside runs."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from support.workflow_graph import exported

pytestmark = pytest.mark.server

BLUEPRINTS = Path(__file__).resolve().parents[2] / "subgraphs"
NAMES = sorted(path.stem for path in BLUEPRINTS.glob("*.json"))
OUTSIDE_INPUT, OUTSIDE_OUTPUT = -10, -20
"""The node ids that stand for the edges of a subgraph."""


@pytest.fixture(params=NAMES)
def blueprint(request) -> dict:
    return json.loads((BLUEPRINTS / f"{request.param}.json").read_text("utf-8"))


def inside(blueprint: dict) -> dict:
    (subgraph,) = blueprint["definitions"]["subgraphs"]
    return subgraph


def as_graph(subgraph: dict) -> dict:
    """What is inside, with links as those of an outer graph are written."""
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    links = [[link[key] for key in keys] for link in subgraph["links"]]
    return {"nodes": subgraph["nodes"], "links": links}


def test_the_host_lists_them_and_gives_out_the_files(server):
    listed = {entry["name"]: key for key, entry in server.get("/global_subgraphs").items()}
    assert NAMES and set(NAMES) <= set(listed)
    for name in NAMES:
        entry = server.get(f"/global_subgraphs/{quote(listed[name])}")
        assert entry["data"] == (BLUEPRINTS / f"{name}.json").read_text("utf-8")


def test_it_is_one_node_and_says_what_it_does(blueprint):
    (node,) = blueprint["nodes"]
    subgraph = inside(blueprint)
    assert node["type"] == subgraph["id"]
    assert blueprint["extra"]["BlueprintDescription"]
    assert "regional prompt" in blueprint["extra"]["BlueprintSearchAliases"]


def test_the_node_s_sockets_and_widgets_are_the_edges_of_its_inside(blueprint):
    (node,) = blueprint["nodes"]
    subgraph = inside(blueprint)
    for side in ("inputs", "outputs"):
        assert [(slot["name"], slot["type"]) for slot in node[side]] == [
            (slot["name"], slot["type"]) for slot in subgraph[side]
        ]
    widgets = [slot["name"] for slot in node["inputs"] if "widget" in slot]
    assert [name for _, name in node["properties"]["proxyWidgets"]] == widgets
    assert len(node["widgets_values"]) == len(widgets)


def test_every_link_inside_is_known_at_both_ends(blueprint):
    subgraph = inside(blueprint)
    nodes = {node["id"]: node for node in subgraph["nodes"]}
    for link in subgraph["links"]:
        if link["origin_id"] == OUTSIDE_INPUT:
            source = subgraph["inputs"][link["origin_slot"]]
            assert link["id"] in source["linkIds"]
        else:
            source = nodes[link["origin_id"]]["outputs"][link["origin_slot"]]
            assert link["id"] in source["links"]
        if link["target_id"] == OUTSIDE_OUTPUT:
            assert link["id"] in subgraph["outputs"][link["target_slot"]]["linkIds"]
        else:
            target = nodes[link["target_id"]]["inputs"][link["target_slot"]]
            assert target["link"] == link["id"] and link["type"] == source["type"] == target["type"]


def test_its_nodes_are_filled_in_as_the_host_declares_them(blueprint, object_info):
    for node in exported(as_graph(inside(blueprint)), object_info).values():
        declared = object_info[node["class_type"]]["input"]
        assert set(declared.get("required", {})) <= set(node["inputs"])


@pytest.mark.slow
def test_the_one_for_pocket_flux_makes_a_picture(server, object_info):
    (name,) = [name for name in NAMES if "Pocket" in name]
    blueprint = json.loads((BLUEPRINTS / f"{name}.json").read_text("utf-8"))
    subgraph = inside(blueprint)
    prompt = exported(as_graph(subgraph), object_info)
    text = "base: a red circle and a blue star on a white background\nleft: a red circle\nright: a blue star"
    prompt["drawn"] = {"class_type": "FluxRegions_FromText", "inputs": {"text": text, "width": 192, "height": 256}}
    given = {"regions": ["drawn", 0], "width": 192, "height": 256, "seed": 7}
    for node in prompt.values():
        for key, value in node["inputs"].items():
            if isinstance(value, list) and value[0] == str(OUTSIDE_INPUT):
                node["inputs"][key] = given[subgraph["inputs"][value[1]]["name"]]
    (image,) = [link for link in subgraph["links"] if link["target_id"] == OUTSIDE_OUTPUT]
    result_of = [str(image["origin_id"]), image["origin_slot"]]
    prompt["saved"] = {"class_type": "SaveImage", "inputs": {"images": result_of, "filename_prefix": "blueprint"}}
    result = server.queue(prompt)
    assert result.error is None and not result.node_errors
    assert Image.open(result.images[0]).size == (192, 256)
