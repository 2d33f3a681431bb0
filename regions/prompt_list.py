"""Prompts and names for several areas that come at once: masks in a batch, boxes from a detector."""

from __future__ import annotations

import re


def prompt_list(prompts: str, count: int, areas: str) -> list[str]:
    """One prompt for each of count areas: a line for each, blank lines left out; a single line, or none, is for all.

    areas: what they are called in an error, such as "masks". Raises ValueError where the numbers differ.
    """
    lines = [line.strip() for line in prompts.splitlines() if line.strip()]
    if len(lines) <= 1:
        return [lines[0] if lines else ""] * count
    if len(lines) != count:
        raise ValueError(
            f"{count} {areas} came in, but prompt has {len(lines)} lines. Write one line for each of them, in their order, "
            "or a single line for all."
        )
    return lines


def name_list(names: str, count: int, areas: str) -> list[str]:
    """One name for each of count areas, parted by commas or lines; a single one is numbered: `car` is car 1, car 2, ...

    Raises ValueError where the numbers differ.
    """
    given = [name.strip() for name in re.split(r"[,\n]", names) if name.strip()]
    if not given:
        return [""] * count
    if len(given) == 1:
        return given if count == 1 else [f"{given[0]} {number}" for number in range(1, count + 1)]
    if len(given) != count:
        raise ValueError(
            f"{count} {areas} came in, but name has {len(given)} names. Give one for each, with commas between, or a single "
            "one, which is then numbered."
        )
    return given
