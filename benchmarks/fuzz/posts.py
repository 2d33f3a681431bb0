"""Posts to POST /prompt: every node of the pack with strange values in its inputs, on the real server."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

from devtools.server import ComfyServer

from .findings import Findings
from .foreign_text import (
    DOCUMENT,
    LAYOUTS,
    LEGEND,
    NUMBERS,
    PLAN,
    REGION_TEXT,
    TOKENS,
    foreign_text,
    foreign_value,
    json_text,
)

PREFIX = "FluxRegions_"
PACK_FOLDER = "flux-regions"
"""The pack's folder in the host, by which a traceback is known to be the pack's."""
AT_ONCE = 50
"""Posts before the accepted ones are waited for: the host keeps each in its history."""
TEXTS = {
    "FluxRegions_FromText": {"text": REGION_TEXT},
    "FluxRegions_Canvas": {"document": json_text(random.Random(0), DOCUMENT)},
    "FluxRegions_FromColorMap": {"legend": LEGEND},
    "FluxRegions_FromLayout": {"layout": json_text(random.Random(0), LAYOUTS[0])},
    "FluxRegions_FromPlan": {"answer": json_text(random.Random(0), PLAN)},
    "FluxRegions_Plan": {"prompt": "a fox", "base_url": "http://127.0.0.1:1/v1", "time_limit": 1},
    "FluxRegions_PlanPrompt": {"prompt": "a fox"},
}
"""What a node needs beside its defaults."""
SOURCES = {
    "pocket": {"class_type": "FluxRegions_PocketModel", "inputs": {}},
    "regions": {"class_type": "FluxRegions_FromText", "inputs": {"text": "left: a", "width": 64, "height": 64}},
    "image": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0xFF0000}},
    "mask": {"class_type": "SolidMask", "inputs": {"value": 1.0, "width": 64, "height": 64}},
    "words": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": "a"}},
    "latent": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "encoded": {"class_type": "FluxRegions_Encode", "inputs": {"clip": ["pocket", 1], "regions": ["regions", 0]}},
    "watched": {"class_type": "FluxRegions_WatchAttention", "inputs": {"model": ["pocket", 0]}},
}
LINKS = {
    "FLUX_REGIONS": ["regions", 0], "FLUX_REGIONAL_PROMPT": ["encoded", 0], "FLUX_REGIONS_ATTENTION": ["watched", 1],
    "IMAGE": ["image", 0], "MASK": ["mask", 0], "CONDITIONING": ["words", 0], "LATENT": ["latent", 0],
    "CLIP": ["pocket", 1], "MODEL": ["pocket", 0], "VAE": ["pocket", 2],
}  # fmt: skip
OTHER_LINKS = [["regions", 1], ["image", 9], ["nowhere", 0], ["node", 0], [["regions"], 0], ["image"], ["a", "b"]]


class NodeClass(NamedTuple):
    """inputs: name -> type and options, as the host tells them. outputs: how many."""

    inputs: dict[str, list]
    outputs: int


def node_classes(server: ComfyServer) -> dict[str, NodeClass]:
    """The pack's, by their ids."""
    return {
        name: NodeClass({**told["input"].get("required", {}), **told["input"].get("optional", {})}, len(told["output"]))
        for name, told in server.get("/object_info").items()
        if name.startswith(PREFIX)
    }


def graphs(classes: dict[str, NodeClass], count: int, seed: int) -> Iterator[dict]:
    """`count` graphs in API format, each about one node, of which some inputs hold what does not belong there."""
    chance = random.Random(f"posts {seed}")
    names = sorted(classes)
    for number in range(count):
        name = names[number % len(names)]
        inputs = usual_inputs(name, classes[name].inputs)
        for key in chance.sample(sorted(inputs), k=min(len(inputs), chance.choice((0, 1, 1, 1, 2, 3)))):
            inputs[key] = _strange_input(chance, classes[name].inputs[key][0], key, str(inputs[key]))
        show = {"class_type": "PreviewAny", "inputs": {"source": ["node", chance.randrange(classes[name].outputs)]}}
        yield {**SOURCES, "node": {"class_type": name, "inputs": inputs}, "show": show}


