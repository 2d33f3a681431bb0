"""One JSON value at a place in a text, as models, people and Python write it.

Beside correct JSON it reads comments (//, /* */, #), commas too many or forgotten at a line's end, line breaks and bare
quotes inside of strings, 'single' and “curly” quotes, keys without quotes, True, None, NaN and (tuples). One way
through the text, without recursion: the work grows with its length and with nothing else, whatever it holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

MAX_DEPTH = 64
"""Of brackets within brackets."""
CHECK_EVERY = 64
"""Values, keys and brackets between two looks at whether somebody has given up."""

_CLOSING = {"{": "}", "[": "]", "(": ")"}
_COMMAS, _COLONS = (",", "\N{FULLWIDTH COMMA}"), (":", "\N{FULLWIDTH COLON}")
_QUOTES = {'"': '"', "'": "'", "“": '”“"', "„": "”“", "”": "”", "‘": "’'", "’": "’"}  # noqa: RUF001
"""What opens a string, and what may close it."""
# Each of the patterns stops at the first character that it does not know, and never turns back for more than its own
# length.
_GAP = re.compile(r"[\s\ufeff]*")
_LINE_COMMENT = re.compile(r"[^\n]*")
_BARE_KEY = re.compile(r"[A-Za-z_$][\w$-]{0,100}")
_SCALAR = re.compile(
    r"(?:(?P<word>true|false|null|none|undefined)|(?P<nan>nan)|(?P<infinite>[-+]?inf(?:inity)?)"
    r"|(?P<number>[-+]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:e[-+]?[0-9]{1,400})?))(?![\w%.])",
    re.IGNORECASE,
)
_WORDS = {"true": True, "false": False}
_HEX = "[0-9a-fA-F]"
_ESCAPE = re.compile(rf"\\(u{_HEX}{{4}}|U000{_HEX}{{5}}|U0010{_HEX}{{4}}|x{_HEX}{{2}}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_CUT = re.compile(r"\.\.\.|…|`{3}|\Z")
"""Where a value breaks off: the text ends, or its block does, or the rest is left to the reader's imagination."""


class Parsed(NamedTuple):
    """value: as far as it is complete, see _whole_part. objects: all that are complete, inner ones first. end: where
    it ended or broke off. flaw: what is wrong there, "" for a complete value. is_cut_off: whether the text ends there.
    """

    value: object
    objects: list[dict]
    end: int
    flaw: str = ""
    is_cut_off: bool = False


def _string_pattern(closing: str, behind: str) -> re.Pattern:
    other = rf"([^{closing}\\]*"
    return re.compile(rf"{other}(?:(?:\\.|[{closing}](?!{behind}))[^{closing}\\]*)*)[{closing}](?={behind})", re.DOTALL)


# A quote inside of a string ("a "red" car", 'the dog's bowl') is followed by more of the string, its last one is not.
_STRING = {
    opening: _string_pattern(closing, r"[^\S\n]*(?:[,\uff0c:\uff1a}\])\n]|//|/\*|#|\Z)")
    for opening, closing in _QUOTES.items()
}
_KEY = {opening: re.compile(rf"([^{closing}\\]*(?:\\.[^{closing}\\]*)*)[{closing}]", re.DOTALL)
        for opening, closing in _QUOTES.items()}  # fmt: skip


