"""The JSON in what a model or a person writes: in prose, in fenced blocks, behind thoughts, in tool calls, escaped.

One way through the text: marks of thoughts are passed over, at every bracket that may begin JSON a value is parsed
(lenient_json.py), and the search goes on behind it. So a mark inside of a string is a part of that string.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .lenient_json import Parsed, parse_value, unescaped
from .printable import printable

WORK_PER_CHARACTER = 2
"""How often, on average, a character may be looked at again because a value that began before it came to nothing."""
MAX_NESTED = 3
"""Of JSON in the strings of JSON, and of escapes that are escaped."""
MAX_EXCERPT = 120
"""Characters of a text that an error repeats."""

_THOUGHT_WORDS = (
    r"(?:seed:)?(?:think|thinking|thoughts?|reasoning|reason|reasoning_content|reflection|analysis|scratchpad"
    r"|inner_monologue)"
)
_LANDMARK = re.compile(
    rf"<(?P<open>{_THOUGHT_WORDS})>|</(?P<close>{_THOUGHT_WORDS})>"
    r'|(?P<open_details><details type="reasoning")|(?P<close_details></details>)'
    r"|\[(?P<open_tag>THINK)\]|\[/(?P<close_tag>THINK)\]"
    r"|(?P<open_triangle>◁think▷)|(?P<close_triangle>◁/think▷)"
    r"|<\|begin_of_(?P<open_of>thought|thinking)\|>|<\|end_of_(?P<close_of>thought|thinking)\|>"
    r"|<\|start_(?P<open_start>thinking)\|>|<\|end_(?P<close_start>thinking)\|>"
    r"|<\|inner_(?P<open_inner>prefix)\|>|<\|inner_(?P<close_inner>suffix)\|>"
    r"|<\|channel\|?>\s{0,8}(?P<channel>[a-z_]{1,32})|<unused94>(?P<open_unused>thought)|(?P<close_unused><unused95>)"
    r"|(?P<value>\{(?=[\s\ufeff]*[\"'“”„\u2018\u2019}/#\w$]|[\s\ufeff]*\Z)|\[)",
    re.IGNORECASE,
)
_CHANNEL_END = re.compile(r"<\|?channel\|?>|<\|(?:end|start|return)\|>", re.IGNORECASE)
_ANSWER_CHANNELS = ("final", "response", "answer", "content")


class FoundValue(NamedTuple):
    """An object or a list in a text. parsed: as parse_value gives it. start: where it begins. behind: where the thought
    before it ends, 0 for none. in_thought: whether it stands in a thought that never ends.
    """

    parsed: Parsed
    start: int
    behind: int
    in_thought: bool


class Answer(NamedTuple):
    """text: what was read. values: complete ones, and those that broke off but hold something complete, in their order.
    prose: the text without thoughts, values included. mistake: where the most promising JSON is none any more, as the
    end of a sentence, or "".
    """

    text: str
    values: list[FoundValue]
    prose: str
    mistake: str


def answers_in(text: str, check: Callable[[], None] = lambda: None) -> Iterator[Answer]:
    """What text says; then what the strings say that stand in its JSON, as in tool calls; then what it says without
    escapes, where it was escaped as a whole. Whoever finds what he looks for asks no further.

    check: called now and then; what it raises ends the search.
    """
    answer = _answer(text, check)
    yield answer
    inner = answer
    for _ in range(MAX_NESTED):
        strings = [string for found in inner.values for string in _json_strings(found.parsed.value)]
        if not strings:
            break
        inner = _answer("\n".join(strings), check)
        yield inner
    for _ in range(MAX_NESTED):
        if not re.search(r'\\["n\\]', text):
            break
        text = unescaped(text)
        yield _answer(text, check)


def excerpt(text: str) -> str:
    """How the text begins, as the end of a sentence."""
    line = printable(text, MAX_EXCERPT)
    return f'it begins "{line}".' if line else "it is blank."


def _answer(text: str, check: Callable[[], None]) -> Answer:
    values: list[FoundValue] = []
    thoughts: list[tuple[int, int]] = []
    position, behind, work_left = 0, 0, WORK_PER_CHARACTER * len(text)
    unclosed: set[str] = set()
    in_thought = False
    best_try: tuple[int, int, Parsed] | None = None
    while landmark := _LANDMARK.search(text, position):
        check()
        kind, start, position = landmark.lastgroup or "", landmark.start(), landmark.end()
        if kind == "value":
            parsed = parse_value(text, start, check)
            if not parsed.flaw or parsed.objects:
                values.append(FoundValue(parsed, start, behind, in_thought))
                position = max(position, parsed.end)
            else:
                # Begin again at the next bracket; or, once that was tried too often, where this one broke off.
                work_left -= parsed.end - start
                position = position if work_left > 0 else max(position, parsed.end)
            progress = (bool(parsed.objects), parsed.end - start)
            if parsed.flaw and (best_try is None or progress > best_try[:2]):
                best_try = (*progress, parsed)
        elif kind == "channel" and landmark["channel"].lower() not in _ANSWER_CHANNELS:
            channel_end = _CHANNEL_END.search(text, position)
            if channel_end:
                thoughts.append((start, channel_end.start()))
                position = behind = channel_end.start()
            else:
                in_thought, behind = True, position
        elif kind == "channel" or (kind.startswith("close") and kind != "close_details"):
            # An answer follows, so all before it were thoughts, whether or not it said so.
            values, thoughts, in_thought, best_try = [], [(0, position)], False, None
            behind = position
        elif kind.startswith("open"):
            close = _closing_mark(landmark)
            end = -1 if close in unclosed else text.find(close, position)
            if end < 0:
                unclosed.add(close)
                in_thought, behind = True, position
            else:
                position = behind = end + len(close)
                thoughts.append((start, position))
    return Answer(text, values, _without(thoughts, text), "" if best_try is None else _mistake(text, best_try[2]))


def _closing_mark(landmark: re.Match) -> str:
    """What ends the thought that landmark opens."""
    return {
        "open": f"</{landmark['open']}>",
        "open_details": "</details>",
        "open_tag": "[/THINK]",
        "open_triangle": "◁/think▷",
        "open_of": f"<|end_of_{landmark['open_of']}|>",
        "open_start": f"<|{'END' if str(landmark['open_start']).isupper() else 'end'}_{landmark['open_start']}|>",
        "open_inner": "<|inner_suffix|>",
        "open_unused": "<unused95>",
    }[landmark.lastgroup or ""]


def _without(spans: list[tuple[int, int]], text: str) -> str:
    """text without what lies in spans, which rise."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return "\n".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def _json_strings(value: object) -> list[str]:
    """The strings in value that may hold JSON of their own."""
    strings, waiting = [], [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            strings += [item] if "{" in item or "[" in item else []
        elif isinstance(item, (list, dict)):
            waiting += reversed(list(item.values() if isinstance(item, dict) else item))
    return strings


def _mistake(text: str, parsed: Parsed) -> str:
    """Where and why a value is none any more, as the end of a sentence."""
    line, column = text.count("\n", 0, parsed.end) + 1, parsed.end - text.rfind("\n", 0, parsed.end)
    rest = printable(text[parsed.end : parsed.end + 4 * MAX_EXCERPT], MAX_EXCERPT // 4)
    return f"{parsed.flaw} at line {line}, column {column}" + (
        f', before "{rest}"' if rest else ", where the text ends"
    )
