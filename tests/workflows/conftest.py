"""The shipped workflows, and the host's own description of every node they use."""

import json
from pathlib import Path

import pytest

from support.workflow_graph import NEWER_NODES

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.json"))


@pytest.fixture(params=NAMES)
def name(request) -> str:
    """Each workflow's name in turn."""
    return request.param


@pytest.fixture
def graph(name) -> dict:
    """The workflow as the editor opens it (UI format)."""
    return json.loads((WORKFLOWS / f"{name}.json").read_text("utf-8"))


@pytest.fixture
def prompt(name) -> dict:
    """The same workflow as POST /prompt takes it (API format)."""
    return json.loads((WORKFLOWS / "api" / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def object_info(server) -> dict:
    return server.get("/object_info")


@pytest.fixture(autouse=True)
def skipped_on_a_host_without_the_workflows_nodes(request):
    if not request.node.get_closest_marker("server") or "name" not in request.fixturenames:
        return
    name = request.getfixturevalue("name")
    prompt = json.loads((WORKFLOWS / "api" / f"{name}.json").read_text("utf-8"))
    for kind in {node["class_type"] for node in prompt.values()} & set(NEWER_NODES):
        if kind not in request.getfixturevalue("object_info"):
            pytest.skip(f"{name} needs {kind}, which ComfyUI {NEWER_NODES[kind]} has")
