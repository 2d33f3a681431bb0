"""One workflow through ComfyUI's queue: POST /prompt, its progress from the WebSocket, its results from the history."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .connection import Connection, Events
from .errors import JobTimeoutError, QueueError


@dataclass(frozen=True)
class Progress:
    """The node now running, and its own count where it has one (a sampler: step `value` of `maximum`; else 0 of 0)."""

    node_id: str
    title: str
    value: int = 0
    maximum: int = 0


@dataclass(frozen=True)
class JobResult:
    """How a job ended.

    error: None, or ComfyUI's own record (node_id, node_type, exception_type, exception_message, traceback ...) with
    `kind` "execution_error" or "execution_interrupted".
    outputs: what each output node reported, by node id. images: the files of those, saved ones before previews.
    node_errors: outputs ComfyUI left out of the run because they failed validation, while others were queued.
    """

    prompt_id: str
    images: list[Path]
    outputs: dict
    error: dict | None
    seconds: float
    node_errors: dict = field(default_factory=dict)

    @property
    def interrupted(self) -> bool:
        return self.error is not None and self.error["kind"] == "execution_interrupted"


def run_job(
    connection: Connection,
    folders: dict[str, Path],
    workflow: dict,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    timeout: float = 600.0,
    extra_data: dict | None = None,
) -> JobResult:
    """Queue a workflow in API format and wait for its end. folders: where images of type output, temp, input lie."""
    started = time.monotonic()
    client_id = uuid.uuid4().hex
    with connection.events(client_id) as events:
        request = {"prompt": workflow, "client_id": client_id, "extra_data": extra_data or {}}
        status, body = connection.request("POST", "/prompt", request)
        if status != 200 or not isinstance(body, dict):
            raise QueueError(status, body.decode("utf-8", "replace") if isinstance(body, bytes) else body)
        prompt_id = body["prompt_id"]
        try:
            _follow(events, prompt_id, workflow, on_progress, started + timeout)
        except TimeoutError:
            connection.post("/queue", {"delete": [prompt_id]})
            connection.post("/interrupt")
            raise JobTimeoutError(
                f"The workflow did not finish within {timeout:g} seconds; it was interrupted."
            ) from None
    record = connection.get(f"/history/{prompt_id}")[prompt_id]
    return JobResult(
        prompt_id=prompt_id,
        images=_images(record["outputs"], folders),
        outputs=record["outputs"],
        error=_error(record),
        seconds=time.monotonic() - started,
        node_errors=body.get("node_errors") or {},
    )


def _follow(
    events: Events, prompt_id: str, workflow: dict, on_progress: Callable[[Progress], None] | None, deadline: float
) -> None:
    """Report progress until nothing of this prompt runs any more: only then is its history written."""
    last: Progress | None = None
    while True:
        name, data = events.next(deadline)
        if data.get("prompt_id") != prompt_id:
            continue
        if name == "executing" and data.get("node") is None:
            return
        for progress in _progress(name, data, workflow):
            if on_progress is not None and progress != last:
                on_progress(progress)
            last = progress


def _progress(name: str, data: dict, workflow: dict) -> list[Progress]:
    if name == "executing":
        return [Progress(data["node"], _title(workflow, data["node"]))]
    if name == "progress" and data.get("node") is not None:
        return [Progress(data["node"], _title(workflow, data["node"]), int(data["value"]), int(data["max"]))]
    if name == "progress_state":
        running = {node: state for node, state in data["nodes"].items() if state["state"] == "running"}
        # A maximum of 1 is the host's "started", which `executing` has told already.
        return [
            Progress(node, _title(workflow, node), int(state["value"]), int(state["max"]))
            for node, state in running.items()
            if state["max"] > 1
        ]
    return []


def _title(workflow: dict, node_id: str) -> str:
    node = workflow.get(node_id, {})
    return node.get("_meta", {}).get("title") or node.get("class_type") or f"node {node_id}"


def _images(outputs: dict, folders: dict[str, Path]) -> list[Path]:
    """The image files, saved ones first, each kind in the order of the node ids."""
    entries = [image for node in sorted(outputs, key=_natural_key) for image in outputs[node].get("images") or []]
    entries.sort(key=lambda image: image["type"] != "output")
    return [folders[image["type"]] / image["subfolder"] / image["filename"] for image in entries]


def _natural_key(node_id: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in node_id.split(":")]


def _error(record: dict) -> dict | None:
    for kind, data in record.get("status", {}).get("messages", []):
        if kind in ("execution_error", "execution_interrupted"):
            return {"kind": kind, **data}
    return None
