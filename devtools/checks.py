"""`dev.py check`: lint, format, types, the JavaScript tests, and what the registry asks of a pack; all but pytest."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from . import environment, paths, processes
from .host import venv_python
from .node import node_program, node_step, npm_tool, npm_tools_step
from .setup_steps import set_up
from .terminal import print_line

TOOLS = (environment.test_tools_step, node_step, npm_tools_step, environment.comfy_cli_step)
JAVASCRIPT = ("js", "tests/js")
COMFY_CLI = ("-m", "comfy_cli", "--skip-prompt")


def check() -> int:
    """Returns the exit code: 0 when every check passed."""
    set_up(tools=TOOLS)
    return int(bool(failed_checks()))


def failed_checks() -> list[str]:
    """Run every check, even after a failure, and name those that failed."""
    failed = []
    for name, passes in _checks().items():
        print_line(f"-- {name}")
        if not passes():
            failed.append(name)
    print_line(f"-- FAILED: {', '.join(failed)}" if failed else "-- every check passed")
    return failed


def skipped_checks() -> dict[str, str]:
    """The checks that cannot run here, by name, and why."""
    if paths.COMFYUI.exists():
        return {}
    return {"pyright": "it reads our own copy of ComfyUI; run without COMFYUI_DIR"}


def _checks() -> dict[str, Callable[[], bool]]:
    ruff = [venv_python(), "-m", "ruff"]
    prettier = [*npm_tool("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn"]
    checks = {
        "ruff check": _command([*ruff, "check", "--quiet"]),
        "ruff format": _command([*ruff, "format", "--check", "--quiet"]),
        "pyright": _command(npm_tool("pyright/index.js")),
        "tsc": _command([*npm_tool("typescript/bin/tsc"), "--project", "tsconfig.json"]),
        "prettier": _command([*prettier, *JAVASCRIPT]),
        "node --test": _command([node_program(), "--test", *sorted((paths.ROOT / "tests" / "js").glob("*.test.mjs"))]),
        "comfy node validate": node_validates,
    }
    return {name: check for name, check in checks.items() if name not in skipped_checks()}


def _command(command: Sequence[str | Path]) -> Callable[[], bool]:
    return lambda: processes.run(command, cwd=paths.ROOT) == 0


def node_validates() -> bool:
    """Does `comfy node validate` find nothing? (It ends with 0 even where it warns, so its words decide.)"""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / "comfy-node-validate.log"
    command = [venv_python(), *COMFY_CLI, "node", "validate"]
    with log.open("wb") as output:
        variables = {**os.environ, **comfy_cli_variables()}
        code = processes.run(command, cwd=paths.ROOT, env=variables, stdout=output, stderr=output)
    text = log.read_text("utf-8", "replace")
    if code == 0 and "All validation checks passed" in text:
        return True
    print_line(text)
    return False


def comfy_cli_variables() -> dict[str, str]:
    """The environment variables comfy-cli runs with: without the user's settings, and without telemetry."""
    home = str(paths.COMFY_CLI / "home")
    return {"PYTHONPATH": str(paths.COMFY_CLI), "HOME": home, "USERPROFILE": home, "DO_NOT_TRACK": "1"}
