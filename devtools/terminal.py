"""What `dev.py` tells people: numbered steps with their time, a progress line; on a terminal and in a log file."""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .job import Progress


def print_line(text: str = "") -> None:
    print(text, flush=True)


class Steps:
    """Numbered steps: `[2/5] PyTorch 2.14.1 ... 61 s`; on a terminal the seconds count while the step runs."""

    def __init__(self, total: int):
        self._total = total
        self._number = 0

    @contextmanager
    def step(self, title: str, *, note: str = "") -> Iterator[None]:
        """Show a step while it runs, then how long it took, or `note` in place of the time."""
        self._number += 1
        text = f"[{self._number}/{self._total}] {title} ... "
        print(text, end="", flush=True)
        started = time.monotonic()
        try:
            with _elapsed_timer(text, started):
                yield
        except BaseException:
            print_line("failed")
            raise
        print_line(note or f"{time.monotonic() - started:.1f} s")


class ProgressLine:
    """One job's progress: on a terminal a line that is redrawn, in a log a line per quarter of each sampler's steps."""

    def __init__(self, name: str):
        self._name = name
        self._redraws = sys.stdout.isatty()
        self._shown_quarter = -1
        if not self._redraws:
            print_line(f"{name}:")

    def __call__(self, progress: Progress) -> None:
        if self._redraws:
            _redraw(f"{self._name}: {progress.title}{_count(progress)}")
            return
        quarter = 4 * progress.value // progress.maximum if progress.maximum else -1
        if quarter > self._shown_quarter:
            print_line(f"    {progress.title}{_count(progress)}")
        self._shown_quarter = quarter

    def end(self, text: str) -> None:
        """Replace the line by the outcome."""
        if self._redraws:
            _redraw("")
        print_line(f"{self._name}: {text}" if self._redraws else f"    {text}")


@contextmanager
def _elapsed_timer(text: str, started: float) -> Iterator[None]:
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(1.0):
            _redraw(f"{text}{time.monotonic() - started:.0f} s")

    ticker = threading.Thread(target=tick, daemon=True)
    if sys.stdout.isatty():
        ticker.start()
    try:
        yield
    finally:
        stop.set()
        if ticker.is_alive():
            ticker.join()
            _redraw("")
            print(text, end="", flush=True)


def _redraw(text: str) -> None:
    """Replace the terminal's current line (by blanks, as not every terminal knows the control codes)."""
    width = shutil.get_terminal_size().columns - 1
    print(f"\r{' ' * width}\r{text[:width]}", end="", flush=True)


def _count(progress: Progress) -> str:
    return f", step {progress.value}/{progress.maximum}" if progress.maximum else ""
