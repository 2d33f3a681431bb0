"""The shipped workflows, and the host's own description of every node they use."""

import json
from pathlib import Path

import pytest

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
