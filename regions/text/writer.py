"""From regions to the region text, which reads back as the same regions."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache

from ..region import Region, RegionSet
from ..shapes import Ellipse, Rect, Shape
from .boxes import ROUNDING
from .line import TextLine, quoted
from .reader import read_text

_NAMED = """
everywhere; left half; right half; top half; bottom half; centre
top left; top right; bottom left; bottom right; top centre; bottom centre; left centre; right centre
left third; column 2 of 3; right third; top third; row 2 of 3; bottom third
left two thirds; right two thirds; top two thirds; bottom two thirds
left quarter; column 2 of 4; column 3 of 4; right quarter; top quarter; row 2 of 4; row 3 of 4; bottom quarter
left three quarters; right three quarters; top three quarters; bottom three quarters
"""


def write_text(regions: RegionSet) -> str:
    """The text of a set of regions made of rectangles and ellipses; read_text reads the same regions from it.

    What of a shape lies off the canvas is cut off, which changes nothing in the picture. Raises ValueError, naming the
    region, for what a line cannot say: polygons, strokes, masks, ready-made conditionings, areas wholly off the canvas.
    """
    if regions.background_conditioning is not None:
        raise ValueError("The background has a ready-made conditioning, which text cannot say.")
    lines = [
        f"{word}: {_prompt(prompt)}"
        for word, prompt in (("base", regions.base_prompt), ("background", regions.background_prompt))
        if prompt
    ]
    lines += [_line(region, regions.label(index)) for index, region in enumerate(regions.regions)]
    return "\n".join(lines)


def _line(region: Region, label: str) -> str:
    for what, value in (("a mask", region.mask), ("a ready-made conditioning", region.conditioning)):
        if value is not None:
            raise ValueError(f"{label} has {what}, which text cannot say.")
    return f"{', '.join([_area(region, label), *_options(region)])}: {_prompt(region.prompt)}"


def _area(region: Region, label: str) -> str:
    written = ""
    for mark in region.marks:
        place = _place(mark.shape, label)
        if not written:
            written = place if mark.mode == "add" else ""  # taken away from nothing
        elif place:
            written += f" {'plus' if mark.mode == 'add' else 'minus'} {place}"
    if not written:
        raise ValueError(f"{label} is empty: nothing of it lies on the canvas. Draw its area, or remove the region.")
    return written


def _place(shape: Shape, label: str) -> str:
    """A shape in words, "" for a rectangle that lies off the canvas."""
    if isinstance(shape, Rect):
        shape = shape if _on_canvas(shape) else _cut_off(shape)
        return "" if shape is None else _names().get(shape) or f"box {_box(shape)}"
    if isinstance(shape, Ellipse) and _on_canvas(shape):
        return f"ellipse {_box(shape)}"
    kind = (
        "an ellipse that reaches off the canvas" if isinstance(shape, Ellipse) else f"a {type(shape).__name__.lower()}"
    )
    raise ValueError(f"{label} has {kind}, which text cannot say. Keep it in the Region Canvas.")


def _on_canvas(shape: Rect | Ellipse) -> bool:
    """Whether take_box takes it as it is."""
    sides = ((shape.x, shape.width), (shape.y, shape.height))
    return all(0 <= start < 1 and size > 0 and _exact(start) + _exact(size) <= 1 + ROUNDING for start, size in sides)


def _cut_off(rect: Rect) -> Rect | None:
    """Its part on the canvas, None if there is none."""
    (left, width), (top, height) = (
        (max(_exact(start), Fraction(0)), min(_exact(start) + _exact(size), Fraction(1)))
        for start, size in ((rect.x, rect.width), (rect.y, rect.height))
    )
    if width <= left or height <= top:
        return None
    return Rect(float(left), float(top), float(width - left), float(height - top))


def _exact(number: float) -> Fraction:
    """The number that its shortest decimal spelling says, which is what the text will hold."""
    return Fraction(repr(float(number)))


def _box(shape: Rect | Ellipse) -> str:
    return " ".join(_percent(side) for side in (shape.x, shape.y, shape.width, shape.height))


def _percent(share: float) -> str:
    return f"{_decimal(Decimal(repr(float(share))) * 100)}%"


def _decimal(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _options(region: Region) -> list[str]:
    """Name, strength, feather and window, where they are not those that a line has without."""
    written = []
    if region.name:
        plain = re.fullmatch(r"[^\W\d_]\w*", region.name)
        written.append(f"name {region.name if plain else quoted(region.name)}")
    if region.strength != 1:
        written.append(f"strength {_decimal(Decimal(repr(float(region.strength))))}")
    if region.feather:
        written.append(f"feather {_percent(region.feather)}")
    if (region.start, region.end) != (0, 1):
        written.append(f"steps {_percent(region.start)} to {_percent(region.end)}")
    return written


def _prompt(prompt: str) -> str:
    """The prompt as it is, or in quotes where it would not be read back as it is."""
    return prompt if TextLine(1, prompt).prompt(0) == prompt and not {"\n", "\r"} & set(prompt) else quoted(prompt)


@cache
def _names() -> dict[Rect, str]:
    """The places that have a name, as the reader measures them."""
    names: dict[Rect, str] = {}
    for place in re.split(r"[;\n]\s*", _NAMED.strip()):
        (region,) = read_text(f"{place}:", 1024, 1024).regions
        names.setdefault(region.marks[0].shape, place)
    return names
