"""`dev.py demo`: every shipped workflow that runs on the miniature model, through a real ComfyUI's queue."""

import json
import shutil
from contextlib import ExitStack
from pathlib import Path

from . import paths
from .errors import JobTimeoutError, RequestError
from .gallery import write_gallery
from .job import JobResult
from .node_schema import write_node_schema
from .paths import display_path
from .server import ComfyServer
from .setup_steps import set_up
from .terminal import ProgressLine, print_line
from .thumbnails import regions_drawn, save_thumbnail

POCKET_MODEL = "FluxRegions_PocketModel"


def demo(*, full: bool = False, cpu: bool = False, thumbnails: bool = False) -> int:
    """Returns the exit code: 0 when every workflow that could run did run.

    thumbnails: also write workflows/*.jpg, docs/gallery.md and docs/nodes.schema.json anew.
    """
    host, steps = set_up(extra_steps=1)
    workflows = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(paths.WORKFLOWS.glob("api/*.json"))}
    with ExitStack() as stack:
        with steps.step(f"Starting ComfyUI {host.version()}"):
            use_cpu = cpu or not host.has_accelerator()
            server = ComfyServer(["--disable-api-nodes"], host=host, cpu=use_cpu)
            stack.enter_context(server)
        print_line()
        outcomes = [_show(server, name, workflow, full, thumbnails) for name, workflow in workflows.items()]
        if thumbnails:
            written = write_gallery(), write_node_schema(server.get("/object_info"))
            print_line(f"Written: {', '.join(display_path(path) for path in written)}")
    return _summary(outcomes)


def runs_on_pocket_model(workflow: dict) -> bool:
    return any(node["class_type"] == POCKET_MODEL for node in workflow.values())


def missing_nodes(workflow: dict, object_info: dict) -> list[str]:
    """The types of node in the workflow that this host does not have."""
    return sorted({node["class_type"] for node in workflow.values()} - set(object_info))


def missing_choices(workflow: dict, object_info: dict) -> list[str]:
    """What the workflow names that is not in this host's lists: files of the loaders."""
    missing = []
    for node in workflow.values():
        info = object_info[node["class_type"]]
        declared = {**info["input"].get("required", {}), **info["input"].get("optional", {})}
        for name, value in node["inputs"].items():
            choices = _choices(declared.get(name))
            if isinstance(value, str) and choices is not None and value not in choices:
                missing.append(value)
    return missing


def _choices(declaration: list | None) -> list | None:
    """The options of a combo input, in either of the two spellings that hosts use."""
    if not declaration:
        return None
    if isinstance(declaration[0], list):
        return declaration[0]
    return declaration[1].get("options") if declaration[0] == "COMBO" and len(declaration) > 1 else None


def _show(server: ComfyServer, name: str, workflow: dict, full: bool, thumbnail: bool) -> bool | None:
    """Run one workflow. True: it ran; False: it failed; None: it was skipped."""
    object_info = server.get("/object_info")
    nodes = missing_nodes(workflow, object_info)
    if nodes:
        print_line(f"{name}: skipped (it needs a newer ComfyUI, which has the node {', '.join(nodes)})")
        return None
    if not runs_on_pocket_model(workflow):
        missing = missing_choices(workflow, object_info)
        if missing or not full:
            reason = f"not here: {', '.join(missing)}" if missing else "they are here: `demo --full` runs it"
            print_line(f"{name}: needs its model's files; skipped ({reason})")
            if thumbnail:
                _save_thumbnail(server, name, workflow, [])
            return None
    line = ProgressLine(name)
    try:
        result = server.queue(workflow, on_progress=line, timeout=3600)
    except (RequestError, JobTimeoutError) as failure:
        line.end(f"failed. {failure}")
        return False
    if result.error is not None:
        line.end(f"failed. {_error_sentence(result.error)}")
        return False
    if not result.images:
        line.end("failed. It made no image.")
        return False
    saved = _save(name, result)
    if thumbnail:
        results = [image for image in result.images if server.output_dir in image.parents]
        _save_thumbnail(server, name, workflow, results)
    line.end(f"{', '.join(display_path(path) for path in saved)} ({result.seconds:.1f} s)")
    return True


def _save_thumbnail(server: ComfyServer, name: str, workflow: dict, results: list[Path]) -> None:
    regions = server.queue(regions_drawn(workflow)).images
    save_thumbnail(server.host, name, [*regions, *results])


def _error_sentence(error: dict) -> str:
    if "exception_message" not in error:
        return "It was interrupted."
    return f"Node {error['node_id']} ({error['node_type']}): {error['exception_message'].strip()}"


def _save(name: str, result: JobResult) -> list[Path]:
    """Copy the first image to `.dev/demo/<name>.png`, further ones to `<name>_2.png` ..."""
    folder = paths.DEV / "demo"
    folder.mkdir(exist_ok=True)
    saved = []
    for number, image in enumerate(result.images, start=1):
        destination = folder / f"{name}{'' if number == 1 else f'_{number}'}{image.suffix}"
        shutil.copy(image, destination)
        saved.append(destination)
    return saved


def _summary(outcomes: list[bool | None]) -> int:
    succeeded, failed, skipped = (outcomes.count(kind) for kind in (True, False, None))
    print_line()
    print_line(f"{succeeded} made, {failed} failed, {skipped} skipped.")
    if not succeeded and not failed:
        print_line(f"No workflow in {display_path(paths.WORKFLOWS / 'api')} could run here.")
    print_line(
        "To open the editor: run `python dev.py serve`, open the address it prints, and choose Templates > flux-regions."
    )
    return 0 if succeeded and not failed else 1
