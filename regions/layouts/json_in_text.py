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
_FENCE = re.compile(r"```\w*\s*\Z")


def layout_in_text(text: str, is_layout: Callable[[LayoutSource], bool]) -> LayoutSource:
    """The first JSON value in a text that is_layout accepts, with the text before it as its caption.

    Raises ValueError for a text without one, with the place of the mistake where the text is nothing but JSON.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"The layout has {len(text):,} characters, but at most {MAX_CHARACTERS:,} are read. Write shorter "
            "descriptions, or fewer boxes."
        )
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
        source = LayoutSource(value, _FENCE.sub("", text[:start]).strip())
        if is_layout(source):
            return source
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
