"""The font of names in pictures: Latin, Greek, Cyrillic, Armenian and Georgian letters, the same on every machine.

reports/fonts/ has DejaVu Sans 2.37 (its LICENSE beside it), cut down with `pyftsubset --no-hinting
--layout-features=kern` to U+0020-007E, 00A0-024F, 0259, 02BB-02BC, 0370-03FF, 0400-052F, 0531-058F, 10D0-10FF,
1E00-1EFF, 2010-2027, 2030-203A, 20A0-20BF, 2116, 2122, 2190-2193 and 2212. Scripts that need a larger font, or letters
that join, are left out: whoever draws a name asks has_letters first.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).with_name("fonts") / "DejaVuSans-subset.ttf"


@cache
def font_of_size(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, pixels, layout_engine=ImageFont.Layout.BASIC)


def composed(name: str) -> str:
    """A name with each letter and its accents as one character, where there is one."""
    return unicodedata.normalize("NFC", name)


@cache
def has_letters(name: str) -> bool:
    """Whether the font has a glyph for every letter: for those it lacks it draws the same empty box."""
    return all(letter.isspace() or _glyph(letter) != _glyph("\U0010ffff") for letter in composed(name))


@cache
def _glyph(letter: str) -> bytes:
    picture = Image.new("L", (64, 64))
    ImageDraw.Draw(picture).text((0, 0), letter, fill=255, font=font_of_size(24))
    return picture.tobytes()
