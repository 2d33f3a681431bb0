"""Foreign words made fit to be shown: names, prompts, and what servers say, in an error, a log, a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}
"""Emoji and several scripts are written with them."""


def printable(words: object, most: int) -> str:
    """words on one line, of at most so many characters: no control characters, half surrogates or text direction."""
    source = str(words)[: 4 * most]
    shown = "".join(c if c in _JOINERS or unicodedata.category(c) not in _HIDDEN else _replacement(c) for c in source)
    shown = " ".join(shown.split())
    return shown if len(shown) <= most and len(str(words)) <= 4 * most else shown[:most] + "..."


def whole_characters(words: str) -> str:
    """words with each half of a surrogate pair, which no tokenizer, log or file can hold, replaced."""
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def short_list(words: Sequence[str], most: int, more: str = "more") -> str:
    """The first `most` of words with commas between, then how many are left out: "a, b and 3 more". Empty for none."""
    left_out = len(words) - most
    return ", ".join(words[:most]) + (f" and {left_out} {more}" if left_out > 0 else "")


def _replacement(character: str) -> str:
    """Blank for what separates, a question mark for half a character, nothing for what only steers a terminal."""
    if unicodedata.category(character) == "Cs":
        return "?"
    return " " if character.isspace() else ""
