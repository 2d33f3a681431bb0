"""Waiting for something outside of ComfyUI: with a time limit, the host's interrupt, and a status text on the node."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Coroutine

import comfy.model_management
import comfy.utils
from comfy_execution.utils import get_executing_context

TICK = 0.2
"""Seconds between two looks at the interrupt."""


async def wait_with_limit(work: Coroutine, limit: float, name: str):
    """The result of work; an error in it is raised on. name: who is waited for, as the node and the error call it.

    After limit seconds work is cancelled with a ValueError, on the host's interrupt with the host's exception.
    """
    task = asyncio.ensure_future(work)
    progress, waited = comfy.utils.ProgressBar(limit), 0.0
    try:
        while not task.done():
            comfy.model_management.throw_exception_if_processing_interrupted()
            if waited >= limit:
                raise ValueError(
                    f"{name} gave no answer within {limit:g} seconds. Raise time_limit, or use a faster model."
                )
            progress.update_absolute(waited)
            show_status(f"Waiting for {name}: {waited:.0f} s")
            started = time.monotonic()
            await asyncio.wait({task}, timeout=TICK)
            # Other nodes of the workflow may hold the loop for minutes, in which no answer could be seen.
            waited += min(time.monotonic() - started, 2 * TICK)
        result = task.result()
        progress.update_absolute(limit)
        return result
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


def show_status(text: str) -> None:
    """Shows text on the node that now runs, on pages that can show it; it is not stored."""
    # In a script that calls nodes there is neither a server nor a running node.
    server, context = sys.modules.get("server"), get_executing_context()
    if server is not None and context is not None:
        page = server.PromptServer.instance
        page.send_progress_text(text, context.node_id, page.client_id)
