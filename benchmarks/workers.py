"""Several renderers at work at once, one process with one thread each: twice as fast on two cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from .renderer import Renderer

RunTasks = Callable[[Callable, Iterable[tuple]], Iterator]
"""run_tasks(function, arguments): function(renderer, *arguments) for each of them, lazily and in their order."""

_renderer: Renderer | None = None


def _start(weights: Path | None, threads: int, kind: type[Renderer]) -> None:
    global _renderer
    torch.set_num_threads(threads)
    _renderer = kind(weights)


def _run(task: tuple[Callable, tuple]):
    function, arguments = task
    return function(_renderer, *arguments)


@contextmanager
def worker_pool(weights: Path | None, kind: type[Renderer] = Renderer) -> Iterator[RunTasks]:
    """Gives a RunTasks, whose function must be a module's. weights: as of Renderer. kind: of renderer.

    Where processes cannot be forked (Windows), one renderer does it all, with all cores.
    """
    if "fork" in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context("fork").Pool(os.cpu_count(), _start, (weights, 1, kind)) as pool:
            yield lambda function, tasks: pool.imap(_run, [(function, arguments) for arguments in tasks])
    else:
        _start(weights, os.cpu_count() or 1, kind)
        yield lambda function, tasks: map(_run, [(function, arguments) for arguments in tasks])
