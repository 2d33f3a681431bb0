"""A real ComfyUI starts with the pack, says nothing against it, runs jobs, and refuses a wrong one."""

import re

import pytest

from devtools.errors import QueueError

pytestmark = pytest.mark.server

EMPTY_IMAGE = {"class_type": "EmptyImage", "inputs": {"width": 32, "height": 16, "batch_size": 1, "color": 255}}


def test_the_servers_log_says_nothing_against_the_pack(server):
    log = server.startup_log
    tracebacks = re.findall(r"^Traceback \(.*?\n(?=\S)", log, re.MULTILINE | re.DOTALL)
    lines = [line for line in log.splitlines() if re.search(r"warn|error|fail|cannot import", line, re.IGNORECASE)]
    assert [text for text in (*tracebacks, *lines) if re.search(r"flux[-_ ]?regions", text, re.IGNORECASE)] == []


def test_every_node_of_the_pack_is_known_to_the_server(server, comfy):
    from flux_regions.nodes import NODES

    known = server.get("/object_info")
    assert "KSampler" in known
    ids = [node.define_schema().node_id for node in NODES]
    assert sorted(name for name in known if name.startswith("FluxRegions_")) == sorted(ids)


def test_a_job_reports_its_progress_and_its_images(server):
    workflow = {
        "1": EMPTY_IMAGE,
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
        "3": {
            "class_type": "SaveImage",
            "inputs": {"images": ["1", 0], "filename_prefix": "smoke/blue"},
            "_meta": {"title": "Save it"},
        },
    }
    seen = []
    result = server.queue(workflow, on_progress=seen.append)
    assert result.error is None
    assert {progress.title for progress in seen} >= {"EmptyImage", "PreviewImage", "Save it"}
    assert [image.parent for image in result.images] == [server.output_dir / "smoke", server.temp_dir]
    assert all(image.read_bytes().startswith(b"\x89PNG") for image in result.images)
    assert result.outputs["3"]["images"][0]["subfolder"] == "smoke"


def test_a_wrong_workflow_is_refused_with_the_node_and_the_reason(server):
    with pytest.raises(QueueError) as refusal:
        server.queue({"1": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}})
    assert refusal.value.status == 400
    assert refusal.value.node_errors["1"]["errors"][0]["type"] == "required_input_missing"
    assert "node 1 (SaveImage): Required input is missing: images" in str(refusal.value)


def test_a_node_that_fails_gives_its_error_and_the_server_lives_on(server):
    (server.input_dir / "broken.png").write_text("no picture")
    workflow = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "broken.png"}},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    result = server.queue(workflow)
    assert result.error["kind"] == "execution_error"
    assert (result.error["node_id"], result.error["node_type"]) == ("1", "LoadImage")
    assert not result.interrupted
    good = {"1": EMPTY_IMAGE, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}
    assert server.queue(good).error is None
