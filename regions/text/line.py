"""One line of the region text: where its head ends and its prompt begins, and the words of the head, with columns."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Container, Iterable
from typing import NamedTuple, NoReturn

from ..document.reader import BYTE_ORDER_MARK

QUOTED = r'"[^"\\]*(?:\\.[^"\\]*)*"'
LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line: the last two in text that is copied from a word processor or a web page."""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPES |= {f"u{ord(end):04x}": end for end in LINE_ENDS[2:]}
INVISIBLE = "\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""What web pages and editors leave in text that is copied: zero-width spaces, marks of direction and byte order."""
# A quotation's mark, a list's bullet or number are no part of the head.
_BULLET = re.compile(rf"[\s{INVISIBLE}]*(?:>[\s>]*)?(?:[-*•+\u2013\u2014]\s+|\(?[0-9]+[.)]\s+)?")
_INVISIBLE_START = re.compile(rf"\A[\s{INVISIBLE}]+")
_NUMBER = re.compile(r"\(?[0-9]+[.)]\s+")
TYPOGRAPHIC = "“”„«»"
"""Quotes as word processors and models set them."""
_INSIDE = f'[^"{TYPOGRAPHIC}]*'
_TYPOGRAPHIC_QUOTED = f"“{_INSIDE}”|„{_INSIDE}[“”]|«{_INSIDE}»|»{_INSIDE}«"
# What Markdown puts around bold words, italic ones and code.
_MARK = re.compile(r"\*{1,3}|_{1,3}|`")
_QUOTE = re.compile(rf"{QUOTED}|{_TYPOGRAPHIC_QUOTED}")
_WORD = re.compile(
    rf"(?P<typed>(?:(?<=\blora[ =])|(?<=\bname[ =]))[^\s,;=()\":*`{TYPOGRAPHIC}]+)"
    rf"|(?P<quoted>{QUOTED}|{_TYPOGRAPHIC_QUOTED})"
    rf"|(?P<gap>[\s,;=()\[\]_*`~{INVISIBLE}]+)"
    r"|(?P<number>(?<![^\W_])(?<![%.])[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:/[0-9]+)?)"
    r"|(?P<word>[^\W\d_][^\W_]*|%)"
    rf"|(?P<stray>[-\u2013\u2014{TYPOGRAPHIC}])",
    re.IGNORECASE,
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x066A: "%"}
for _quote in (0xFF02, 0xFF07):
    del _FULL_WIDTH[_quote]
# LLMs and typists run these together.
_JOINED = re.compile(r"(top|upper|bottom|lower|middle|center|centre)(left|right|middle|center|centre)")


class Word(NamedTuple):
    """kind: word (lower case), number, quoted (without its quotes), or typed (what stands behind "name" or "lora").
    column: from 1, in the line as typed.
    """

    kind: str
    text: str
    column: int


class TextLine:
    """A line: its number from 1, its source as typed, and start, the index in it at which its head starts.

    plain: the source, place by place, with the letters, digits and signs of a head as ASCII has them: Chinese, Japanese
    and Arabic keyboards type others.

    mark: of Markdown, with which the head begins, as in `1. **Left half:** a red car` or `**1. Left half:** a red car`;
    usually "".
    """

    def __init__(self, number: int, source: str):
        self.number = number
        self.source = source
        self.plain = plain = _plain(source)
        bullet = _BULLET.match(plain)
        self.start = bullet.end() if bullet else 0
        mark = _MARK.match(source, self.start)
        self.mark = mark[0] if mark else ""
        self.start += len(self.mark)
        inner_bullet = _NUMBER.match(plain, self.start) if self.mark else None
        self.start = inner_bullet.end() if inner_bullet else self.start

    def has_content(self, comments: tuple[str, ...] = ("#", "//")) -> bool:
        """Whether it is no blank line, no comment (they begin with one of these) and no fence of a block of code."""
        source = _INVISIBLE_START.sub("", self.source, count=1)
        return self.source[self.start :].strip() != "" and not source.startswith((*comments, "```"))

    def fail(self, column: int, message: str) -> NoReturn:
        """Raises ValueError: where in the text, and the message."""
        raise ValueError(f"{self.location(column)}: {message}")

    def location(self, column: int) -> str:
        return f"Line {self.number}, column {column}"

    def split(self, separators: str) -> tuple[int, int] | None:
        """(where the head ends, where the prompt begins): around the first separator outside quotes. None: none is."""
        wanted, position = re.compile(rf'["{TYPOGRAPHIC}]|[{separators}]'), self.start
        while match := wanted.search(self.source, position):
            if match[0] in separators:
                return match.span()
            quote = _QUOTE.match(self.source, match.start())
            if quote:
                position = quote.end()
            elif match[0] == '"':  # it is never closed, and then none of the escaped ones after it is
                wanted, position = re.compile(rf"[{separators}]"), match.end()
            else:
                position = match.end()
        return None

    def words(self, end: int, start: int | None = None) -> list[Word]:
        """The words of the head, source[start:end]. Raises ValueError for a character that no head has."""
        words, position = [], self.start if start is None else start
        if start is None and (quote := _QUOTE.match(self.source, position, end)):  # as in JSON: "left": "a car"
            words, position = self.words(quote.end() - 1, position + 1), quote.end()
        while position < end:
            match = _WORD.match(self.plain, position, end)
            if match is None:
                self._fail_at_character(position)
            if match.lastgroup not in ("gap", "stray"):
                words += _words_of(
                    match.lastgroup or "word", self.source[position : match.end()], match[0], position + 1
                )
            position = match.end()
        return words

    def _fail_at_character(self, position: int) -> NoReturn:
        character = self.source[position]
        if character == '"':
            self.fail(position + 1, 'the quote that opens here is not closed; add a " before the colon.')
        self.fail(
            position + 1, f"{abbreviated(character)} was not expected; give a place, then a colon and the prompt."
        )

    def prompt(self, start: int) -> str:
        """The rest of the line from start, without blanks around it; out of its quotes where they enclose all of it."""
        source = self.source[start:].strip()
        if self.mark and self.mark not in self.source[self.start : start]:
            # It ends behind the colon, or with the line.
            source = source[len(self.mark) :] if source.startswith(self.mark) else source.removesuffix(self.mark)
            source = source.strip()
        quote = _QUOTE.match(source)
        is_quoted = quote is not None and source[quote.end() :] in ("", ",")  # the comma of a line copied from JSON
        return unquoted(quote[0]) if quote is not None and is_quoted else source


