"""Prompt for a Plan, ComfyUI's Generate Text, Regions from Plan and the canvas in a real server's graph.

The transport is what is tried, with a model of the host's own class and random weights, and with one that answers what
it is told; how well real models plan is not.
"""

import json
from pathlib import Path

import pytest

from support.workflow_graph import NEWER_NODES

pytestmark = pytest.mark.server

WORKFLOW = next(Path(__file__).resolve().parents[2].glob("workflows/api/* Regions planned by the text encoder.json"))
PLANNING = ("PrimitiveStringMultiline", "FluxRegions_PlanPrompt", "TextGenerate", "FluxRegions_FromPlan", "FluxRegions_Canvas")  # fmt: skip
PLAN = {
    "base_prompt": "a fox by a well, dusk",
    "background_prompt": "snow, ASKED",
    "regions": [
        {
            "name": "fox",
            "prompt": 'a red fox that reads a sign "{狐}"',
            "box": {"x": 0, "y": 0.5, "width": 0.5, "height": 0.5},
        },
        {"name": "well", "prompt": "a stone well", "box": {"x": 0.5, "y": 0.25, "width": 0.5, "height": 0.75}},
    ],
}


@pytest.fixture
def planning(faulty_server):
    """planning(text_model, inputs) -> the shipped workflow up to its canvas, which a preview shows."""
    if "TextGenerate" not in faulty_server.get("/object_info"):
        pytest.skip(f"this ComfyUI has no Generate Text; {NEWER_NODES['TextGenerate']} has")

    def make(text_model: str, **inputs) -> dict:
        shipped = json.loads(WORKFLOW.read_text("utf-8"))
        graph = {key: node for key, node in shipped.items() if node["class_type"] in PLANNING}
        ids = {node["class_type"]: key for key, node in graph.items()}
        graph[ids["PrimitiveStringMultiline"]]["inputs"]["value"] = "a fox by a well"
        graph[ids["TextGenerate"]]["inputs"] |= {"clip": ["model", 0], "max_length": 24}
        return {
            **graph,
            "model": {"class_type": f"FluxRegionsTest_{text_model}", "inputs": inputs},
            "drawn": {
                "class_type": "FluxRegions_Preview",
                "inputs": {"regions": [ids["FluxRegions_Canvas"], 0], "grid": "canvas"},
            },
            "shown": {"class_type": "PreviewImage", "inputs": {"images": ["drawn", 0]}},
            "answer": {"class_type": "PreviewAny", "inputs": {"source": [ids["TextGenerate"], 0]}},
        }

    return make


@pytest.mark.parametrize("around", ["PLAN", "<think>hm {}</think>Here you are:\n```json\nPLAN\n```"])
def test_an_answer_becomes_the_drawing_of_the_canvas(planning, faulty_server, around):
    graph = planning("ScriptedTextModel", answer=around.replace("PLAN", json.dumps(PLAN, ensure_ascii=False)))
    result = faulty_server.queue(graph)
    assert result.error is None and not result.node_errors
    (canvas,) = [key for key, node in graph.items() if node["class_type"] == "FluxRegions_Canvas"]
    document = json.loads(result.outputs[canvas]["flux_regions_filled"][0])
    assert [(region["name"], region["prompt"]) for region in document["regions"]] == [
        (region["name"], region["prompt"]) for region in PLAN["regions"]
    ]
    assert document["background_prompt"] == "snow, True", "the model was asked what the user wrote"
    well = document["regions"][1]["shapes"][0]
    assert [well[key] for key in ("kind", "x", "y", "width", "height")] == ["rect", 0.5, 0.25, 0.5, 0.75]


def test_a_model_that_only_babbles_ends_in_a_sentence(planning, faulty_server):
    graph = planning("TinyTextModel")
    result = faulty_server.queue(graph)
    assert result.error["node_type"] == "FluxRegions_FromPlan", result.error
    assert result.error["exception_message"].startswith("The model gave no usable plan.")
    assert "Generate Text" in result.error["exception_message"]
    (babble,) = result.outputs["answer"]["text"]
    assert len(babble) > 10, "24 tokens were written by the host's own code"
