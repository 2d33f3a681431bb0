"""The JSON object in what a chat model writes: between prose, fenced, with comments, with commas too many."""

from __future__ import annotations

import json
import re

MAX_TRIES = 50
"""Braces at which an object may begin; an answer with more of them is not searched to its end."""
MAX_EXCERPT = 120
"""Characters of an answer that an error repeats."""

THINK_BLOCK = re.compile(r"\A.*</think>", re.DOTALL)
STRING = r'("(?:[^"\\]|\\.)*")'
COMMENT = re.compile(rf"{STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
LAST_COMMA = re.compile(rf"{STRING}|,(?=\s*[}}\]])", re.DOTALL)


def json_object(text: str, wanted: str) -> dict:
    """The first object in text that has the key wanted, or else the first one. All its numbers are floats.

    Raises ValueError where there is none.
    """
    text = THINK_BLOCK.sub("", text)
    without_key, position = [], 0
    for _ in range(MAX_TRIES):
        position = text.find("{", position)
        if position < 0:
            break
        candidate, length = _object_at(text[position:])
        if candidate is not None and wanted in candidate:
            return candidate
        if candidate is not None:
            without_key.append(candidate)
        position += length
    if without_key:
        return without_key[0]
    raise ValueError(f"The answer holds no complete JSON object; {_excerpt(text)}")


def _object_at(text: str) -> tuple[dict | None, int]:
    """The object that text begins with, if it is one, and how many characters to go on after it."""
    for source in (text, _without_comments(text)):
        try:
            # strict: models break lines inside strings.
            value, length = json.JSONDecoder(strict=False, parse_int=float).raw_decode(source)
        except (ValueError, RecursionError):
            continue
        return value, length if source is text else 1
    return None, 1


def _without_comments(text: str) -> str:
    """Without comments and without commas before a closing bracket, except inside of strings."""
    for pattern in (COMMENT, LAST_COMMA):
        text = pattern.sub(lambda match: match[1] or "", text)
    return text


def _excerpt(text: str) -> str:
    """How the text begins, as the end of a sentence."""
    line = " ".join(text.split())
    return f'it begins "{line[:MAX_EXCERPT]}{"..." if len(line) > MAX_EXCERPT else ""}".' if line else "it is blank."
