"""Named places of the region text: left half, top right, upper third, column 2 of 3, and what two of them have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NoReturn

from ..shapes import Rect
from .amounts import SIZE_WORDS, Amount, as_share, take_size
from .line import Head, nearest, shown
from .rows_columns import LANES, Ground, Span, take_lane

SIDES = {
    "left": ("x", "start"), "right": ("x", "end"), "top": ("y", "start"), "upper": ("y", "start"),
    "bottom": ("y", "end"), "lower": ("y", "end"), "centre": ("", "middle"), "center": ("", "middle"),
    "middle": ("", "middle"), "central": ("", "middle"),
}  # fmt: skip
NOISE = ("the", "of", "side", "corner", "part", "area", "quadrant", "picture", "image", "canvas", "at", "in", "on")
EVERYWHERE = ("everywhere",)
EXAMPLES = "left half, top right, column 2 of 3 or box 10% 20% 30% 40%"
_WHOLE_SIDE = (Fraction(0), Fraction(1))


@dataclass(frozen=True)
class _Part:
    """One direction of a place. axis: "x", "y", or "" for a centre until the other part tells. span: of a lane."""

    word: str
    column: int
    axis: str
    where: str = ""
    size: Amount | None = None
    span: Span | None = None


def take_named_place(head: Head, ground: Ground) -> Rect:
    """The named place that comes next. Raises ValueError, with line and column, for none and for one that may be two."""
    head.skip(NOISE)
    if head.take_word(EVERYWHERE):
        return Rect(0.0, 0.0, 1.0, 1.0)
    parts = []
    while part := _take_part(head, ground):
        parts.append(part)
        head.skip(NOISE)
    if not parts:
        _fail_without_place(head)
    if len(parts) > 2:
        head.fail(
            "a place has one part across and one down, and here is a third. Join areas with plus.", parts[2].column
        )
    spans = {part.axis: _span(head, part, ground) for part in _unmistakable(head, _with_axes(head, parts))}
    (left, right), (top, bottom) = spans.get("x", _WHOLE_SIDE), spans.get("y", _WHOLE_SIDE)
    return Rect(float(left), float(top), float(right - left), float(bottom - top))


def _fail_without_place(head: Head) -> NoReturn:
    word = head.next
    if word is None:
        head.fail(f"a place was expected here, such as {EXAMPLES}.")
    if word.text in ("whole", "all", "full", "entire", "prompt"):
        head.fail("write base for the prompt of the whole picture, everywhere for a region that covers all of it.")
    if word.text in SIZE_WORDS or word.kind == "number":
        head.fail(f"{shown(word.text)} is no place by itself. Say of which side, as in left half or left 40%.")
    known = (*SIDES, *LANES, *EVERYWHERE, "box", "ellipse", "background", "base", "columns", "rows")
    head.fail(
        f"{shown(word.text)} is no place.{nearest(word.text, known)} Give one such as {EXAMPLES}, "
        "then a colon and the prompt."
    )


def _take_part(head: Head, ground: Ground) -> _Part | None:
    column = head.column
    if word := head.take_word(SIDES):
        return _Part(word, column, *SIDES[word], take_size(head))
    if word := head.take_word(LANES):
        return _Part(word, column, LANES[word], span=take_lane(head, ground, word))
    return None


def _with_axes(head: Head, parts: list[_Part]) -> list[_Part]:
    """The same parts, each with its axis: a centre gets the one that the other part leaves free, alone it gets both."""
    if len(parts) == 1 and not parts[0].axis:
        (part,) = parts
        if part.size:
            head.fail(
                f"'{part.word} {part.size.typed}' may be a column or a row. Write 'column 2 of 3', 'row 2 of 3', or a "
                "box such as 'box 30% 30% 40% 40%'.",
                part.column,
            )
        return [replace(part, axis="x"), replace(part, axis="y")]
    if len(parts) == 1:
        return parts
    one, other = parts
    if one.axis == other.axis != "":
        direction = "across" if one.axis == "x" else "down"
        head.fail(f"'{one.word}' and '{other.word}' both say where it is {direction}. Keep one of them.", other.column)
    free = {"x": "y", "y": "x"}
    one_axis = one.axis or free.get(other.axis, "x")
    return [replace(one, axis=one_axis), replace(other, axis=free[one_axis])]


def _unmistakable(head: Head, parts: list[_Part]) -> list[_Part]:
    """The same parts, if each has a size of its own or none has. Of `top left third`, nobody can say what is a third."""
    sides = [part for part in parts if part.span is None]
    sizes = [part.size.typed for part in sides if part.size]
    if len(sides) < 2 or len(sizes) != 1:
        return parts
    one, other = sides
    if other.size and other.size.typed == "quarter":
        return [replace(part, size=None) for part in parts]  # the top left quarter of a picture is well known
    head.fail(
        f"is '{sizes[0]}' the size across, down or both? Write one after each, as in '{one.word} half {other.word} third'.",
        other.column,
    )


def _span(head: Head, part: _Part, ground: Ground) -> Span:
    if part.span:
        return part.span
    size = as_share(head, part.size, ground.pixels(part.axis)) if part.size else Fraction(1, 2)
    if not 0 < size <= 1:
        head.fail(f"the size {part.size.typed} must be above 0 and at most the whole picture.", part.size.column)
    start = {"start": Fraction(0), "middle": (1 - size) / 2, "end": 1 - size}[part.where]
    return start, start + size