def usual_inputs(name: str, types: dict[str, list]) -> dict:
    inputs = {}
    for key, (kind, *options) in types.items():
        default = options[0].get("default") if options else None
        if kind in LINKS:
            inputs[key] = LINKS[kind]
        elif default is not None or (isinstance(kind, list) and kind):
            inputs[key] = kind[0] if default is None else default
    return inputs | TEXTS.get(name, {})


def _strange_input(chance: random.Random, kind, key: str, usual: str) -> object:
    if key == "base_url":  # nobody else's server is asked
        return chance.choice(["", 5, "file:///etc/passwd", "http://", "http://127.0.0.1:1/v1?x=1", "\ud800", {}, None])
    if kind == "STRING" and chance.random() < 0.6:
        return foreign_text(chance, 20_000, usual)
    choice = chance.randrange(6)
    if choice == 0:
        return chance.choice(NUMBERS)
    if choice == 1:
        return chance.choice(("50%", "1024px", "", "top", *TOKENS))
    if choice == 2:
        return chance.choice((None, True, {}, [], {"__value__": []}, {"__value__": foreign_value(chance)}))
    if choice == 3:
        return chance.choice((*OTHER_LINKS, *LINKS.values()))
    return foreign_value(chance)


def fuzz_posts(server: ComfyServer, count: int, seed: int) -> tuple[Findings, dict]:
    """The findings, and how many posts were accepted and how many of those ended in an error of the pack."""
    findings, ends = Findings(), {"accepted": 0, "errors": 0}
    logged = len(server.log_text())
    accepted: dict[str, dict] = {}
    for number, graph in enumerate(graphs(node_classes(server), count, seed), start=1):
        findings.inputs += 1
        prompt_id = str(uuid4())
        status, body = server.request("POST", "/prompt", {"prompt": graph, "prompt_id": prompt_id})
        node = graph["node"]
        if status >= 500:
            findings.note("status_500", node["class_type"], repr(node["inputs"])[:300])
        elif status == 200 and isinstance(body, dict):
            accepted[body["prompt_id"]] = node
        else:
            _note_refusal(findings, body, node)
        if number % AT_ONCE == 0 or number == count:
            for prompt_id, record in _ended(server, accepted).items():
                ends["accepted"] += 1
                ends["errors"] += _note_end(findings, record, accepted[prompt_id])
            accepted.clear()
    for entry in server.log_text()[logged:].split("Traceback (most recent call last):")[1:]:
        # The host logs every error of a node with its traceback; one of ours that is no sentence is no ValueError.
        error = next((line for line in entry.splitlines() if line and not line[0].isspace()), "")
        if PACK_FOLDER in entry and not error.startswith("ValueError: "):
            findings.note("tracebacks", "log", error)
    return findings, ends


def _note_refusal(findings: Findings, body, node: dict) -> None:
    errors = body.get("node_errors", {}) if isinstance(body, dict) else {}
    for refused in errors.values() if isinstance(errors, dict) else ():
        for error in refused["errors"]:
            extra = error.get("extra_info", {})
            if PACK_FOLDER not in "".join(extra.get("traceback") or ()):
                continue  # the host's own check
            findings.note_message(node["class_type"], error["details"], node["inputs"])
            if extra.get("exception_type") != "ValueError":
                findings.note("tracebacks", node["class_type"], f"{error['details'][:300]} <- {node['inputs']!r}"[:800])


def _ended(server: ComfyServer, accepted: dict) -> dict:
    """The records of these jobs, once all of them have ended."""
    records: dict = {}
    while accepted.keys() - records.keys():
        time.sleep(0.05)
        records = {prompt_id: record for prompt_id, record in server.get("/history").items() if prompt_id in accepted}
    server.post("/history", {"clear": True})
    return records


def _note_end(findings: Findings, record: dict, node: dict) -> bool:
    """Whether the job ended in an error of the pack's own; any other is noted."""
    for kind, data in record.get("status", {}).get("messages", []):
        if kind != "execution_error" or not data["node_type"].startswith(PREFIX):
            continue
        message = data["exception_message"].strip()
        findings.note_message(data["node_type"], message, node["inputs"])
        if data["exception_type"] != "ValueError" or not message.endswith((".", ")")):
            last_frames = "".join(data["traceback"][-2:])
            what = f"{data['exception_type']}: {message[:300]} {last_frames} <- {node['inputs']!r}"
            findings.note("tracebacks", data["node_type"], what[:1200])
        return True
    return False