class Cursor:
    """Reads the words of a line's head one after the other. end: the index in the line at which the head ends."""

    def __init__(self, line: TextLine, words: list[Word], end: int):
        self.line = line
        self.words = words
        self.end = end
        self.position = 0

    @property
    def peek(self) -> Word | None:
        """The word that comes next, None at the end."""
        return self.words[self.position] if self.position < len(self.words) else None

    @property
    def column(self) -> int:
        """Where the next word is, or else where the head ends."""
        return self.peek.column if self.peek else self.end + 1

    def next_word(self) -> Word:
        self.position += 1
        return self.words[self.position - 1]

    def accept(self, words: Container[str]) -> str | None:
        """The next word if it is one of these, else None and the cursor stays."""
        if self.peek and self.peek.kind == "word" and self.peek.text in words:
            return self.next_word().text
        return None

    def skip(self, words: Container[str]) -> None:
        """Past all that come next of these words."""
        while self.accept(words):
            pass

    def fail(self, message: str, column: int | None = None) -> NoReturn:
        """Raises ValueError, by default at the next word."""
        self.line.fail(self.column if column is None else column, message)


def lines_of(source: str) -> list[str]:
    """The lines of a text, without their ends and without a byte order mark; at least one."""
    return re.split(f"\r\n|[{LINE_ENDS}]", source.removeprefix(BYTE_ORDER_MARK))


def nearest(word: str, words: Iterable[str]) -> str:
    """' Did you mean 'left'?', or nothing where none of the words is near."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.7)
    return f" Did you mean '{close[0]}'?" if close else ""


def abbreviated(source: str) -> str:
    """What was typed, as an error quotes it: 30 characters at most."""
    return repr(source if len(source) <= 30 else source[:30] + "...")


def quoted(text: str) -> str:
    """Text in double quotes, in one line; unquoted reads it back."""
    text = text.replace("\\", "\\\\")  # first, as the others bring backslashes of their own
    for escape, character in _ESCAPES.items():
        if character in '"' + LINE_ENDS:
            text = text.replace(character, f"\\{escape}")
    return f'"{text}"'


def unquoted(source: str) -> str:
    """What a text in double quotes says. Backslashes before other characters stay, as in \\( of ComfyUI's prompts;
    and all of them in typographic quotes.
    """
    if source[0] != '"':
        return source[1:-1]
    return re.sub(r"\\(u[0-9a-f]{4}|.)", lambda match: _ESCAPES.get(match[1], match[0]), source[1:-1], flags=re.DOTALL)


def _words_of(kind: str, source: str, plain: str, column: int) -> list[Word]:
    """One word, or the two of a joined one such as topleft. Names are as they were typed."""
    if kind == "typed":
        return [Word(kind, source, column)]
    if kind == "quoted":
        return [Word(kind, unquoted(source), column)]
    joined = _JOINED.fullmatch(plain.lower())
    texts = joined.groups() if joined else (plain.lower(),)
    return [Word(kind, word, column) for word in texts]


def _plain(source: str) -> str:
    """source, of the same length, in ASCII where a character is only another form of one."""
    if source.isascii():
        return source
    plain = source.translate(_FULL_WIDTH)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
