"""The legend of a colour map: lines that say what each colour of a picture stands for.

    base = a street in the rain, watercolour
    background = grey houses
    #ff0000 = a red car
    rgb(0, 0, 255), strength 1.2, feather 3%, name umbrella = a woman under a blue umbrella

A line is a colour, options as in the region text (attention/region_text), an equals sign or a colon, and the prompt.
Lines that begin with // or with # and a blank are comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ..region import Region
from ..text.line import Head, TextLine, shown
from ..text.options import OPTIONS, take_options

MAX_CHARACTERS = 100_000
PROMPTS = {"base": "base_prompt", "background": "background_prompt"}
_COLOUR = re.compile(r"#\w*|[^\W\d_]+\s*\([^()]*\)|[^\W\d_]+(?:[ \t]+[^\W\d_]+)*")
RGB = tuple[int, int, int]


class Entry(NamedTuple):
    """rgb: 0..255. region: all but its area. place: its line and column, as an error begins."""

    rgb: RGB
    region: Region
    place: str


class ColourLegend(NamedTuple):
    entries: tuple[Entry, ...]
    base_prompt: str = ""
    background_prompt: str = ""


def read_legend(source: str, colour_of: Callable[[str], RGB], shorter_side: int) -> ColourLegend:
    """The legend in a text. colour_of: a colour as typed to its red, green and blue; raises ValueError for none.

    shorter_side: of the picture in pixels, for feathers in pixels. Raises ValueError, with line and column, for what is
    no legend, and for a colour that is there twice.
    """
    if len(source) > MAX_CHARACTERS:
        raise ValueError(
            f"The legend has {len(source):,} characters, but at most {MAX_CHARACTERS:,} are read. Write shorter prompts."
        )
    entries: dict[RGB, Entry] = {}
    prompts: dict[str, tuple[int, str]] = {}
    for number, typed in enumerate(re.split(r"\r\n|\r|\n", source), start=1):
        line = TextLine(number, typed)
        if typed.strip() == "#" or not line.says_something(comments=("# ", "#\t", "//")):
            continue
        parting = line.split("=:：")
        if parting is None:
            line.fail(
                len(typed.rstrip()) + 1, "there is no '='. Write a colour, =, and the prompt: #ff0000 = a red car."
            )
        end, begin = parting
        field = PROMPTS.get(typed[line.start : end].strip().lower())
        if field is None:
            entry = _entry(line, end, begin, colour_of, shorter_side)
            if entry.rgb in entries:
                first = entries[entry.rgb].place
                line.fail(line.start + 1, f"this colour is there already, in {first[0].lower()}{first[1:]}. Keep one.")
            entries[entry.rgb] = entry
        elif field in prompts:
            line.fail(
                line.start + 1, f"the {field.replace('_', ' ')} is given twice, first in line {prompts[field][0]}."
            )
        else:
            prompts[field] = (number, line.prompt(begin))
    if not entries:
        raise ValueError(
            "The legend names no colour. Write a line for each: a colour, =, and the prompt: #ff0000 = a red car."
        )
    return ColourLegend(tuple(entries.values()), **{field: prompt for field, (_, prompt) in prompts.items()})


def _entry(line: TextLine, end: int, begin: int, colour_of: Callable[[str], RGB], shorter_side: int) -> Entry:
    typed = _colour(line, end)
    try:
        rgb = colour_of(typed)
    except ValueError:
        line.fail(line.start + 1, f"{shown(typed)} is no colour. Write it as #ff0000, red or rgb(255, 0, 0).")
    start = line.start + len(typed)
    head = Head(line, line.words(end, start), end)
    return Entry(
        rgb,
        Region(prompt=line.prompt(begin), **take_options(head, shorter_side, after="colour")),
        line.place(line.start + 1),
    )


def _colour(line: TextLine, end: int) -> str:
    """The colour as typed, which ends before the first option."""
    match = _COLOUR.match(line.typed, line.start, end)
    if match is None:
        line.fail(line.start + 1, "a colour was expected here, such as #ff0000, red or rgb(255, 0, 0).")
    option = re.compile(rf"[ \t]+(?:{'|'.join(OPTIONS)})\b", re.I).search(match[0])
    return match[0][: option.start()] if option else match[0].rstrip()
