"""The JSON object in what a chat model writes: between prose and thoughts, fenced, with comments, with commas too many.

One way through the text, without recursion: the work grows with its length and with nothing else, whatever it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

from ..regions.printable import printable

MAX_CHARACTERS = 200_000
"""Of an answer, thoughts included; thirty-two regions are a tenth of it."""
MAX_DEPTH = 64
"""Of brackets within brackets."""
WORK_PER_CHARACTER = 2
"""How often, on average, a character may be looked at again because an object that began before it came to nothing."""
CHECK_EVERY = 64
"""Values, keys and brackets between two looks at whether somebody has given up."""
MAX_EXCERPT = 120
"""Characters of an answer that an error repeats."""

_THOUGHT_WORDS = (
    r"(?:seed:)?(?:think|thinking|thoughts?|reasoning|reason|reflection|analysis|scratchpad|inner_monologue)"
)
_LANDMARK = re.compile(
    r'(?P<object>\{(?=\s*["}/]))'
    rf"|<(?P<open>{_THOUGHT_WORDS})>|</(?P<close>{_THOUGHT_WORDS})>"
    r"|\[(?P<open_tag>THINK)\]|\[/(?P<close_tag>THINK)\]"
    r"|(?P<open_triangle>◁think▷)|(?P<close_triangle>◁/think▷)"
    r"|<\|begin_of_(?P<open_of>thought|thinking)\|>|<\|end_of_(?P<close_of>thought|thinking)\|>"
    r"|<\|channel\|?>\s{0,8}(?P<channel>[a-z_]{1,32})|<unused94>(?P<open_unused>thought)|(?P<close_unused><unused95>)",
    re.IGNORECASE,
)
_CHANNEL_END = re.compile(r"<\|?channel\|?>|<\|(?:end|start|return)\|>", re.IGNORECASE)
_ANSWER_CHANNELS = ("final", "response", "answer", "content")
# Each of them stops at the first character that it does not know, and never turns back for more than its own length.
_GAP = re.compile(r"[ \t\r\n\f\v\ufeff]*")
_LINE_COMMENT = re.compile(r"//[^\n]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCALAR = re.compile(
    r"true|false|null|NaN|-?Infinity|[-+]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,400})?"
)
_STRINGS = json.JSONDecoder(strict=False)  # models break lines inside of strings
_WORDS = {"true": True, "false": False, "null": None}
_CLOSING = {"{": "}", "[": "]"}


def json_object(text: str, wanted: str, check: Callable[[], None] = lambda: None) -> dict:
    """The last complete object in text that has something under the key wanted, or else the key, or else the last one.
    All its numbers are floats.

    What a model thinks, in any of the usual marks, is passed over. check: called now and then; what it raises ends the
    search. Raises ValueError where there is no object, and for more than MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"The answer has {len(text):,} characters, which is no plan of a picture; {_excerpt(text)}")
    with_key, without_key = None, None
    last_comment_end = text.rfind("*/")
    position, work_left = 0, WORK_PER_CHARACTER * len(text)
    unclosed: set[str] = set()
    while landmark := _LANDMARK.search(text, position):
        check()
        kind, position = landmark.lastgroup or "", landmark.end()
        if kind == "channel" and landmark["channel"].lower() not in _ANSWER_CHANNELS:
            channel_end = _CHANNEL_END.search(text, position)
            position = channel_end.start() if channel_end else len(text)
        elif kind == "channel" or kind.startswith("close"):
            # An answer follows, so all before it were thoughts, whether or not it said so.
            with_key, without_key = None, None
        elif kind.startswith("open"):
            position = _end_of_thought(text, landmark, unclosed)
        else:
            parsed = _parse_object(text, landmark.start(), last_comment_end, check)
            for candidate in parsed.objects:
                if wanted in candidate and (candidate[wanted] or with_key is None):  # an empty one is an example
                    with_key = candidate
            if parsed.is_complete:
                without_key = parsed.objects[-1]
                position = parsed.end
            else:
                # Begin again at the next brace; or, once that has been tried too often, where this one broke off.
                work_left -= parsed.end - landmark.start()
                position = position if work_left > 0 else max(position, parsed.end)
    last = with_key if with_key is not None else without_key
    if last is None:
        raise ValueError(f"The answer holds no complete JSON object; {_excerpt(text)}")
    return last


