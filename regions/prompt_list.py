"""Prompts and names for several areas that come at once: masks in a batch, boxes from a detector."""

from __future__ import annotations

import re


def prompt_list(prompts: str, count: int, noun: str) -> list[str]:
    """One prompt for each of count areas: a line for each, blank lines left out; a single line, or none, is for all.

    noun: what the areas are called in an error, such as "masks". Raises ValueError where the numbers differ.
    """
    lines = [line.strip() for line in prompts.splitlines() if line.strip()]
    if len(lines) <= 1:
        return [lines[0] if lines else ""] * count
    if len(lines) != count:
        raise ValueError(
            f"{count} {noun} came in, but prompt has {len(lines)} lines. Write one line for each of them, in their "
            "order, or a single line for all."
        )
    return lines


def name_list(names: str, count: int, noun: str) -> list[str]:
    """One name for each of count areas, separated by commas or lines; none leaves all of them without.

    A single one is numbered: `car` is car 1, car 2, ... noun: as in prompt_list. Raises ValueError where the numbers
    differ.
    """
    entries = [name.strip() for name in re.split(r"[,\n]", names) if name.strip()]
    if not entries:
        return [""] * count
    if len(entries) == 1:
        return entries if count == 1 else [f"{entries[0]} {number}" for number in range(1, count + 1)]
    if len(entries) != count:
        raise ValueError(
            f"{count} {noun} came in, but name has {len(entries)} names. Give one for each, with commas between, or a "
            "single one, which is then numbered."
        )
    return entries
