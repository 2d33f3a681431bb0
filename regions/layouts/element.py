"""The description of one element of a layout: what is there, the words that are written there, and its colours.

A region has one prompt, so the three become one text, in a form that can be taken apart again:

    the words "SALE": bold red letters (colours #FF0000, #FFFFFF)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .labels import clean_text

MAX_COLORS = 5
"""Of an element: ComfyUI's Create Bounding Boxes writes no more."""

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_WORDS, _COLORS = 'the words "', " (colours "


class Element(NamedTuple):
    """description: what is there. words: the text that the picture shows there, "" for none. colors: as #RRGGBB."""

    description: str = ""
    words: str = ""
    colors: tuple[str, ...] = ()

    @classmethod
    def of_fields(cls, fields: Mapping, colors_key: str) -> Element:
        """From the fields of ComfyUI's elements: type, text, desc, and colours under colors_key."""
        is_text = fields.get("type") == "text"
        colors = fields.get(colors_key)
        colors = colors if isinstance(colors, (list, tuple)) else ()
        return cls(
            clean_text(fields.get("desc")),
            clean_text(fields.get("text")) if is_text else "",
            tuple(color.upper() for color in colors if isinstance(color, str) and _COLOR.fullmatch(color))[:MAX_COLORS],
        )

    @classmethod
    def of_prompt(cls, prompt: str) -> Element:
        """The element whose prompt this is; of any other text, one with that description."""
        rest, colors = f" {prompt}", ()
        start = rest.rfind(_COLORS)
        if start >= 0 and rest.endswith(")"):
            listed = tuple(rest[start + len(_COLORS) : -1].split(", "))
            if all(_COLOR.fullmatch(color) for color in listed):
                rest, colors = rest[:start], listed
        rest, words = rest.removeprefix(" "), ""
        if rest.startswith(_WORDS):
            words, quote, description = rest.removeprefix(_WORDS).partition('": ')
            words, rest = (words, description) if quote else (words.removesuffix('"'), "")
        element = cls(rest, words, colors)
        return element if element.prompt == prompt else cls(prompt)

    @property
    def prompt(self) -> str:
        """The region's prompt."""
        parts = [f'{_WORDS}{self.words}"'] if self.words else []
        parts += [self.description] if self.description else []
        colors = f"{_COLORS}{', '.join(self.colors)})" if self.colors else ""
        return (": ".join(parts) + colors).strip()
