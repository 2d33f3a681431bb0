"""The shipped workflows, and the host's own description of every node they use."""

import json
from pathlib import Path

import pytest

from devtools.demo import missing_nodes

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
def only_on_hosts_with_its_nodes(request):
    """What a test asks of a workflow on a host cannot be asked of a host without one of its nodes."""
    if {"name", "server"} <= set(request.fixturenames):
        missing = missing_nodes(request.getfixturevalue("prompt"), request.getfixturevalue("object_info"))
        if missing:
            pytest.skip(f"needs a newer ComfyUI, with the node {missing[0]}")