def _end_of_thought(text: str, landmark: re.Match, unclosed: set[str]) -> int:
    """Where the thought that landmark opens ends; unclosed: the marks that never do, of which some more is added."""
    close = {
        "open": f"</{landmark['open']}>",
        "open_tag": "[/THINK]",
        "open_triangle": "◁/think▷",
        "open_of": f"<|end_of_{landmark['open_of']}|>",
        "open_unused": "<unused95>",
    }[landmark.lastgroup or ""]
    end = -1 if close in unclosed else text.find(close, landmark.end())
    if end < 0:
        unclosed.add(close)
        return landmark.end()
    return end + len(close)


class _Parsed(NamedTuple):
    """objects: all that are complete, inner ones first. is_complete: whether the outermost is. end: where it broke off
    or ended.
    """

    objects: list[dict]
    is_complete: bool
    end: int


def _parse_object(text: str, start: int, last_comment_end: int, check: Callable[[], None]) -> _Parsed:
    """The object that begins at start, with comments, commas before a bracket and line breaks inside of strings."""
    objects: list[dict] = []
    stack: list[tuple[Any, Any]] = []  # each open object or list, and the key that the next value is for
    position = start
    expects = "value"  # or "key", "comma"
    for step in count(1):
        if step % CHECK_EVERY == 0:
            check()
        position = _skip_gap(text, position, last_comment_end)
        character = text[position : position + 1]
        if stack and character == _CLOSING["{" if isinstance(stack[-1][0], dict) else "["]:
            container, key = stack.pop()
            if key is not None:
                return _Parsed(objects, False, position)
            position += 1
            if isinstance(container, dict):
                objects.append(container)
            if not stack:
                return _Parsed(objects, True, position)
            _put(stack, container)
            expects = "comma"
        elif expects == "comma":
            if character != ",":
                return _Parsed(objects, False, position)
            position, expects = position + 1, "key" if isinstance(stack[-1][0], dict) else "value"
        elif expects == "key":
            string = _STRING.match(text, position)
            if string is None:
                return _Parsed(objects, False, len(text) if character == '"' else position)
            position = _skip_gap(text, string.end(), last_comment_end)
            key = _string_value(string[0])
            if key is None or text[position : position + 1] != ":":
                return _Parsed(objects, False, position)
            stack[-1] = (stack[-1][0], key)
            position, expects = position + 1, "value"
        elif character in _CLOSING and character:
            if len(stack) == MAX_DEPTH:
                return _Parsed(objects, False, position)
            stack.append(({} if character == "{" else [], None))
            position, expects = position + 1, "key" if character == "{" else "value"
        else:
            token = (_STRING if character == '"' else _SCALAR).match(text, position)
            if token is None:
                return _Parsed(objects, False, len(text) if character == '"' else position)
            value = _string_value(token[0]) if character == '"' else _scalar_value(token[0])
            if value is None and token[0] != "null":
                return _Parsed(objects, False, position)
            _put(stack, value)
            position, expects = token.end(), "comma"
    raise AssertionError("the text ends, and with it the object")


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
        if text.startswith("//", position):
            comment = _LINE_COMMENT.match(text, position)
            position = comment.end() if comment else position
        elif text.startswith("/*", position) and position + 2 <= last_comment_end:
            position = text.find("*/", position + 2) + 2
        else:
            return position


def _string_value(source: str) -> str | None:
    try:
        return _STRINGS.decode(source)
    except ValueError:
        return None


def _scalar_value(source: str) -> object:
    return _WORDS[source] if source in _WORDS else float(source)


def _excerpt(text: str) -> str:
    """How the text begins, as the end of a sentence."""
    line = printable(text, MAX_EXCERPT)
    return f'it begins "{line}".' if line else "it is blank."
