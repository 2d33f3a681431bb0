"""Running the jobs in one server, and watching its memory and its objects meanwhile."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from devtools.demo import missing_nodes
from devtools.errors import DevError
from devtools.server import ComfyServer

from .jobs import LORA, Job, jobs, shipped
from .random_lora import write_random_lora

SERVER_PACK = Path(__file__).parent / "server_pack"
SAMPLE_EVERY = 5
"""Jobs between two samples of the memory."""


def soak(count: int, seed: int = 0, report: Callable[[str], None] = print, scratch: Path | None = None) -> dict:
    """The figures of `count` jobs: see `Soak.figures`.

    report: gets a line now and then. scratch: a folder for a file that the server reads.
    """
    with Soak(scratch or Path.cwd()) as run:
        run.warm_up()
        start = time.monotonic()
        for number, job in enumerate(jobs(run.workflows, count, seed), start=1):
            run.run_job(job, number)
            if number % SAMPLE_EVERY == 0 or number == count:
                run.sample_memory(number)
            if number % 25 == 0:
                rate = (time.monotonic() - start) / number
                report(
                    f"{number}/{count} jobs, {run.interrupted} interrupted, {len(run.failures)} failed, "
                    f"{run.memory[-1][1]:.0f} MB, {rate:.1f} s a job"
                )
        return {"jobs": count, "seconds": round(time.monotonic() - start), **run.figures()}


class Soak:
    """One server, and what was measured of it."""

    def __init__(self, scratch: Path):
        paths = scratch / "soak_paths.yaml"
        write_random_lora(scratch / "loras" / LORA)
        paths.write_text(f"soak:\n  custom_nodes: {SERVER_PACK}\n  loras: {scratch / 'loras'}\n", "utf-8")
        self.server = ComfyServer(["--extra-model-paths-config", str(paths), "--disable-api-nodes"])
        self.failures: list[str] = []
        self.asked_to_stop = self.interrupted = 0
        self.memory: list[tuple[int, float]] = []
        self._paths = paths
        self.workflows: dict[str, dict] = {}
        self._seconds: dict[str, float] = {}
        self._transient: dict[str, int] = {}

    def __enter__(self) -> Soak:
        self.server.__enter__()
        object_info = self.server.get("/object_info")
        self.workflows = {name: flow for name, flow in shipped().items() if not missing_nodes(flow, object_info)}
        return self

    def __exit__(self, *error) -> None:
        self.server.__exit__(*error)
        self._paths.unlink(missing_ok=True)

    def warm_up(self) -> None:
        """Every workflow twice, so that all is loaded that ever will be; then take the state to compare with."""
        for _ in range(2):
            for name, workflow in self.workflows.items():
                result = self.server.queue(_uncached(workflow))
                if result.error is not None:
                    raise DevError(f"{name} does not run: {result.error}")
                self._seconds[name] = result.seconds
        self._before = self._state()
        self.sample_memory(0)

    def run_job(self, job: Job, number: int) -> None:
        """Run a job, interrupt it if it is to be, and note how it ended."""
        timer = None
        if job.stop_at is not None:
            self.asked_to_stop += 1
            timer = threading.Timer(job.stop_at * self._seconds[job.name], self.server.interrupt)
            timer.start()
        try:
            result = self.server.queue(job.workflow, timeout=300)
        except DevError as failure:
            self.failures.append(f"job {number} ({job.name}): {failure}")
            return
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()  # an interrupt on its way must not hit the next job
        save_nodes = [node for node in job.workflow.values() if node["class_type"] == "SaveImage"]
        if result.interrupted and job.stop_at is not None:
            self.interrupted += 1
        elif result.error is not None or result.node_errors or len(result.images) < len(save_nodes):
            self.failures.append(f"job {number} ({job.name}): {result.error or result.node_errors or 'too few images'}")
        else:
            self._seconds[job.name] = 0.8 * self._seconds[job.name] + 0.2 * result.seconds
        for image in result.images:
            image.unlink(missing_ok=True)

    def sample_memory(self, number: int) -> None:
        """Note the memory after so many jobs. ComfyUI's history, which grows by design, is emptied before."""
        self.server.post("/history", {"clear": True})
        self.memory.append((number, self.server.get("/soak/memory")["rss_mb"]))

    def figures(self) -> dict:
        """What the jobs did to the server.

        failures: sentences. asked_to_stop: jobs to interrupt; some end before. rss_mb: see `levels`. slope_kb_per_job:
        of the second half, least squares. left_behind: what the server holds now and did not hold before (transient
        objects: what it holds at all), each time after the same job. same_picture: whether that job still gives the
        same pixels. tracebacks: in its log, since it started.
        """
        after = self._state()
        before = self._before | dict.fromkeys(self._transient, 0)
        changed = {key: [before[key], after[key]] for key in before if key != "pixels" and before[key] != after[key]}
        middle = len(self.memory) // 2
        return {
            "failures": self.failures,
            "asked_to_stop": self.asked_to_stop,
            "interrupted": self.interrupted,
            "rss_mb": levels([size for _, size in self.memory]),
            "slope_kb_per_job": round(slope(self.memory[middle:]) * 1024, 2),
            "left_behind": changed,
            "census": {key: after[key] for key in after if key != "pixels"},
            "same_picture": before["pixels"] == after["pixels"],
            "tracebacks": self.server.log_text()[len(self.server.startup_log) :].count("Traceback"),
        }

    def _state(self) -> dict:
        """The census after the reference job, which makes the server drop what it kept of others, and its pixels."""
        result = self.server.queue(_uncached(next(iter(self.workflows.values()))))
        if result.error is not None:
            raise DevError(f"The reference job fails: {result.error}")
        pixels = hashlib.sha256(_pixels(result.images[0])).hexdigest()
        census = self.server.get("/soak/census")  # refused where it counts a class that does not exist
        self._transient = census.pop("transient")
        return {**self._transient, **census.pop("lasting"), **census, "pixels": pixels}


def levels(sizes: list[float]) -> list[float]:
    """Medians at the start, in the middle and at the end, each of a tenth of the samples.

    A single sample depends on the job before it.
    """
    count = max(1, len(sizes) // 10)
    middle = (len(sizes) - count) // 2
    return [round(median(tenth), 1) for tenth in (sizes[:count], sizes[middle : middle + count], sizes[-count:])]


def slope(points: list[tuple[int, float]]) -> float:
    """Of the straight line nearest to the points; 0 for a single one."""
    x, y = zip(*points, strict=True)
    x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
    spread = sum((a - x_mean) ** 2 for a in x)
    return sum((a - x_mean) * (b - y_mean) for a, b in points) / spread if spread else 0.0


def _uncached(workflow: dict) -> dict:
    """The same workflow with another file name: ComfyUI runs it again instead of returning what it kept."""
    name = f"soak_{time.monotonic_ns()}"
    return {
        key: {**node, "inputs": {**node["inputs"], "filename_prefix": name}}
        if "filename_prefix" in node["inputs"]
        else node
        for key, node in workflow.items()
    }


def _pixels(path: Path) -> bytes:
    from PIL import Image

    with Image.open(path) as image:
        return image.tobytes()
