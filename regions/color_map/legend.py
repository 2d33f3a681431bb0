"""The legend of a colour map: lines that say what each colour of a picture stands for.

    base = a street in the rain, watercolour
    background = grey houses
    #ff0000 = a red car
    rgb(0, 0, 255), strength 1.2, feather 3%, name umbrella = a woman under a blue umbrella

A line is a colour, options as in the region text (regions/text), an equals sign or a colon, and the prompt.
Lines that begin with // or with # and a blank are comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ..json_values import expect_string
from ..region import Region
from ..text.line import Cursor, TextLine, abbreviated, lines_of
from ..text.options import OPTIONS, parse_options
from ..text.reader import PROMPT_FIELDS
from .ids import MAX_ID

MAX_CHARACTERS = 100_000
MAX_COLORS = 256
# Six digits are one without its #, too; or three, where one is no letter: "bad" is no colour.
_BARE_HEX = re.compile(r"(?:0x)?([0-9a-f]{6}|(?=[a-f]{0,2}[0-9])[0-9a-f]{3})(?![^\W_])", re.IGNORECASE)
_OPTION = re.compile(rf"(?<![ \t])[ \t]+(?:{'|'.join(OPTIONS)})\b", re.IGNORECASE)
_COLOR = re.compile(r"#\w*|[^\W\d_]+\s*\([^()]*\)|[^\W\d_]+(?:[ \t]+[^\W\d_]+)*")
RGB = tuple[int, int, int]


class Entry(NamedTuple):
    """rgb: 0..255. region: all but its area. location: its line and column, as an error begins."""

    rgb: RGB
    region: Region
    location: str


class ColorLegend(NamedTuple):
    """entries: in the order of the text, each with a colour of its own."""

    entries: tuple[Entry, ...]
    base_prompt: str = ""
    background_prompt: str = ""


def read_legend(source: str, color_of: Callable[[str], RGB], shorter_side: int) -> ColorLegend:
    """The legend in a text. color_of: a colour as typed to its red, green and blue; raises ValueError for none.

    shorter_side: of the picture in pixels, for feathers in pixels. Raises ValueError, with line and column, for what is
    no legend, and for a colour that is there twice.
    """
    source = expect_string(source, "legend")
    if len(source) > MAX_CHARACTERS:
        raise ValueError(
            f"The legend has {len(source):,} characters, but at most {MAX_CHARACTERS:,} are read. "
            "Write shorter prompts."
        )
    entries: dict[RGB, Entry] = {}
    prompts: dict[str, tuple[int, str]] = {}
    for number, line_source in enumerate(lines_of(source), start=1):
        line = TextLine(number, line_source)
        if line_source.strip() == "#" or not line.has_content(comments=("# ", "#\t", "//")):
            continue
        split = line.split("=:\N{FULLWIDTH COLON}\N{FULLWIDTH EQUALS SIGN}")
        if split is None:
            line.fail(
                len(line_source.rstrip()) + 1,
                "there is no '='. Write a colour, =, and the prompt: #ff0000 = a red car.",
            )
        head_end, prompt_start = split
        field = PROMPT_FIELDS.get(line.plain[line.start : head_end].strip(" \t*_`").lower())
        if field is None:
            entry = _read_entry(line, head_end, prompt_start, color_of, shorter_side)
            if entry.rgb in entries:
                first = entries[entry.rgb].location
                line.fail(line.start + 1, f"this colour is there already, in {first[0].lower()}{first[1:]}. Keep one.")
            if len(entries) == MAX_COLORS:
                line.fail(line.start + 1, f"a legend has at most {MAX_COLORS} colours. Use fewer.")
            entries[entry.rgb] = entry
        elif field in prompts:
            line.fail(
                line.start + 1, f"the {field.replace('_', ' ')} is given twice, first in line {prompts[field][0]}."
            )
        else:
            prompts[field] = (number, line.prompt(prompt_start))
    if not entries:
        raise ValueError(
            "The legend names no colour. Write a line for each: a colour, =, and the prompt: #ff0000 = a red car."
        )
    return ColorLegend(tuple(entries.values()), **{field: prompt for field, (_, prompt) in prompts.items()})


def _read_entry(
    line: TextLine, head_end: int, prompt_start: int, color_of: Callable[[str], RGB], shorter_side: int
) -> Entry:
    bare_hex = _BARE_HEX.match(line.plain, line.start, head_end)
    color = bare_hex[0] if bare_hex else _color(line, head_end)
    try:
        rgb = color_of(f"#{bare_hex[1]}" if bare_hex else color)
    except ValueError:
        forms = f"id(0) to id({MAX_ID})" if color.lower().startswith("id") else "#ff0000, red or rgb(255, 0, 0)"
        noun = "id" if color.lower().startswith("id") else "colour"
        line.fail(line.start + 1, f"{abbreviated(color)} is no {noun}. Write it as {forms}.")
    cursor = Cursor(line, line.words(head_end, line.start + len(color)), head_end)
    region = Region(prompt=line.prompt(prompt_start), **parse_options(cursor, shorter_side, after="colour"))
    return Entry(rgb, region, line.location(line.start + 1))


def _color(line: TextLine, head_end: int) -> str:
    """The colour as typed, which ends before the first option."""
    match = _COLOR.match(line.plain, line.start, head_end)
    if match is None:
        line.fail(
            line.start + 1,
            "a colour was expected here, such as #ff0000, red or rgb(255, 0, 0); or id(3) of a segmentation map.",
        )
    option = _OPTION.search(match[0])
    return match[0][: option.start()] if option else match[0].rstrip()
