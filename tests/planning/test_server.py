"""Planning in a real ComfyUI: the model is asked once, can be interrupted, and the user's key appears nowhere."""

import json
import time

import pytest
from flux_regions.planning import KEY_VARIABLE
from PIL import Image

from devtools.errors import QueueError
from devtools.server import ComfyServer

pytestmark = [pytest.mark.server, pytest.mark.slow]  # with a server of its own


@pytest.fixture(scope="module")
def keyed_server(comfy_host, key):
    """A ComfyUI whose environment holds an API key."""
    with ComfyServer(host=comfy_host, env={KEY_VARIABLE: key}) as running:
        yield running


@pytest.fixture
def workflow(chat_server):
    """Plans, shows the plan as text, draws it, and saves the drawing."""
    inputs = {
        "prompt": "a fox by a well", "base_url": chat_server.url, "model": "llama3.1", "max_regions": 4,
        "seed": chat_server.port, "time_limit": 100,
    }  # fmt: skip
    return {
        "plan": {"class_type": "FluxRegions_Plan", "inputs": inputs},
        "text": {"class_type": "PreviewAny", "inputs": {"source": ["plan", 1]}},
        "draw": {"class_type": "FluxRegions_Preview", "inputs": {"regions": ["plan", 0], "grid": "canvas"}},
        "save": {"class_type": "SaveImage", "inputs": {"images": ["draw", 0], "filename_prefix": "plan"}},
    }


def test_a_planned_picture_is_drawn_and_described(keyed_server, workflow):
    result = keyed_server.queue(workflow)
    assert result.error is None
    (text,) = result.outputs["text"]["text"]
    assert "bottom left, name fox: a red fox" in text
    assert Image.open(result.images[0]).size == (1024, 1024)


def test_the_same_inputs_do_not_call_twice_and_another_seed_does(keyed_server, chat_server, workflow):
    keyed_server.queue(workflow)
    assert len(chat_server.requests) == 1
    workflow["draw"]["inputs"]["grid"] = "tokens"  # what hangs on the plan may change
    assert keyed_server.queue(workflow).error is None
    assert keyed_server.queue(workflow).error is None
    assert len(chat_server.requests) == 1
    workflow["moved"] = workflow.pop("plan")  # the same node, pasted anew
    workflow["text"]["inputs"]["source"][0] = workflow["draw"]["inputs"]["regions"][0] = "moved"
    assert keyed_server.queue(workflow).error is None
    assert len(chat_server.requests) == 1
    workflow["moved"]["inputs"]["seed"] += 1
    assert keyed_server.queue(workflow).error is None
    assert len(chat_server.requests) == 2


def test_a_failed_plan_is_asked_for_again(keyed_server, chat_server, workflow, behave, plan):
    chat_server.replies = [behave.status(500, {"error": "boom"}), json.dumps(plan)]
    assert 'failed (HTTP 500): "boom"' in keyed_server.queue(workflow).error["exception_message"]
    assert keyed_server.queue(workflow).error is None


def test_progress_is_shown_and_an_interrupt_ends_the_call(keyed_server, chat_server, workflow, behave, plan):
    chat_server.replies = [behave.hang, json.dumps(plan)]
    reports = []

    def stop(progress):
        if progress.node_id == "plan" and progress.value >= 1:
            reports.append((time.monotonic(), progress))
            keyed_server.interrupt()

    result = keyed_server.queue(workflow, on_progress=stop)
    assert result.interrupted and not result.images
    assert reports[0][1].maximum == 100 and time.monotonic() - reports[0][0] < 60
    assert chat_server.client_gone.wait(60)
    assert keyed_server.queue(workflow).error is None, "the next job runs"


def test_a_failure_elsewhere_in_the_workflow_ends_the_call(keyed_server, chat_server, workflow, behave):
    chat_server.replies = [behave.hang]
    workflow["missing"] = {"class_type": "FluxRegions_FromBox", "inputs": {
        "prompt": "a", "x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0, "strength": 1.0, "feather": 0.0, "name": "",
    }}  # fmt: skip
    workflow["wrong"] = {
        "class_type": "FluxRegions_SetConditioning",
        "inputs": {"regions": ["missing", 0], "region": "9", "conditioning": ["none", 0]},
    }
    workflow["none"] = {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["words", 0]}}
    workflow["words"] = {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": "a"}}
    workflow["pocket"] = {"class_type": "FluxRegions_PocketModel", "inputs": {}}
    workflow["end"] = {"class_type": "FluxRegions_Preview", "inputs": {"regions": ["wrong", 0], "grid": "canvas"}}
    workflow["show"] = {"class_type": "PreviewImage", "inputs": {"images": ["end", 0]}}
    started = time.monotonic()
    result = keyed_server.queue(workflow)
    assert "There is no region '9'" in result.error["exception_message"]
    assert time.monotonic() - started < 60
    assert chat_server.client_gone.wait(60) or not chat_server.requests


def test_a_bad_address_is_refused_when_it_is_queued(keyed_server, workflow):
    workflow["plan"]["inputs"]["base_url"] = "ftp://127.0.0.1/v1"
    with pytest.raises(QueueError) as refused:
        keyed_server.queue(workflow)
    assert "base_url is no web address" in json.dumps(refused.value.body)


def test_the_key_is_found_nowhere_that_comfyui_writes_or_tells(
    keyed_server, chat_server, other_server, workflow, behave, key, plan
):
    """After a good plan, and after servers that repeat the key in every way they can."""
    echo = {"error": {"message": f"Incorrect API key provided: {key}"}}
    plan["regions"][0]["prompt"] = f"a fox with {key}"
    redirect = behave.status(302, f"moved {key}".encode(), Location=f"{other_server.url}/{key}")
    chat_server.replies = [json.dumps(plan), *(behave.status(code, echo) for code in (401, 404, 429, 500))]
    chat_server.replies += [redirect, f"not {key} json", f"nor {key}", behave.break_off, behave.no_http]
    results = []
    for _ in range(9):
        workflow["plan"]["inputs"]["seed"] += 1
        graph = {"extra_pnginfo": {"workflow": {"nodes": [], "note": "the page's own graph"}}}
        results.append(keyed_server.queue(workflow, extra_data=graph))
    assert [result.error is None for result in results] == [True] + [False] * 8
    assert len(chat_server.requests) == 10
    assert all(headers["Authorization"] == f"Bearer {key}" for _, headers, _ in chat_server.requests)
    assert not other_server.requests, "a redirect is not followed"

    picture = Image.open(results[0].images[0])
    assert {"prompt", "workflow"} <= set(picture.info) and "FluxRegions_Plan" in picture.info["prompt"]
    written = [path for path in keyed_server.folder.rglob("*") if path.is_file()]
    assert keyed_server.log in written and results[0].images[0] in written
    assert [path for path in written if key.encode() in path.read_bytes()] == []
    assert "Incorrect API key" not in keyed_server.log_text() or "[the API key]" in keyed_server.log_text()
    for path in ("/history", "/queue", "/object_info/FluxRegions_Plan", "/system_stats", "/prompt"):
        assert key not in json.dumps(keyed_server.get(path)), path
    assert "[the API key]" in json.dumps(keyed_server.get("/history")), "the servers did repeat it"
