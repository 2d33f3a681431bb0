"""Times of several cases in turn, round after round, so that whatever slows the machine down slows them all."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median


def rounds(
    cases: dict[str, Callable[[], object]], count: int, label: str, once: frozenset[str] = frozenset()
) -> dict[str, float]:
    """Runs every case `count` times, in turn, after the first one to warm up; returns median seconds. Prints how far it is.

    once: the cases that run in the last round alone, where each takes long. A case may return seconds (a float) that it
    measured itself; else the whole call counts.
    """
    found: dict[str, list[float]] = {name: [] for name in cases}
    next(iter(cases.values()))()
    begun = time.perf_counter()
    for number in range(count):
        for name, case in cases.items():
            if name in once and number < count - 1:
                continue
            started = time.perf_counter()
            own = case()
            found[name].append(own if isinstance(own, float) else time.perf_counter() - started)
        left = (time.perf_counter() - begun) / (number + 1) * (count - number - 1)
        print(f"{label}: round {number + 1} of {count}, {left / 60:.1f} min left", flush=True)
    return {name: median(times) for name, times in found.items()}
