"""The exchange with the chat model: it is asked once, and once more if its answer is no plan."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

from ..regions import RegionSet
from .answer import read_answer
from .instructions import correction, initial_messages

MAX_ANSWER = 20_000
"""Characters of a wrong answer that go back to the model."""


async def plan_regions(ask: Callable[[list[dict]], Awaitable[str]], prompt: str, max_regions: int) -> RegionSet:
    """The regions that the model plans for the picture that prompt describes, at most max_regions.

    ask: from messages (role, content) to the model's answer; what it raises is passed on. Raises ValueError where the
    second answer is wrong too.
    """
    messages = initial_messages(prompt, max_regions)
    answer = await ask(messages)
    try:
        return await _read(answer, max_regions)
    except ValueError as error:
        wrong_answer = {"role": "assistant", "content": answer[:MAX_ANSWER]}
        messages = [*messages, wrong_answer, {"role": "user", "content": correction(str(error))}]
    answer = await ask(messages)
    try:
        return await _read(answer, max_regions)
    except ValueError as error:
        raise ValueError(
            f"The model gave no usable plan, not when asked to correct it either. {error} "
            "Change the seed, reword the prompt, or use a more capable model."
        ) from None


async def _read(answer: str, max_regions: int) -> RegionSet:
    """read_answer in a thread of its own, so that whoever waits can still give up."""
    given_up = threading.Event()

    def check() -> None:
        if given_up.is_set():
            raise asyncio.CancelledError

    try:
        return await asyncio.to_thread(read_answer, answer, max_regions, check)
    finally:
        given_up.set()
