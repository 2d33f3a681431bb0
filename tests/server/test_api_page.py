"""docs/api.md: its examples, taken from the page, run on a real server; its JSON schemas know what the nodes do."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from devtools.errors import QueueError
from devtools.node_schema import FILE, node_schema
from support.run_history import finished_run, saved_images

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
ADDRESS, JOB, PICTURE = "http://127.0.0.1:8188", "6f2c...", "two_boxes_00001_.png"
"""What the page writes for what differs from server to server."""
LINES = re.compile(r"((?:^ {4}.*\n|^\n(?= {4}))+)", re.MULTILINE)
SCHEMA = json.loads(FILE.read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
WORKFLOWS = sorted((ROOT / "workflows" / "api").glob("*.json"))


def examples() -> list[str]:
    """The page's code, block by block, without its indent."""
    return [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip() for block in LINES.findall(PAGE)]


def commands(start: str) -> list[str]:
    """The commands of the blocks that begin so, each with the lines that continue it."""
    blocks = [block for block in examples() if block.startswith(start)]
    return [command for block in blocks for command in re.split(rf"\n(?={start})", block)]


def run(arguments: list[str], folder: Path = ROOT) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    result = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, timeout=300)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def test_the_curl_examples_run_one_after_the_other(server, tmp_path):
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("the examples need bash and curl")
    known = set(server.get("/history"))
    first, history, view, *others = commands("curl")
    answer = json.loads(run_here(first, server))
    assert set(answer) == {"prompt_id", "number", "node_errors"} and answer["node_errors"] == {}
    entry = finished_run(server, known)
    assert set(json.loads(run_here(history.replace(JOB, answer["prompt_id"]), server))) == {answer["prompt_id"]}
    (saved,) = saved_images(server, entry)
    assert re.sub(r"\d", "0", saved.name) == re.sub(r"\d", "0", PICTURE)
    run_here(view.replace(PICTURE, saved.name).replace("two_boxes.png", str(tmp_path / "a.png")), server)
    assert (tmp_path / "a.png").read_bytes() == saved.read_bytes()
    for command in others:
        json.loads(run_here(command, server))
    assert (server.input_dir / "flux_regions_mask_left.png").is_file(), "the last one uploads it"


def run_here(command: str, server) -> str:
    return run(
        ["bash", "-c", "set -o pipefail; " + command.replace("curl ", "curl -sS --fail ").replace(ADDRESS, server.url)]
    )


def test_the_python_examples_run(server):
    known = set(server.get("/history"))
    (example,) = [block for block in examples() if block.startswith("import ")]
    answer = json.loads(run([sys.executable, "-c", example.replace(ADDRESS, server.url)]))
    assert answer["node_errors"] == {}
    assert finished_run(server, known)["status"]["status_str"] == "success"


def test_the_nodes_on_the_page_are_such_as_the_schema_allows():
    """And the first one is the workflow's own."""
    nodes = [json.loads(f"{{{block}}}") for block in examples() if re.match(r'"\d+": ', block)]
    assert nodes
    for node in (node for block in nodes for node in block.values()):
        VALIDATOR.validate(node)
    workflow = json.loads((ROOT / "workflows" / "api" / "04 Two boxes.json").read_text("utf-8"))
    assert nodes[0]["3"]["inputs"] == workflow["3"]["inputs"]


def test_the_mistake_on_the_page_is_answered_with_its_sentence(server):
    (sentence,) = [block for block in examples() if block.startswith("Region ")]
    workflow = json.loads((ROOT / "workflows" / "api" / "04 Two boxes.json").read_text("utf-8"))
    workflow["3"]["inputs"]["x"] = 0.8
    with pytest.raises(QueueError) as refused:
        server.queue(workflow)
    (error,) = refused.value.node_errors["3"]["errors"]
    assert refused.value.status == 400 and sentence in error["details"]


def test_the_schema_is_what_the_server_tells_of_the_nodes(server):
    assert node_schema(server.get("/object_info")) == SCHEMA, "python dev.py demo --thumbnails"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_schema_allows_every_node_of_the_workflows(path):
    for node in json.loads(path.read_text("utf-8")).values():
        if node["class_type"].startswith("FluxRegions_"):
            VALIDATOR.validate({key: node[key] for key in ("class_type", "inputs")})


@pytest.mark.parametrize(
    "change", [{"width": "wide"}, {"width": 5}, {"regions": ["4"]}, {"box_order": "zyx"}, {"colour": "red"}]
)
def test_the_schema_refuses_what_the_server_refuses_or_passes_over(change):
    node = {"class_type": "FluxRegions_FromLayout", "inputs": {"layout": "[]"}}
    VALIDATOR.validate(node)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({**node, "inputs": {**node["inputs"], **change}})
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({**node, "class_type": "FluxRegions_Other"})