def parse_value(text: str, start: int, check: Callable[[], None] = lambda: None) -> Parsed:
    """The object or list that begins at start. All its numbers are floats. check: called now and then; what it raises
    ends the parsing.
    """
    objects: list[dict] = []
    stack: list[tuple[Any, Any]] = []  # each open object or list, and the key that the next value is for
    last_comment_end = text.rfind("*/")
    position = start
    expects = "value"  # or "key", "comma"

    def broken(flaw: str, is_cut_off: bool = False, end: int | None = None) -> Parsed:
        return Parsed(_whole_part(stack), objects, position if end is None else end, flaw, is_cut_off)

    for step in count(1):
        if step % CHECK_EVERY == 0:
            check()
        before = position
        position = _skip_gap(text, position, last_comment_end)
        character = text[position : position + 1]
        if _CUT.match(text, position):
            return broken("it breaks off", is_cut_off=True)
        container, key = stack[-1] if stack else (None, None)
        if stack and character == _CLOSING[_opening(container)]:
            if key is not None:
                return broken("a value is missing")
            stack.pop()
            position += 1
            if isinstance(container, dict):
                objects.append(container)
            if not stack:
                return Parsed(container, objects, position)
            _put(stack, container)
            expects = "comma"
        elif expects == "comma":
            if character in _COMMAS:
                position += 1
            elif "\n" not in text[before:position]:
                return broken("a comma or a closing bracket is missing")
            expects = "key" if isinstance(container, dict) else "value"
        elif expects == "key":
            quoted = _KEY[character].match(text, position + 1) if character in _KEY else None
            if character in _KEY and quoted is None:
                return broken("a text does not end", is_cut_off=True, end=len(text))
            bare = None if quoted else _BARE_KEY.match(text, position)
            if quoted is None and bare is None:
                return broken("a key in quotes is missing")
            name = unescaped(quoted[1]) if quoted else bare[0] if bare else ""
            end = quoted.end() if quoted else bare.end() if bare else position
            colon = _skip_gap(text, end, last_comment_end)
            if text[colon : colon + 1] not in _COLONS:
                return broken("a colon is missing", is_cut_off=colon == len(text), end=end)
            stack[-1] = (container, name)
            position, expects = colon + 1, "value"
        elif character in _CLOSING:
            if len(stack) == MAX_DEPTH:
                return broken("it is nested too deeply")
            stack.append(({} if character == "{" else [] if character == "[" else _Tuple(), None))
            position, expects = position + 1, "key" if character == "{" else "value"
        elif character in _STRING:
            string = _STRING[character].match(text, position + 1)
            if string is None:
                return broken("a text does not end", is_cut_off=True, end=len(text))
            _put(stack, unescaped(string[1]))
            position, expects = string.end(), "comma"
        else:
            scalar = _SCALAR.match(text, position)
            if scalar is None:
                return broken("a value is missing, or a text without quotes")
            _put(stack, _scalar_value(scalar))
            position, expects = scalar.end(), "comma"
    raise AssertionError("the text ends, and with it the value")


class _Tuple(list):
    """A list that was opened by a round bracket."""


def _opening(container: object) -> str:
    return "{" if isinstance(container, dict) else "(" if isinstance(container, _Tuple) else "["


def _whole_part(stack: list[tuple[Any, Any]]) -> object:
    """What is complete of a value that breaks off: its outermost open list of objects or lists, without the last one;
    None where there is none.
    """
    for depth, (container, _) in enumerate(stack):
        if isinstance(container, list):
            if not any(isinstance(item, (dict, list)) for item in container):
                return None
            value: object = container
            for outer, key in reversed(stack[:depth]):
                value = {**outer, key: value}
            return value
    return None


def _put(stack: list[tuple[Any, Any]], value: object) -> None:
    """Into the innermost open object, for the key that waits for it, or list."""
    container, key = stack[-1]
    if isinstance(container, dict):
        container[key] = value
    else:
        container.append(value)
    stack[-1] = (container, None)


def _skip_gap(text: str, position: int, last_comment_end: int) -> int:
    """Past blanks and comments; a comment that does not end is none. last_comment_end: the last */ in text."""
    while True:
        gap = _GAP.match(text, position)
        position = gap.end() if gap else position
        if text.startswith(("//", "#"), position):
            comment = _LINE_COMMENT.match(text, position)
            position = comment.end() if comment else position
        elif text.startswith("/*", position) and position + 2 <= last_comment_end:
            position = text.find("*/", position + 2) + 2
        else:
            return position


def _scalar_value(scalar: re.Match) -> object:
    if scalar["number"]:
        return float(scalar["number"])
    if scalar["nan"]:
        return math.nan
    if scalar["infinite"]:
        return -math.inf if scalar["infinite"].startswith("-") else math.inf
    return _WORDS.get(scalar["word"].lower())


def unescaped(source: str) -> str:
    """What stands between the quotes of a string, without its escapes; unknown ones are the character itself."""
    if "\\" not in source:
        return source
    words = _ESCAPE.sub(lambda escape: _unescaped(escape[1]), source)
    # Two halves of a character, each escaped by itself, are one; a half alone stays.
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _unescaped(code: str) -> str:
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)
