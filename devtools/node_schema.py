"""docs/nodes.schema.json: the nodes of this pack and their inputs, as a JSON schema of nodes in API format."""

from __future__ import annotations

import json
from pathlib import Path

from . import paths

FILE = paths.ROOT / "docs" / "nodes.schema.json"
PREFIX = "FluxRegions_"
TYPES = {"STRING": "string", "INT": "integer", "FLOAT": "number", "BOOLEAN": "boolean"}
OF_THE_COMPUTER = ("lora_name",)
"""Choices that are files of the computer at hand: any text stands for them."""
DESCRIPTION = """\
A node of Flux Regions in a workflow in API format, as POST /prompt takes it. An input is a value, or a link to another \
node's output: [its id, the output's number from 0]. Not said here: what only the node can tell, such as whether a text is \
a sound document; POST /prompt answers that with a sentence."""


def node_schema(object_info: dict) -> dict:
    """The schema. object_info: what the host answers to GET /object_info."""
    ours = {name: info for name, info in sorted(object_info.items()) if name.startswith(PREFIX)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Node of Flux Regions",
        "description": DESCRIPTION,
        "type": "object",
        "required": ["class_type", "inputs"],
        "properties": {"class_type": {"enum": list(ours)}, "inputs": {"type": "object"}},
        "allOf": [
            {
                "if": {"properties": {"class_type": {"const": name}}},
                "then": {"properties": {"inputs": {"$ref": f"#/$defs/{name}"}}},
            }
            for name in ours
        ],
        "$defs": {name: _inputs(info) for name, info in ours.items()}
        | {
            "link": {
                "type": "array",
                "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 0}],
                "minItems": 2,
                "maxItems": 2,
            }
        },
    }


def write_node_schema(object_info: dict) -> Path:
    FILE.write_text(json.dumps(node_schema(object_info), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return FILE


def _inputs(info: dict) -> dict:
    required, optional = (info["input"].get(group, {}) for group in ("required", "optional"))
    return {
        "title": info["display_name"],
        "description": info["description"],
        "type": "object",
        "required": list(required),
        "properties": {name: _input(name, *spec) for name, spec in (required | optional).items()},
        "additionalProperties": False,
    }


def _input(name: str, kind: str | list, options: dict | None = None) -> dict:
    """One input. kind: the host's name of its type, or the list of its choices. options: default, limits, tooltip."""
    options = options or {}
    link = {"$ref": "#/$defs/link"}
    about = {"description": options["tooltip"]} if options.get("tooltip") else {}
    about |= {"default": options["default"]} if options.get("default") is not None else {}
    choices = kind if isinstance(kind, list) else options.get("options")
    if choices is not None:
        value: dict = {"type": "string"} if name in OF_THE_COMPUTER else {"enum": choices}
    elif kind in TYPES and not options.get("forceInput"):
        value = {"type": TYPES[kind]}
        value |= {limit: options[key] for key, limit in (("min", "minimum"), ("max", "maximum")) if key in options}
    else:
        return about | {"$comment": f"a link to {kind}"} | link
    return about | {"anyOf": [value, link]}
