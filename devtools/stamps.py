"""Steps that are done once: a stamp keyed by the step's inputs says whether it has to run again."""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """Something to set up: done when `stamp` holds the digest of `inputs` and `present` finds what `action` made."""

    title: str
    stamp: Path
    inputs: tuple[str, ...]
    action: Callable[[], None]
    present: Callable[[], bool] = lambda: True

    def is_done(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text() == digest(self.inputs) and self.present()

    def run(self) -> None:
        """Do the step; the stamp goes first and comes back last, so an interrupted step is done again."""
        self.stamp.unlink(missing_ok=True)
        self.action()
        write_atomically(self.stamp, digest(self.inputs))


def digest(inputs: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(inputs).encode()).hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that it is seen either whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(text)
    partial.replace(path)
