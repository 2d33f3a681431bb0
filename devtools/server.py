"""A real ComfyUI server on this machine that never touches a user's data and never outlives its `with` block."""

import atexit
import http.client
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import host as hosts
from . import paths, processes
from .connection import LOOPBACK, Connection, free_port
from .errors import ServerError, last_lines
from .host import Host
from .job import JobResult, Progress, run_job
from .pack_link import link_pack, unlink_pack

DAY = 24 * 3600


class ComfyServer:
    """ComfyUI with this pack, its own user, input, output and temp folders, and a free loopback port.

    extra_args: more of ComfyUI's own flags. cpu: run on the CPU (the default, so that tests give the same on every
    machine). folder: where its folders and log live; without one, a new folder below `.dev/run`. input_files: copied to
    its input folder; without any, the pictures that the pack's own workflows load. It finds the LoRAs that these name.
    """

    def __init__(
        self,
        extra_args: Sequence[str] = (),
        *,
        host: Host | None = None,
        port: int | None = None,
        cpu: bool = True,
        folder: Path | None = None,
        input_files: Iterable[Path] | None = None,
        env: Mapping[str, str] | None = None,
        startup_timeout: float = 180.0,
    ):
        self.host = host or hosts.current()
        self.port = port or free_port()
        self.folder = folder or _new_run_folder()
        self.startup_log = ""
        self._connection = Connection(self.port)
        self.url = self._connection.url
        self._extra_args = [*(["--cpu"] if cpu else []), *extra_args]
        self._input_files = list(workflow_pictures() if input_files is None else input_files)
        self._env = dict(env or {})
        self._startup_timeout = startup_timeout
        self._process: subprocess.Popen | None = None
        self._link: Path | None = None

    def __enter__(self) -> "ComfyServer":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    @property
    def input_dir(self) -> Path:
        return self.folder / "input"

    @property
    def output_dir(self) -> Path:
        return self.folder / "output"

    @property
    def temp_dir(self) -> Path:
        return self.folder / "temp" / "temp"  # ComfyUI adds the second itself

    @property
    def _model_paths(self) -> Path:
        return self.folder / "model_paths.yaml"

    @property
    def log(self) -> Path:
        return self.folder / "comfyui.log"

    def log_text(self) -> str:
        return self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""

    def start(self) -> None:
        """Start it and wait until it answers; ServerError with the end of its log when it does not."""
        atexit.register(self.stop)
        link = link_pack(self.host)
        self._link = None if self.host.is_managed else link  # in our own copy it stays
        for name in ("user", "input", "output", "temp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for file in self._input_files:
            shutil.copy(file, self.input_dir)
        self._model_paths.write_text(f"workflows:\n  loras: {paths.WORKFLOWS / 'loras'}\n", "utf-8")
        with self.log.open("wb") as log:
            self._process = processes.start(
                [self.host.python, "main.py", *self._arguments()],
                own_group=True,
                cwd=self.host.root,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **self._env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready()
        self.startup_log = self.log_text()

    def stop(self) -> None:
        """Stop the process and undo the link; safe to call again."""
        if self._process is not None:
            processes.stop(self._process)
        if self._link is not None:
            unlink_pack(self._link)
            self._link = None
        atexit.unregister(self.stop)

    def queue(
        self,
        workflow: dict,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        timeout: float = 600.0,
        extra_data: dict | None = None,
    ) -> JobResult:
        """Run a workflow in API format to its end.

        QueueError when ComfyUI does not accept it, JobTimeoutError, ServerError when it dies meanwhile. An error in a
        node is no exception: it is in the result.
        """
        folders = {"output": self.output_dir, "temp": self.temp_dir, "input": self.input_dir}
        try:
            return run_job(
                self._connection, folders, workflow, on_progress=on_progress, timeout=timeout, extra_data=extra_data
            )
        except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
            raise ServerError(f"ComfyUI stopped answering during a job. {last_lines(self.log)}") from error

    def get(self, path: str) -> Any:
        """The JSON (or, of anything else, the bytes) at a path; RequestError on an error status."""
        return self._connection.get(path)

    def post(self, path: str, json: object = None) -> Any:
        return self._connection.post(path, json)

    def request(self, method: str, path: str, json: object = None) -> tuple[int, Any]:
        """Status and body, whatever the status."""
        return self._connection.request(method, path, json)

    def interrupt(self) -> None:
        """Stop the job that runs now."""
        self._connection.post("/interrupt")

    def follow(self) -> Iterator[str]:
        """The log from its start, as it is written, until the server ends."""
        with self.log.open("r", encoding="utf-8", errors="replace") as log:
            while True:
                ended = self._exit_code() is not None
                while text := log.read():
                    yield text
                if ended:
                    return
                time.sleep(0.2)

    def _exit_code(self) -> int | None:
        """None while the process runs."""
        if self._process is None:
            raise ServerError("ComfyUI was not started.")
        return self._process.poll()

    def _arguments(self) -> list[str]:
        flags = {
            "--listen": LOOPBACK,
            "--port": str(self.port),
            "--user-directory": str(self.folder / "user"),
            "--input-directory": str(self.input_dir),
            "--output-directory": str(self.output_dir),
            "--temp-directory": str(self.folder / "temp"),
            "--extra-model-paths-config": str(self._model_paths),
            "--database-url": f"sqlite:///{self.folder / 'user' / 'comfyui.db'}",
        }
        supported = [part for flag, value in flags.items() if self.host.supports_flag(flag) for part in (flag, value)]
        return [*supported, "--disable-auto-launch", *self._extra_args]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self._startup_timeout
        while not self._connection.answers("/system_stats"):
            code = self._exit_code()
            if code is not None:
                raise ServerError(f"ComfyUI stopped while starting (exit code {code}). {last_lines(self.log)}")
            if time.monotonic() > deadline:
                waited = f"{self._startup_timeout:g} seconds"
                raise ServerError(f"ComfyUI did not answer within {waited} of its start. {last_lines(self.log)}")
            time.sleep(0.1)


def workflow_pictures() -> list[Path]:
    return [path for path in (paths.WORKFLOWS / "input").glob("*") if path.is_file()]


def _new_run_folder() -> Path:
    """A new folder below `.dev/run`; those of earlier days go."""
    paths.RUNS.mkdir(parents=True, exist_ok=True)
    for old in paths.RUNS.iterdir():
        log = old / "comfyui.log"
        if time.time() - (log if log.exists() else old).stat().st_mtime > DAY:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=time.strftime("%H%M%S-"), dir=paths.RUNS))
