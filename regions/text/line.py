"""One line of the region text: where its head ends and its prompt begins, and the words of the head with their columns."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple, NoReturn

QUOTED = r'"(?:[^"\\]|\\.)*"'
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_BULLET = re.compile(r"\s*(?:[-*•]\s+|[0-9]+[.)]\s+)?")
_WORD = re.compile(
    r"(?P<gap>[\s,;=()\[\]_]+)"
    rf"|(?P<quoted>{QUOTED})"
    r"|(?P<number>(?<![^\W_])(?<![%.])[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:/[0-9]+)?)"
    r"|(?P<word>[^\W\d_][^\W_]*|%)"
    r"|(?P<dash>[-–—])"
)
# LLMs and typists run these together.
_JOINED = re.compile(r"(top|upper|bottom|lower|middle|center|centre)(left|right|middle|center|centre)")


class Word(NamedTuple):
    """kind: word (lower case), number or quoted (without its quotes). column: from 1, in the line as typed."""

    kind: str
    text: str
    column: int


class TextLine:
    """A line as typed, its number from 1, and what is wrong in it."""

    def __init__(self, number: int, typed: str):
        self.number = number
        self.typed = typed
        self.start = _BULLET.match(typed).end()

    def says_something(self, comments: tuple[str, ...] = ("#", "//")) -> bool:
        """Whether it is neither blank nor a comment, which begins with one of these, nor the fence of a block of code."""
        typed = self.typed.strip()
        return self.typed[self.start :].strip() != "" and not typed.startswith((*comments, "```"))

    def fail(self, column: int, message: str) -> NoReturn:
        raise ValueError(f"{self.place(column)}: {message}")

    def place(self, column: int) -> str:
        return f"Line {self.number}, column {column}"

    def split(self, separators: str) -> tuple[int, int] | None:
        """(where the head ends, where the prompt begins): around the first separator outside quotes. None without one."""
        for match in re.compile(rf"{QUOTED}|[{separators}]").finditer(self.typed, self.start):
            if not match[0].startswith('"'):
                return match.start(), match.end()
        return None

    def words(self, end: int, start: int | None = None) -> list[Word]:
        """The words of the head, typed[start:end]. Raises ValueError for a character that no head has."""
        found, place = [], self.start if start is None else start
        while place < end:
            match = _WORD.match(self.typed, place, end)
            if match is None:
                self._fail_at_character(place)
            if match.lastgroup not in ("gap", "dash"):
                found += _words(match, place + 1)
            place = match.end()
        return found

    def _fail_at_character(self, place: int) -> NoReturn:
        character = self.typed[place]
        if character == '"':
            self.fail(place + 1, 'the quote that opens here is not closed; add a " before the colon.')
        self.fail(place + 1, f"{shown(character)} was not expected; give a place, then a colon and the prompt.")

    def prompt(self, start: int) -> str:
        """The rest of the line from start, without blanks around it; out of its quotes where they enclose all of it."""
        typed = self.typed[start:].strip()
        return unquoted(typed) if re.fullmatch(QUOTED, typed) else typed


class Head:
    """The words of a line's head, taken one after the other."""

    def __init__(self, line: TextLine, words: list[Word], end: int):
        self.line = line
        self.words = words
        self.at = 0
        self.end = end

    @property
    def next(self) -> Word | None:
        return self.words[self.at] if self.at < len(self.words) else None

    @property
    def column(self) -> int:
        """Where the next word is, or else where the head ends."""
        return self.next.column if self.next else self.end + 1

    def take(self) -> Word:
        self.at += 1
        return self.words[self.at - 1]

    def take_word(self, known) -> str | None:
        """The next word if it is one of these, else None and nothing is taken."""
        if self.next and self.next.kind == "word" and self.next.text in known:
            return self.take().text
        return None

    def skip(self, known) -> None:
        while self.take_word(known):
            pass

    def fail(self, message: str, column: int | None = None) -> NoReturn:
        self.line.fail(self.column if column is None else column, message)


def nearest(word: str, known) -> str:
    """' Did you mean 'left'?', or nothing where no known word is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f" Did you mean '{close[0]}'?" if close else ""


def shown(typed: str) -> str:
    return repr(typed if len(typed) <= 30 else typed[:30] + "...")


def quoted(text: str) -> str:
    """Text in double quotes, in one line; unquoted reads it back."""
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escape)
    return f'"{text}"'


def unquoted(typed: str) -> str:
    """What a text in double quotes says. Backslashes before other characters stay, as in \\( of ComfyUI's prompts."""
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), typed[1:-1], flags=re.S)


def _words(match: re.Match, column: int) -> list[Word]:
    text = match[0]
    if match.lastgroup == "quoted":
        return [Word("quoted", unquoted(text), column)]
    joined = _JOINED.fullmatch(text.lower())
    parts = joined.groups() if joined else (text.lower(),)
    return [Word(match.lastgroup, part, column) for part in parts]
