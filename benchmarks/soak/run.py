"""Running the jobs in one server, and looking at it from outside and from inside meanwhile."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from devtools.failures import DevFailure
from devtools.server import ComfyServer

from .jobs import Job, jobs, shipped

INSIDE = Path(__file__).parent / "inside"
LOOK_EVERY = 5
"""Jobs between two looks at the memory."""
PASSING = ("AttentionPlan", "PackedGroups", "BlockHooks")
"""What only a sampling run has: between two jobs there is none of it."""


def soak(count: int, seed: int = 0, tell: Callable[[str], None] = print, scratch: Path | None = None) -> dict:
    """The figures of so many jobs: see `Soak.figures`. scratch: a folder for a file that the server reads."""
    with Soak(scratch or Path.cwd()) as run:
        run.settle()
        started = time.monotonic()
        for number, job in enumerate(jobs(count, seed), start=1):
            run.do(job, number)
            if number % LOOK_EVERY == 0 or number == count:
                run.look(number)
            if number % 25 == 0:
                rate = (time.monotonic() - started) / number
                tell(
                    f"{number}/{count} jobs, {run.interrupted} interrupted, {len(run.failures)} failed, "
                    f"{run.memory[-1][1]:.0f} MB, {rate:.1f} s a job"
                )
        return {"jobs": count, "seconds": round(time.monotonic() - started), **run.figures()}


class Soak:
    """One server, and what was seen of it."""

    def __init__(self, scratch: Path):
        paths = scratch / "soak_paths.yaml"
        paths.write_text(f"soak:\n  custom_nodes: {INSIDE}\n", "utf-8")
        self.server = ComfyServer(["--extra-model-paths-config", str(paths), "--disable-api-nodes"])
        self.failures: list[str] = []
        self.asked_to_stop = self.interrupted = 0
        self.memory: list[tuple[int, float]] = []
        self._paths = paths
        self._reference = next(iter(shipped().values()))
        self._seconds: dict[str, float] = {}

    def __enter__(self) -> Soak:
        self.server.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self.server.__exit__(*error)
        self._paths.unlink(missing_ok=True)

    def settle(self) -> None:
        """Every workflow twice, so that all is loaded and allocated that ever will be; then the state to compare with."""
        for _ in range(2):
            for name, workflow in shipped().items():
                result = self.server.queue(_anew(workflow))
                if result.error is not None:
                    raise DevFailure(f"{name} does not run: {result.error}")
                self._seconds[name] = result.seconds
        self._before = self._state()
        self.look(0)

    def do(self, job: Job, number: int) -> None:
        """Run a job, stop it if it is to be stopped, and judge how it ended."""
        timer = None
        if job.stop_at is not None:
            self.asked_to_stop += 1
            timer = threading.Timer(job.stop_at * self._seconds[job.name], self.server.interrupt)
            timer.start()
        try:
            result = self.server.queue(job.workflow, timeout=300)
        except DevFailure as failure:
            self.failures.append(f"job {number} ({job.name}): {failure}")
            return
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()  # an interrupt on its way shall not hit the next job
        saved = [node for node in job.workflow.values() if node["class_type"] == "SaveImage"]
        if result.interrupted and job.stop_at is not None:
            self.interrupted += 1
        elif result.error is not None or result.node_errors or len(result.images) <= len(saved):
            self.failures.append(f"job {number} ({job.name}): {result.error or result.node_errors or 'too few images'}")
        else:
            self._seconds[job.name] = 0.8 * self._seconds[job.name] + 0.2 * result.seconds
        for image in result.images:
            image.unlink(missing_ok=True)

    def look(self, number: int) -> None:
        """The memory after so many jobs. ComfyUI's record of past jobs, which grows by design, is emptied before."""
        self.server.post("/history", {"clear": True})
        self.memory.append((number, self.server.get("/soak/memory")["rss_mb"]))

    def figures(self) -> dict:
        """failures: sentences. rss_mb: see `levels`. slope_kb_per_job: of the second half, least squares.

        left_behind: what the server holds now and did not hold before, each time after the same job; same_picture: whether
        that job still gives the same pixels. tracebacks: in its log, since it started. asked_to_stop: jobs; some end before.
        """
        before, after = self._before | dict.fromkeys(PASSING, 0), self._state()
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
        """After the reference job, which makes the server drop whatever it kept of others: the census, and its pixels."""
        result = self.server.queue(_anew(self._reference))
        if result.error is not None:
            raise DevFailure(f"The reference job fails: {result.error}")
        pixels = hashlib.sha256(_pixels(result.images[0])).hexdigest()
        return {**self.server.get("/soak/census"), "pixels": pixels}


def levels(sizes: list[float]) -> list[float]:
    """Medians at the start, in the middle and at the end, each of a tenth of the looks: a single one depends on its last job."""
    count = max(1, len(sizes) // 10)
    middle = (len(sizes) - count) // 2
    return [round(median(part), 1) for part in (sizes[:count], sizes[middle : middle + count], sizes[-count:])]


def slope(points: list[tuple[int, float]]) -> float:
    """Of the straight line nearest to the points; 0 for a single one."""
    x, y = zip(*points, strict=True)
    x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
    spread = sum((a - x_mean) ** 2 for a in x)
    return sum((a - x_mean) * (b - y_mean) for a, b in points) / spread if spread else 0.0


def _anew(workflow: dict) -> dict:
    """The same picture, but saved under another name: ComfyUI runs what it would otherwise have kept."""
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
