"""Named places of the region text: left half, top right, upper third, column 2 of 3, and what two have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NoReturn

from ..shapes import Rect
from ..shapes.interval import Interval
from .amounts import SIZE_WORDS, Amount, as_fraction, parse_size
from .line import Cursor, abbreviated, nearest
from .rows_columns import AXIS_OF_WORD, CanvasGrid, parse_row_or_column

SIDES = {
    "left": ("x", "start"), "right": ("x", "end"), "top": ("y", "start"), "upper": ("y", "start"),
    "bottom": ("y", "end"), "lower": ("y", "end"), "centre": ("", "middle"), "center": ("", "middle"),
    "middle": ("", "middle"), "central": ("", "middle"),
}  # fmt: skip
"""What a word says: the axis ("" where the other direction tells) and the anchor, the end that the place is at."""
FILLER_WORDS = (
    "the", "of", "side", "corner", "part", "area", "quadrant", "picture", "image", "canvas", "at", "in", "on",
)  # fmt: skip
EVERYWHERE = ("everywhere",)
EXAMPLES = "left half, top right, column 2 of 3 or box 10% 20% 30% 40%"
_WHOLE_AXIS = Interval(Fraction(0), Fraction(1))


@dataclass(frozen=True)
class _Direction:
    """What a place says across or down. axis: "x", "y", or "" for a centre until the other one tells.

    anchor: "start", "middle" or "end" of the axis. interval: of a row or column, which has no anchor and no size.
    """

    word: str
    column: int
    axis: str
    anchor: str = ""
    size: Amount | None = None
    interval: Interval | None = None


def parse_named_place(cursor: Cursor, canvas: CanvasGrid) -> Rect:
    """The named place that comes next. Raises ValueError, with line and column, for none or one with two meanings."""
    cursor.skip(FILLER_WORDS)
    if cursor.accept(EVERYWHERE):
        return Rect(0.0, 0.0, 1.0, 1.0)
    directions = []
    while direction := _parse_direction(cursor, canvas):
        directions.append(direction)
        cursor.skip(FILLER_WORDS)
    if not directions:
        _fail_without_place(cursor)
    if len(directions) > 2:
        cursor.fail(
            "a place has one part across and one down, and here is a third. Join areas with plus.",
            directions[2].column,
        )
    directions = _require_unambiguous(cursor, _with_axes(cursor, directions))
    intervals = {direction.axis: _interval(cursor, direction, canvas) for direction in directions}
    return Rect.between(intervals.get("x", _WHOLE_AXIS), intervals.get("y", _WHOLE_AXIS))


def _fail_without_place(cursor: Cursor) -> NoReturn:
    word = cursor.peek
    if word is None:
        cursor.fail(f"a place was expected here, such as {EXAMPLES}.")
    if word.text in ("whole", "all", "full", "entire", "prompt"):
        cursor.fail("write base for the prompt of the whole picture, everywhere for a region that covers all of it.")
    if word.text in SIZE_WORDS or word.kind == "number":
        cursor.fail(f"{abbreviated(word.text)} is no place by itself. Say of which side, as in left half or left 40%.")
    words = (*SIDES, *AXIS_OF_WORD, *EVERYWHERE, "box", "ellipse", "background", "base", "columns", "rows")
    cursor.fail(
        f"{abbreviated(word.text)} is no place.{nearest(word.text, words)} Give one such as {EXAMPLES}, "
        "then a colon and the prompt."
    )


def _parse_direction(cursor: Cursor, canvas: CanvasGrid) -> _Direction | None:
    column = cursor.column
    if word := cursor.accept(SIDES):
        return _Direction(word, column, *SIDES[word], size=parse_size(cursor))
    if word := cursor.accept(AXIS_OF_WORD):
        return _Direction(word, column, AXIS_OF_WORD[word], interval=parse_row_or_column(cursor, canvas, word))
    return None


def _with_axes(cursor: Cursor, directions: list[_Direction]) -> list[_Direction]:
    """The same, each with its axis: a centre gets the one that the other direction leaves free, alone it gets both."""
    if len(directions) == 1 and not directions[0].axis:
        (centre,) = directions
        if centre.size:
            cursor.fail(
                f"'{centre.word} {centre.size.source}' may be a column or a row. Write 'column 2 of 3', 'row 2 of 3', "
                "or a box such as 'box 30% 30% 40% 40%'.",
                centre.column,
            )
        return [replace(centre, axis="x"), replace(centre, axis="y")]
    if len(directions) == 1:
        return directions
    first, second = directions
    if first.axis == second.axis != "":
        axis_word = "across" if first.axis == "x" else "down"
        cursor.fail(
            f"'{first.word}' and '{second.word}' both say where it is {axis_word}. Keep one of them.", second.column
        )
    free_axis = {"x": "y", "y": "x"}
    first_axis = first.axis or free_axis.get(second.axis, "x")
    return [replace(first, axis=first_axis), replace(second, axis=free_axis[first_axis])]


def _require_unambiguous(cursor: Cursor, directions: list[_Direction]) -> list[_Direction]:
    """The same, if each has a size of its own or none has. Of `top left third`, nobody can say what is a third."""
    sides = [direction for direction in directions if direction.interval is None]
    sizes = [side.size.source for side in sides if side.size]
    if len(sides) == 2 and len(sizes) == 1:
        first, second = sides
        if second.size and second.size.source == "quarter":
            # The top left quarter of a picture is well known.
            return [replace(side, size=None) for side in sides]
        cursor.fail(
            f"is '{sizes[0]}' the size across, down or both? "
            f"Write one after each, as in '{first.word} half {second.word} third'.",
            second.column,
        )
    return directions


def _interval(cursor: Cursor, direction: _Direction, canvas: CanvasGrid) -> Interval:
    if direction.interval:
        return direction.interval
    size = Fraction(1, 2)
    if direction.size:
        size = as_fraction(cursor, direction.size, canvas.pixels(direction.axis))
        if not 0 < size <= 1:
            cursor.fail(
                f"the size {direction.size.source} must be above 0 and at most the whole picture.",
                direction.size.column,
            )
    start = {"start": Fraction(0), "middle": (1 - size) / 2, "end": 1 - size}[direction.anchor]
    return Interval(start, start + size)
