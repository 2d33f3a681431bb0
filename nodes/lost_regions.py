"""Regions that a graph loses: at ComfyUI's Concat and Average, which keep one input's tokens alone, where only Apply's
model is used, and where what a node makes of them leads to no output.

No node of ours sees that happen, and the picture would be plain without a word. So every queued graph is looked
through, and the log says where.
"""

from __future__ import annotations

from ..regions.printable import printable
from ..regions.printable_log import printable_logger

logger = printable_logger(__name__)

LOSING_INPUT = "conditioning_from"
KEEPING_INPUT = "conditioning_to"
LOSING_NODES = ("ConditioningConcat", "ConditioningAverage")
REGIONAL_TYPES = {"FLUX_REGIONS", "FLUX_REGIONAL_PROMPT", "CONDITIONING"}
"""Of outputs of this pack's nodes for whose sake they are in a graph."""
REGIONAL_OUTPUTS = {("FluxRegions_Conditioning", 0), ("FluxRegions_Apply", 1), ("FluxRegions_Apply", 2)}


def watch_queue(prompt_server, node_classes: dict) -> None:
    """From now on every queued graph is looked through. node_classes: the host's NODE_CLASS_MAPPINGS."""

    def look_through(queued: dict) -> dict:
        for message in lost_regions(queued.get("prompt"), node_classes):
            logger.warning(message)
        return queued

    prompt_server.add_on_prompt_handler(look_through)


def lost_regions(prompt, node_classes: dict) -> list[str]:
    """prompt: a graph in API format, not yet checked by the host. A sentence for each node at which regions end."""
    graph = prompt if isinstance(prompt, dict) else {}
    return _unused_models(graph) + _idle_nodes(graph, node_classes) + _losing_nodes(graph, node_classes)


def _unused_models(graph: dict) -> list[str]:
    used = {link for node in graph.values() for value in _inputs(node).values() if (link := _link(value))}
    return [
        f"Node {printable(node_id, 40)} (FluxRegions_Apply): its model is used but its conditioning is not, so the regions will have no "
        "effect. Connect its positive output to the sampler."
        for node_id, node in graph.items()
        if _class_of(node) == "FluxRegions_Apply" and (node_id, 0) in used and not {(node_id, 1), (node_id, 2)} & used
    ]


def _losing_nodes(graph: dict, node_classes: dict) -> list[str]:
    return [
        f"Node {printable(node_id, 40)} ({node['class_type']}) keeps no regions of its {LOSING_INPUT}, so they will have no effect. "
        f"Connect Regional Prompt to its {KEEPING_INPUT}, or behind this node."
        for node_id, node in graph.items()
        if _class_of(node) in LOSING_NODES and _carries_regions(graph, _inputs(node).get(LOSING_INPUT), node_classes)
    ]


def _idle_nodes(graph: dict, node_classes: dict) -> list[str]:
    """Of nodes that make regions and lead to no output, the last ones; none where the graph has no output at all."""
    makers = {node_id for node_id, node in graph.items() if _makes_regions(_class_of(node), node_classes)}
    pending = [
        node_id
        for node_id, node in graph.items()
        if node_id not in makers and getattr(node_classes.get(_class_of(node)), "OUTPUT_NODE", False) is True
    ]
    if not pending:
        return []
    leading: set[str] = set()
    while pending:
        node_id = pending.pop()
        if node_id not in leading and node_id in graph:
            leading.add(node_id)
            pending += _sources(graph[node_id])
    idle = makers - leading
    used_by_idle = {source for node_id in idle for source in _sources(graph[node_id])}
    return [
        f"Node {printable(node_id, 40)} ({graph[node_id]['class_type']}) leads to no output, so its regions have no effect. Connect "
        "it to the node that is to use them; in the end that is Regional Prompt, and the sampler's positive input."
        for node_id in graph
        if node_id in idle - used_by_idle
    ]


def _makes_regions(class_type: str | None, node_classes: dict) -> bool:
    types = getattr(node_classes.get(class_type), "RETURN_TYPES", ())
    return str(class_type).startswith("FluxRegions_") and not REGIONAL_TYPES.isdisjoint(map(str, types))


def _sources(node) -> list[str]:
    return [link[0] for value in _inputs(node).values() if (link := _link(value))]


def _carries_regions(graph: dict, value, node_classes: dict) -> bool:
    """Whether a conditioning with regions comes through this input, from whatever node is before it."""
    pending, visited = [value], set()
    while pending:
        link = _link(pending.pop())
        if link is None or link[0] in visited:
            continue
        node_id, output = link
        source = graph.get(node_id)
        if (_class_of(source), output) in REGIONAL_OUTPUTS:
            return True
        if not _is_conditioning(node_classes.get(_class_of(source)), output):
            continue
        visited.add(node_id)
        losing = LOSING_INPUT if _class_of(source) in LOSING_NODES else None
        pending += [value for name, value in _inputs(source).items() if name != losing]
    return False


def _link(value) -> tuple[str, int] | None:
    """(node id, output) where an input's value is a link; None for anything else."""
    is_link = isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int)
    return (value[0], value[1]) if is_link else None


def _is_conditioning(node_class, output: int) -> bool:
    types = getattr(node_class, "RETURN_TYPES", ())
    return 0 <= output < len(types) and types[output] == "CONDITIONING"


def _class_of(node) -> str | None:
    class_type = node.get("class_type") if isinstance(node, dict) else None
    return class_type if isinstance(class_type, str) else None


def _inputs(node) -> dict:
    inputs = node.get("inputs") if isinstance(node, dict) else None
    return inputs if isinstance(inputs, dict) else {}
