"""The exchange with the chat model: it is asked once, and once more if its answer is no plan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..regions import RegionSet
from .answer import read_answer
from .instructions import opening, repair

QUOTED = 20_000
"""Characters of a wrong answer that go back to the model."""


async def plan_regions(ask: Callable[[list[dict]], Awaitable[str]], prompt: str, max_regions: int) -> RegionSet:
    """ask: from messages (role, content) to the model's answer. Raises ValueError where its second answer is wrong too."""
    messages = opening(prompt, max_regions)
    answer = await ask(messages)
    try:
        return read_answer(answer, max_regions)
    except ValueError as error:
        said = {"role": "assistant", "content": answer[:QUOTED]}
        messages = [*messages, said, {"role": "user", "content": repair(str(error))}]
    answer = await ask(messages)
    try:
        return read_answer(answer, max_regions)
    except ValueError as error:
        raise ValueError(
            f"The model gave no usable plan, not when asked to correct it either. {error} "
            "Change the seed, reword the prompt, or use a more capable model."
        ) from None
