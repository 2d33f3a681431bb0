"""A prompt as words, for whether it says anything, and whether it says what another does.

Case, punctuation, spacing, weights as in `(fog:1.2)`, and ways to write the same character make no difference.
"""

from __future__ import annotations

import re
import unicodedata

WEIGHT = re.compile(r":\s*(?=[\d.])\d*(?:\.\d*)?\s*\)")
"""How much attention the words in brackets get, as CLIP Text Encode reads it. No parts share characters: one pass."""
MAX_WORDS_READ = 100_000
"""Characters of a prompt that are looked at."""


def prompt_words(prompt: str) -> list[str]:
    """The words in their order, of letters, digits and symbols; each character is one where no blanks are written.

    None: of a prompt of blanks, punctuation and characters that cannot be seen.
    """
    plain = unicodedata.normalize("NFKC", WEIGHT.sub(")", prompt[:MAX_WORDS_READ])).casefold()
    spaced = "".join(f" {char} " if _is_word_by_itself(char) else char for char in plain if not _is_unseen(char))
    return "".join(" " if _separates(char) else char for char in spaced).split()


def holds_words(prompt: str, phrase: str) -> bool:
    """Whether the phrase's words stand in the prompt, side by side and in their order. One without words is in all."""
    # Words hold no blanks, so that those of the phrase, with blanks around, are a part of the text only word by word.
    return f" {' '.join(prompt_words(phrase))} " in f" {' '.join(prompt_words(prompt))} " or not prompt_words(phrase)


def _is_word_by_itself(char: str) -> bool:
    return unicodedata.category(char) == "Lo" and unicodedata.east_asian_width(char) in "WF"


def _is_unseen(char: str) -> bool:
    """Joiners, marks of direction, half characters: they separate nothing."""
    return unicodedata.category(char) in ("Cf", "Cs", "Co", "Cn")


def _separates(char: str) -> bool:
    return unicodedata.category(char)[0] in "PZ" or unicodedata.category(char) == "Cc"
