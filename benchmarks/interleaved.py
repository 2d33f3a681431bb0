"""Times of several cases in turn, round after round, so that whatever slows the machine down slows them all."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import torch


def finish_device_work() -> None:
    """A graphics card works on after its calls have returned: waits for it, if this process uses one."""
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()


def interleaved_times(
    cases: dict[str, Callable[[], object]], rounds: int, label: str, slow_cases: frozenset[str] = frozenset()
) -> dict[str, float]:
    """Runs every case `rounds` times, in turn, after the first one to warm up; returns median seconds.

    slow_cases: those that run in the last round alone. A case may return seconds (a float) that it measured itself;
    otherwise the whole call counts. Prints how far it is.
    """
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    next(iter(cases.values()))()
    finish_device_work()
    first_start = time.perf_counter()
    for number in range(rounds):
        for name, case in cases.items():
            if name in slow_cases and number < rounds - 1:
                continue
            start = time.perf_counter()
            result = case()
            finish_device_work()
            seconds[name].append(result if isinstance(result, float) else time.perf_counter() - start)
        left = (time.perf_counter() - first_start) / (number + 1) * (rounds - number - 1)
        print(f"{label}: round {number + 1} of {rounds}, {left / 60:.1f} min left", flush=True)
    return {name: median(times) for name, times in seconds.items()}
