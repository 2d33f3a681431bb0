"""The soak's jobs: the shipped workflows with settings of their own, in a seeded order, some to be interrupted."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from devtools import demo, paths

STEPS = 3
INTERRUPTED = 0.25
"""Fraction of the jobs that are interrupted."""
WITH_LORA = 0.25
"""Fraction of the jobs whose first region has a LoRA."""
WITH_REFERENCE = 0.25
"""Fraction of the jobs whose first region has a reference picture."""
LORA = "random.safetensors"
"""The server of the soak has a file of this name."""

SETTINGS = {
    "base_ratio": (0.0, 0.2, 0.4),
    "start": (0.0, 0.3),
    "end": (0.4, 0.7, 1.0),
    "overlap": ("top", "blend", "union"),
    "isolation": ("regions", "text", "modulate"),
    "balance": ("manual", "auto"),
    "image_stream": ("shared", "paper"),
    "padding": ("keep", "trim"),
    "double_interval": (1, 2),
    "single_interval": (1, 2),
    "background_in_regions": ("auto", "always", "never"),
    "feather": (0.0, 0.05, 0.1),
}
BESIDE_MODULATE = {"balance": "manual", "image_stream": "shared"}
"""What isolation "modulate" goes with."""


@dataclass(frozen=True)
class Job:
    """name: of the workflow. stop_at: when to interrupt it, as a fraction of the time such a job takes, or None."""

    name: str
    workflow: dict
    stop_at: float | None = None


def shipped() -> dict[str, dict]:
    """The workflows that need no weights but the pack's own, by name, with few steps."""
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(paths.WORKFLOWS.glob("api/*.json"))}
    return {name: _with_inputs(flow, steps=STEPS) for name, flow in found.items() if demo.runs_on_pocket_model(flow)}


def jobs(workflows: dict[str, dict], count: int, seed: int) -> Iterator[Job]:
    """`count` jobs, of which no two are alike, so that ComfyUI keeps no result of one for the next.

    workflows: what they are made of, by name.
    """
    rng = random.Random(seed)
    for number in range(count):
        name = rng.choice(sorted(workflows))
        settings = {key: rng.choice(values) for key, values in SETTINGS.items()}
        if settings["isolation"] == "modulate":
            settings |= BESIDE_MODULATE
        flow = _with_inputs(workflows[name], seed=1000 * seed + number, **settings)
        if rng.random() < WITH_LORA:
            flow = _with_lora(flow, strength=rng.uniform(-1, 1))
        if rng.random() < WITH_REFERENCE:
            flow = _with_reference(flow, width=rng.choice((64, 96, 128)), color=rng.randrange(1 << 24))
        yield Job(name, flow, rng.uniform(0, 1) if rng.random() < INTERRUPTED else None)


def _with_inputs(workflow: dict, **values) -> dict:
    """A copy in which every input of one of these names has that value; linked inputs stay linked."""
    workflow = copy.deepcopy(workflow)
    for node in workflow.values():
        widgets = {name for name, value in node["inputs"].items() if not isinstance(value, list)}
        node["inputs"] |= {name: value for name, value in values.items() if name in widgets}
    return workflow


def _with_lora(workflow: dict, strength: float) -> dict:
    """A copy in which the first region has a LoRA wherever regions meet their prompts."""
    return _with_node(workflow, "FluxRegions_Lora", {"lora_name": LORA, "strength": strength})


def _with_reference(workflow: dict, width: int, color: int) -> dict:
    """A copy in which the first region has a reference picture, a plain one of this width, in the same places."""
    workflow = copy.deepcopy(workflow)
    (model,) = (name for name, node in workflow.items() if node["class_type"] == demo.POCKET_MODEL)
    size = {"width": width, "height": 64, "batch_size": 1, "color": color}
    workflow["picture"] = {"class_type": "EmptyImage", "inputs": size}
    workflow["encoded"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["picture", 0], "vae": [model, 2]}}
    return _with_node(workflow, "FluxRegions_Reference", {"latent": ["encoded", 0]})


def _with_node(workflow: dict, kind: str, inputs: dict) -> dict:
    """A copy in which the regions go through a node of this kind, for the first of them, where they meet their
    prompts.
    """
    workflow = copy.deepcopy(workflow)
    for name, node in list(workflow.items()):
        if node["class_type"] in ("FluxRegions_Conditioning", "FluxRegions_Encode"):
            through = {"regions": node["inputs"]["regions"], "region": "1", **inputs}
            workflow[f"{name}_{kind}"] = {"class_type": kind, "inputs": through}
            node["inputs"]["regions"] = [f"{name}_{kind}", 0]
    return workflow
