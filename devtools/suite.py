"""`dev.py test`: the checks, then pytest; the last line says what was left out, and the command that brings it."""

import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from . import checks, environment, paths, processes
from .chromium import download_chromium, find_chromium
from .errors import SetupError
from .host import venv_python
from .setup_steps import set_up
from .terminal import print_line

FAST = "not slow and not server and not browser"
PROPERTIES = "hypothesis"  # the mark that hypothesis gives its tests
EVERYTHING = "`python dev.py test`"
MAX_WORKERS = 4
"""Each holds a model and up to two servers, about 3 GB."""


def test(*, fast: bool, random: bool, pytest_args: Sequence[str]) -> int:
    """Runs all, even after a failure; returns pytest's exit code if that is not 0, else 1 if a check failed.

    fast: leave out the slow tests and those with a server or a browser. random: only the property tests, with fresh
    examples.
    """
    is_whole = not fast and not random
    _, steps = set_up(tools=checks.TOOLS, extra_steps=2 * int(is_whole))
    if is_whole:
        with steps.step("chat model"):
            install_chat_model()
        with steps.step("Chromium"):
            if find_chromium() is None:
                download_chromium()
    failed = checks.failed_checks()
    report = paths.LOGS / "pytest.xml"
    report.unlink(missing_ok=True)
    # The tests' tensors are tiny: on one thread they take a fraction of the time, as no thread waits for another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    marks = [*([FAST] if fast else []), *([PROPERTIES] if random else [])]
    selection = ["-m", " and ".join(marks)] if marks else []
    profile = ["--hypothesis-profile=random"] if random else []
    # A file's tests stay together: they share what is expensive to make (tests/conftest.py says which others do). Where
    # pytest gets arguments (--pdb, a few tests), workers would be in the way.
    workers = (
        []
        if pytest_args
        else ["-n", str(min(os.cpu_count() or 1, MAX_WORKERS)), "--dist", "loadfile", "--no-loadscope-reorder"]
    )
    command = [venv_python(), "-m", "pytest", f"--junitxml={report}", *workers, *selection, *profile, *pytest_args]
    code = processes.run(command, cwd=paths.ROOT)
    print_line(left_out(report, fast=fast, random=random, pytest_args=pytest_args))
    return code or int(bool(failed))


def install_chat_model() -> None:
    """That it cannot be had is no error: its tests are then left out, and say so."""
    step = environment.chat_model_step()
    with contextlib.suppress(SetupError):
        if not step.is_done():
            step.run()


def left_out(report: Path, *, fast: bool, random: bool, pytest_args: Sequence[str]) -> str:
    """The sentence that says what did not run, why, and the command that runs it. report: pytest's, in JUnit form."""
    parts = [f"{name} ({reason})" for name, reason in checks.skipped_checks().items()]
    parts += [f"{count} test{'s' if count > 1 else ''} ({reason})" for reason, count in skip_reasons(report).items()]
    if random:
        parts.append(f"all but the property tests ({EVERYTHING})")
    if fast:
        parts.append(f"the slow, the server and the browser tests ({EVERYTHING})")
    if pytest_args:
        parts.append(f"what `{' '.join(pytest_args)}` leaves out ({EVERYTHING})")
    return f"Left out: {'; '.join(parts)}." if parts else "Nothing was left out."


def skip_reasons(report: Path) -> Counter[str]:
    """How many tests were skipped for which reason, from pytest's JUnit report; empty where there is none."""
    if not report.exists():
        return Counter()
    skips = ElementTree.parse(report).iter("skipped")
    return Counter(skip.get("message", "") for skip in skips if skip.get("type") == "pytest.skip")
