"""What the fuzzer counts, and a few examples of each for whoever mends it."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

SECONDS_PER_10_KB = 0.2
REPEATS = 3
"""A slow input is timed so often, in processor time, and its fastest counts: a busy computer is no slow parser."""
MAX_EXAMPLES = 10

_PYTHON_WORDS = re.compile(
    r"'[\w.]+' object|not supported between|unsupported operand|positional argument|keyword argument|has no attribute"
    r"|not iterable|not subscriptable|unhashable|NoneType|invalid literal for|could not convert|expected str"
)
"""Of messages that nobody has written for people."""


@dataclass
class Findings:
    """tracebacks: exceptions other than the pack's own ValueErrors. type_errors: messages in Python's own words.

    examples: (kind, where, what) of the first of each.
    """

    inputs: int = 0
    tracebacks: int = 0
    status_500: int = 0
    type_errors: int = 0
    slow: int = 0
    examples: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, kind: str, where: str, what: str) -> None:
        """kind: the name of a count."""
        setattr(self, kind, getattr(self, kind) + 1)
        if sum(example[0] == kind for example in self.examples) < MAX_EXAMPLES:
            self.examples.append((kind, where, what))

    def note_message(self, where: str, message: str, value: object = "") -> None:
        if _PYTHON_WORDS.search(message):
            self.note("type_errors", where, f"{message[:300]} <- {repr(value)[:300]}")

    def try_input(self, where: str, parse: Callable[[], object], size: int, tolerance: float, value: object) -> None:
        """Run one parser on one input of so many characters. tolerance: how many times its bound the time may be."""
        self.inputs += 1
        limit = tolerance * SECONDS_PER_10_KB * max(size / 10_000, 1)
        seconds = self._timed(where, parse, value)
        if seconds > limit:
            seconds = min(seconds, *(Findings()._timed(where, parse, value) for _ in range(REPEATS - 1)))
        if seconds > limit:
            self.note("slow", where, f"{seconds:.2f} s for {size:,} characters <- {repr(value)[:300]}")

    def _timed(self, where: str, parse: Callable[[], object], value: object) -> float:
        started = time.thread_time()
        try:
            parse()
        except ValueError as error:
            self._note_error(where, error, value)
        except Exception as error:
            self.note("tracebacks", where, _last_line(error, value))
        return time.thread_time() - started

    def _note_error(self, where: str, error: ValueError, value: object) -> None:
        message = str(error)
        # Ours are plain ValueErrors that hold a sentence; Python's own say a few words without a full stop.
        if type(error) is not ValueError or not message.endswith((".", ")")):
            self.note("tracebacks", where, _last_line(error, value))
        elif not is_printable(message):
            self.note("tracebacks", where, f"not printable: {message!a} <- {repr(value)[:300]}")
        self.note_message(where, message, value)


def is_printable(words: str) -> bool:
    """Whether they steer nothing; joiners are allowed, which some scripts and pictographs need."""
    return words.replace("\u200d", "").replace("\u200c", "").isprintable()


def _last_line(error: Exception, value: object) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:200]!a} at {frame.filename}:{frame.lineno} <- {repr(value)[:300]}"
