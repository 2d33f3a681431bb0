"""`dev.py test`: lint, format, the JavaScript tests, then pytest, whose closing line comes last."""

import os
import shutil
from collections.abc import Sequence

from . import environment, places, processes
from .host import venv_python
from .setup_steps import set_up
from .terminal import say

FAST = ("-m", "not slow and not browser")


def test(*, fast: bool, pytest_args: Sequence[str]) -> int:
    """Runs every check even after a failure; returns pytest's exit code if that is not 0, else 1 if another check failed."""
    set_up(tools=environment.test_tools_step)
    python = venv_python()
    failed = [name for name, command in _quick_checks(python).items() if processes.run(command, cwd=places.ROOT) != 0]
    if failed:
        say(f"FAILED: {', '.join(failed)}")
    selection = FAST if fast else ()
    # The tests' tensors are tiny: on one thread they take a fraction of the time, as no thread waits for another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    code = processes.run([python, "-m", "pytest", *selection, *pytest_args], cwd=places.ROOT)
    return code or int(bool(failed))


def _quick_checks(python) -> dict[str, list]:
    """The checks before pytest, by name."""
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "--quiet"],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--quiet"],
    }
    scripts = sorted((places.ROOT / "tests" / "js").glob("*.test.mjs"))
    node = shutil.which("node")
    if scripts and node:
        checks["node --test"] = [node, "--test", *scripts]
    elif scripts:
        say("node is not installed: the JavaScript tests are left out.")
    return checks
