"""Workflows saved with version 0.1, where Encode and Apply stood for Regional Prompt: they load, run, and give the
picture that Regional Prompt gives with the same settings.
"""

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from support.few_steps import with_few_steps
from support.workflow_graph import exported, untitled

pytestmark = pytest.mark.server

SAVED = Path(__file__).resolve().parents[1] / "golden" / "workflows_0_1"
NAMES = sorted(path.stem for path in (SAVED / "api").glob("*.json"))
NEEDS_FLUX = {"ship_four_boxes"}
APPLY, ENCODE, CONDITIONING = (f"FluxRegions_{name}" for name in ("Apply", "Encode", "Conditioning"))
MODEL, POSITIVE, NEGATIVE = range(3)
"""The outputs of Apply."""


@pytest.fixture(params=NAMES)
def saved_name(request) -> str:
    return request.param


@pytest.fixture
def saved(saved_name) -> dict:
    """The workflow in API format, as version 0.1 shipped it."""
    return json.loads((SAVED / "api" / f"{saved_name}.json").read_text("utf-8"))


def with_regional_prompt(prompt: dict) -> dict:
    """The same graph and settings with a Regional Prompt for every Apply."""
    graph = copy.deepcopy(prompt)
    for key, node in prompt.items():
        if node["class_type"] != APPLY:
            continue
        settings = {name: value for name, value in node["inputs"].items() if not isinstance(value, list)}
        encode = prompt[node["inputs"]["regional_prompt"][0]]["inputs"]
        graph[key] = {
            "class_type": CONDITIONING,
            "inputs": {
                **settings,
                "padding": encode["padding"],
                "background_prompt": encode["background_prompt"],
                "background_in_regions": "never",
                "regions": encode["regions"],
                "clip": encode["clip"],
            },
        }
        if "base_conditioning" in encode:
            graph[key]["inputs"]["conditioning"] = encode["base_conditioning"]
        elif encode["base_prompt"]:
            whole = {"text": encode["base_prompt"], "clip": encode["clip"]}
            graph[f"{key}.base"] = {"class_type": "CLIPTextEncode", "inputs": whole}
            graph[key]["inputs"]["conditioning"] = [f"{key}.base", 0]
        outputs = {MODEL: node["inputs"]["model"], POSITIVE: [key, 0], NEGATIVE: [key, 0]}  # cfg is 1
        for other in graph.values():
            for name, value in other["inputs"].items():
                if isinstance(value, list) and value[0] == key and other is not graph[key]:
                    other["inputs"][name] = outputs[value[1]]
    return graph


def test_all_ten_are_here():
    assert len(NAMES) == 10
    assert {path.stem for path in (SAVED / "ui").glob("*.json")} == set(NAMES)


def test_its_graph_still_fits_the_nodes(saved_name, saved, object_info):
    """A page puts saved values into widgets by their order: none may have moved."""
    graph = json.loads((SAVED / "ui" / f"{saved_name}.json").read_text("utf-8"))
    assert exported(graph, object_info) == untitled(saved)


@pytest.mark.slow
def test_its_pictures_are_those_of_regional_prompt(saved_name, saved, server):
    if saved_name in NEEDS_FLUX:
        pytest.skip("needs FLUX.1-dev")
    saved = with_few_steps(saved)
    today = with_regional_prompt(saved)
    assert CONDITIONING in {node["class_type"] for node in today.values()}
    assert APPLY not in {node["class_type"] for node in today.values()}
    by_apply, by_regional_prompt = pictures(server, saved), pictures(server, today)
    assert by_apply
    for theirs, ours in zip(by_apply, by_regional_prompt, strict=True):
        assert np.array_equal(ours, theirs)


def pictures(server, prompt: dict) -> list[np.ndarray]:
    """What it saves, by file name: the counters at their ends differ from run to run, what stands before does not."""
    result = server.queue(prompt)
    assert result.error is None and not result.node_errors
    return [np.asarray(Image.open(path)) for path in sorted(result.images) if server.output_dir in path.parents]
