"""The Chromium of the browser tests: the system's, or Playwright's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from . import paths, processes
from .errors import SetupError
from .host import venv_python

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_SECONDS = 300
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_chromium(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The program that CHROMIUM names, else the first on PATH that starts, else Playwright's; None where there is none.

    SetupError when what CHROMIUM names does not start.
    """
    named = environ.get("CHROMIUM", "").strip()
    if named:
        if not _starts(Path(named)):
            raise SetupError(f"CHROMIUM is {named}, but that does not start.")
        return Path(named)
    on_path = (shutil.which(name, path=environ.get("PATH")) for name in NAMES)
    candidates = chain((Path(program) for program in on_path if program), _playwrights_own())
    return next((program for program in candidates if _starts(program)), None)


def download_chromium() -> None:
    """Have Playwright download its own. That it cannot is no error: ask `find_chromium` whether there is one now."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with (paths.LOGS / "chromium.log").open("wb") as log:
        command = [venv_python(), "-m", "playwright", "install", "chromium"]
        download = processes.start(command, own_group=True, stdout=log, stderr=subprocess.STDOUT)
        try:
            download.wait(DOWNLOAD_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            processes.stop(download)


def how_to_get_chromium() -> str:
    """The command, for people."""
    playwright = f"`{paths.display_path(venv_python())} -m playwright install --with-deps chromium`"
    return f"`apt-get install chromium`, or {playwright}" if sys.platform.startswith("linux") else playwright


def _playwrights_own() -> Iterator[Path]:
    """Where Playwright would put its own (asked only when it is needed: this takes a second)."""
    if venv_python().exists():
        answer = subprocess.run([venv_python(), "-c", ASK_PLAYWRIGHT], capture_output=True, text=True)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())


def _starts(program: Path) -> bool:
    """On Linux a downloaded one may lack libraries of the system. (On Windows, `--version` would open a window.)"""
    if not sys.platform.startswith("linux"):
        return program.is_file()
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
