"""Finding the JSON object in what a chat model writes: between prose, in a fenced block, with comments or commas too many."""

from __future__ import annotations

import json
import re

MOST_TRIES = 50
"""Braces at which an object may begin; an answer with more of them is not searched to its end."""

THOUGHTS = re.compile(r"\A.*</think>", re.DOTALL)
STRING = r'("(?:[^"\\]|\\.)*")'
COMMENT = re.compile(rf"{STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
LAST_COMMA = re.compile(rf"{STRING}|,(?=\s*[}}\]])", re.DOTALL)


def json_object(text: str, wanted: str) -> dict:
    """The first object in text that has the key wanted, or else the first one. All its numbers are floats.

    Raises ValueError where there is none.
    """
    text = THOUGHTS.sub("", text)
    others, place = [], 0
    for _ in range(MOST_TRIES):
        place = text.find("{", place)
        if place < 0:
            break
        found, length = _object_at(text[place:])
        if found is not None and wanted in found:
            return found
        if found is not None:
            others.append(found)
        place += length
    if others:
        return others[0]
    raise ValueError(f"The answer holds no complete JSON object; {_beginning(text)}")


def _object_at(text: str) -> tuple[dict | None, int]:
    """The object that text begins with, if it is one, and the length to go on after it."""
    for readable in (text, _tidied(text)):
        try:
            # strict: models break lines inside strings.
            found, length = json.JSONDecoder(strict=False, parse_int=float).raw_decode(readable)
        except (ValueError, RecursionError):
            continue
        return found, length if readable is text else 1
    return None, 1


def _tidied(text: str) -> str:
    """Without comments and without commas before a closing bracket, except inside of strings."""
    for pattern in (COMMENT, LAST_COMMA):
        text = pattern.sub(lambda match: match[1] or "", text)
    return text


def _beginning(text: str) -> str:
    start = " ".join(text.split())
    return f'it begins "{start[:120]}{"..." if len(start) > 120 else ""}".' if start else "it is blank."
