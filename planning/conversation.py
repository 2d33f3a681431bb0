"""The exchange with the chat model: it is asked once, and once more if its answer is no plan."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from ..regions import RegionSet
from .answer import read_answer
from .instructions import correction, initial_messages

MAX_ANSWER = 20_000
"""Characters of a wrong answer that go back to the model."""
WORK_SECONDS, PAUSE_SECONDS = 0.002, 0.001
"""Reading an answer pauses so long after so much work."""


async def plan_regions(
    ask: Callable[[list[dict]], Awaitable[str]],
    prompt: str,
    max_regions: int,
    redacted: Callable[[str], str] = str,
) -> RegionSet:
    """The regions that the model plans for the picture that prompt describes, at most max_regions.

    ask: from messages (role, content) to the model's answer; what it raises is passed on. redacted: from words to those
    that may be shown; it gets all words of the plan as they are read, without whatever escapes they had. Raises
    ValueError where the second answer is wrong too.
    """
    messages = initial_messages(prompt, max_regions)
    answer = await ask(messages)
    try:
        return _redacted_plan(await _read(answer, max_regions), redacted)
    except ValueError as error:
        wrong_answer = {"role": "assistant", "content": answer[:MAX_ANSWER]}
        messages = [*messages, wrong_answer, {"role": "user", "content": correction(str(error))}]
    answer = await ask(messages)
    try:
        return _redacted_plan(await _read(answer, max_regions), redacted)
    except ValueError as error:
        raise ValueError(
            f"The model gave no usable plan, not when asked to correct it either. {redacted(str(error))} "
            "Change the seed, reword the prompt, or use a more capable model."
        ) from None


def _redacted_plan(regions: RegionSet, redacted: Callable[[str], str]) -> RegionSet:
    return replace(
        regions,
        regions=tuple(
            replace(region, name=redacted(region.name), prompt=redacted(region.prompt)) for region in regions.regions
        ),
        base_prompt=redacted(regions.base_prompt),
        background_prompt=redacted(regions.background_prompt),
    )


async def _read(answer: str, max_regions: int) -> RegionSet:
    """read_answer in a thread of its own, so that whoever waits can still give up, and other threads go on meanwhile.

    Python takes the interpreter from a busy thread every 5 ms at most, and answering one request may need it dozens of
    times: so this thread hands it over by itself.
    """
    given_up = threading.Event()
    handed_over = time.perf_counter()

    def check() -> None:
        nonlocal handed_over
        if given_up.is_set():
            raise asyncio.CancelledError
        if time.perf_counter() - handed_over > WORK_SECONDS:
            time.sleep(PAUSE_SECONDS)
            handed_over = time.perf_counter()

    try:
        return await asyncio.to_thread(read_answer, answer, max_regions, check)
    finally:
        given_up.set()
