"""`dev.py check`: lint, format, types, the JavaScript tests, and what the registry asks of a pack; all but pytest."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import environment, paths, processes
from .host import venv_python
from .node import node_program, node_step, npm_tool, npm_tools_step
from .setup_steps import set_up
from .terminal import print_line

TOOLS = (environment.test_tools_step, node_step, npm_tools_step, environment.comfy_cli_step)
JAVASCRIPT = ("js", "tests/js")
COMFY_CLI = ("-m", "comfy_cli", "--skip-prompt")


@dataclass(frozen=True)
class Check:
    """A command that passes where it ends with 0 and its output holds certain words."""

    name: str
    command: Sequence[str | Path]
    variables: Mapping[str, str] = field(default_factory=dict)
    """Of the environment, beside those of this process."""
    words_of_success: str = ""

    @property
    def log(self) -> Path:
        return paths.LOGS / f"check-{self.name.replace(' ', '-')}.log"

    def start(self) -> subprocess.Popen:
        with self.log.open("wb") as output:
            variables = {**os.environ, **self.variables}
            return processes.start(self.command, cwd=paths.ROOT, env=variables, stdout=output, stderr=output)


def check() -> int:
    """Returns the exit code: 0 when every check passed."""
    set_up(tools=TOOLS)
    return int(bool(failed_checks()))


def failed_checks(chosen: Sequence[Check] | None = None) -> list[str]:
    """Run the checks side by side, all of them even after a failure, and name those that failed. chosen: if not all."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    failed, running = [], []
    try:
        for check in _checks() if chosen is None else chosen:
            running.append((check, check.start()))
        for check, process in running:
            code = process.wait()
            output = check.log.read_text("utf-8", "replace")
            print_line(f"-- {check.name}")
            if code != 0 or check.words_of_success not in output:
                print_line(output)
                failed.append(check.name)
    finally:
        for _, process in running:
            processes.stop(process)
    print_line(f"-- FAILED: {', '.join(failed)}" if failed else "-- every check passed")
    return failed


def skipped_checks() -> dict[str, str]:
    """The checks that cannot run here, by name, and why."""
    if paths.COMFYUI.exists():
        return {}
    return {"pyright": "it reads our own copy of ComfyUI; run without COMFYUI_DIR"}


def _checks() -> list[Check]:
    ruff = [venv_python(), "-m", "ruff"]
    prettier = [*npm_tool("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn"]
    # The longest first: the others run beside it.
    checks = [
        Check("pyright", npm_tool("pyright/index.js")),
        Check("tsc", [*npm_tool("typescript/bin/tsc"), "--project", "tsconfig.json"]),
        Check("node --test", [node_program(), "--test", *sorted((paths.ROOT / "tests" / "js").glob("*.test.mjs"))]),
        node_validation(),
        Check("prettier", [*prettier, *JAVASCRIPT]),
        Check("ruff check", [*ruff, "check", "--quiet"]),
        Check("ruff format", [*ruff, "format", "--check", "--quiet"]),
    ]
    return [check for check in checks if check.name not in skipped_checks()]


def node_validation() -> Check:
    """`comfy node validate`. It ends with 0 even where it warns, so its words decide."""
    command = [venv_python(), *COMFY_CLI, "node", "validate"]
    return Check("comfy node validate", command, comfy_cli_variables(), "All validation checks passed")


def comfy_cli_variables() -> dict[str, str]:
    """The environment variables comfy-cli runs with: without the user's settings, and without telemetry."""
    home = str(paths.COMFY_CLI / "home")
    return {"PYTHONPATH": str(paths.COMFY_CLI), "HOME": home, "USERPROFILE": home, "DO_NOT_TRACK": "1"}
