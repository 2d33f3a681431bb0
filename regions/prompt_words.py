"""A prompt as words, for whether it says anything, and whether it says what another does.

Case, punctuation, spacing, weights as in `(fog:1.2)`, and ways to write the same character make no difference.
"""

from __future__ import annotations

import re
import unicodedata

WEIGHT = re.compile(r":\s*(?=[\d.])\d*(?:\.\d*)?\s*\)")
"""How much attention the words in brackets get, as CLIP Text Encode reads it. No parts share characters: one pass."""
MAX_LENGTH = 10_000
"""Characters of a prompt that are looked at; models read fewer."""


def word_text(prompt: str) -> str:
    """The words in their order, of letters, digits and symbols, with one blank before, between and behind them; each
    character is one where no blanks are written. Of a prompt of blanks, punctuation and characters that cannot be seen:
    empty. One prompt says what another does where the one's is a part of the other's.
    """
    plain = unicodedata.normalize("NFKC", WEIGHT.sub(")", prompt[:MAX_LENGTH])).casefold()
    words = "".join(map(_spaced, plain)).split()
    return f" {' '.join(words)} " if words else ""


def has_words(prompt: str) -> bool:
    """Whether there is anything to read in it."""
    return bool(word_text(prompt))


def _spaced(char: str) -> str:
    """The character, apart from others where it is a word by itself; a blank, where it only separates."""
    category = unicodedata.category(char)
    if category in ("Cf", "Cs", "Co", "Cn"):
        return ""  # joiners, marks of direction, half characters: they separate nothing
    if category[0] in "PZ" or category == "Cc":
        return " "
    return f" {char} " if category == "Lo" and unicodedata.east_asian_width(char) in "WF" else char
