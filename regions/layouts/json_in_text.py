"""The JSON in a text: alone, in a fenced block, or after a caption."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from .layout_format import LayoutSource

MAX_CHARACTERS = 1_000_000
MAX_TRIES = 100
"""Brackets at which JSON may begin; a text with more of them before its layout is not searched to its end."""
MAX_TRY_CHARACTERS = 4 * MAX_CHARACTERS
"""Characters that all tries together may read."""

_OPENING = re.compile(r"[\[{]")
_BETWEEN = re.compile(r"[\s,]*(?://[^\n]*\s*)?,?\s*")
"""Between the objects of a list, or of an answer with one on each line; a comment may be there."""
_THOUGHT_END = re.compile(
    r"</(?:seed:)?(?:think|thinking|thoughts?|reason|reasoning|reflection|analysis|scratchpad)>|\[/THINK\]|◁/think▷"
    r"|<\|channel\|>\s*(?:final|response)\s*<\|message\|>",
    re.IGNORECASE,
)
"""Behind it a model answers, and what stands before it are drafts."""
_FENCE = re.compile(r"```\w*\s*\Z")


def _with_those_behind(value: object, end: int, text: str, decoder: json.JSONDecoder) -> tuple[list, bool]:
    """The objects of a list that is not correct JSON as a whole, or stand one on each line: (value and those behind it,
    whether the text breaks off in the next one).

    end: where value ends in text.
    """
    values = [value]
    while isinstance(value, dict):
        gap = _BETWEEN.match(text, end)
        start = end if gap is None else gap.end()
        if not text.startswith("{", start):
            break
        try:
            value, end = decoder.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError):
            return values, True
        values.append(value)
    return values, False


def layout_in_text(text: str, is_layout: Callable[[LayoutSource], bool]) -> LayoutSource:
    """The first JSON value in a text that is_layout accepts, with the text before it as its caption; behind a model's
    thoughts, where it has some.

    Raises ValueError for a text without one, with the place of the mistake where the text is nothing but JSON.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"The layout has {len(text):,} characters, but at most {MAX_CHARACTERS:,} are read. Write shorter "
            "descriptions, or fewer boxes."
        )
    thought_end = max((match.end() for match in _THOUGHT_END.finditer(text)), default=0)
    if thought_end:
        try:
            return _first_layout(text[thought_end:], is_layout)
        except ValueError:  # the mark was one of the layout's own words
            pass
    return _first_layout(text, is_layout)


def _first_layout(text: str, is_layout: Callable[[LayoutSource], bool]) -> LayoutSource:
    decoder = json.JSONDecoder(strict=False, parse_int=float)
    mistake, budget, position = None, MAX_TRY_CHARACTERS, 0
    for _ in range(MAX_TRIES):
        opening = _OPENING.search(text, position)
        if opening is None or budget <= 0:
            break
        start = opening.start()
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            mistake = mistake or error
            budget -= error.pos - start
            position = start + 1
            continue
        except RecursionError:
            raise ValueError("The layout is nested too deeply. Copy it again from where it was made.") from None
        caption = _FENCE.sub("", text[:start].rstrip().removesuffix("[")).strip()
        if is_layout(LayoutSource(value, caption)):
            values, is_cut_off = _with_those_behind(value, end, text, decoder)
            several = LayoutSource(values, caption, is_cut_off)
            return several if len(values) > 1 and is_layout(several) else LayoutSource(value, caption, is_cut_off)
        budget -= end - start
        position = end
    if mistake is not None:
        raise ValueError(
            f"The layout is not complete, correct JSON: {mistake.msg.removesuffix(' starting at')} at line "
            f"{mistake.lineno}, column {mistake.colno}. Correct it there, or copy it again in full."
        )
    raise ValueError(
        'The text holds no layout that is known. Give boxes with descriptions as JSON, such as [{"bbox": [100, 50, 900, '
        '500], "desc": "a red car"}]; lines such as "left half: a red car" belong into Regions from Text.'
    )
