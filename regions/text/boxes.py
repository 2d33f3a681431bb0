"""Boxes, ellipses of the region text: `box 10% 20% 30% 40%` (left top width height) or `box 0 0 to 640px 256px`."""

from __future__ import annotations

from fractions import Fraction

from ..shapes import Ellipse, Rect
from ..shapes.interval import Interval, Number
from .amounts import Amount, as_fraction, parse_amount, with_units
from .line import Cursor
from .rows_columns import CanvasGrid

SHAPE_OF_WORD = {"box": Rect, "rect": Rect, "rectangle": Rect, "ellipse": Ellipse, "oval": Ellipse}
ROUNDING = Fraction(1, 100)
"""Thirds typed as 33% and 34% may overshoot the canvas by this much."""
_CORNERS_HINT = (
    " The four numbers are left, top, width, height; between corners write 'to', as in 'box 10% 20% to 40% 60%'."
)


def parse_box(cursor: Cursor, canvas: CanvasGrid) -> Rect | Ellipse | None:
    """The box or ellipse that comes next, None if none does.

    Raises ValueError, with line and column, for one that is incomplete or not on the canvas.
    """
    kind = cursor.accept(SHAPE_OF_WORD)
    if kind is None:
        return None
    cursor.skip(("from", "at"))
    amounts = _parse_amounts(cursor, 2)
    corners = cursor.accept(("to",)) is not None
    if not corners:
        cursor.skip(("size",))
    amounts = with_units(amounts + _parse_amounts(cursor, 2))
    if cursor.peek and cursor.peek.kind == "number":
        cursor.fail(f"a {kind} has four numbers, and here is a fifth.")
    across = _interval(cursor, amounts[0::2], canvas.width, corners, ("left", "right", "width"))
    down = _interval(cursor, amounts[1::2], canvas.height, corners, ("top", "bottom", "height"))
    x, y, width, height = (float(number) for number in (across.start, down.start, across.size, down.size))
    return SHAPE_OF_WORD[kind](x, y, width, height)


def _parse_amounts(cursor: Cursor, count: int) -> list[Amount]:
    amounts = []
    for _ in range(count):
        amount = parse_amount(cursor)
        if amount is None:
            cursor.fail(
                "expected a number here: a box is left, top, width and height, as in 'box 10% 20% 30% 40%', or two "
                "corners, as in 'box 10% 20% to 40% 60%'."
            )
        amounts.append(amount)
    return amounts


def _interval(cursor: Cursor, amounts: list[Amount], pixels: int, corners: bool, words: tuple) -> Interval:
    """A box along one axis, from its start and its end (corners) or size. words: the names of start, end and size."""
    start, second = (as_fraction(cursor, amount, pixels) for amount in amounts)
    interval = Interval(start, second if corners else start + second)
    start_word, end_word, size_word = words
    start_column, column = (amount.column for amount in amounts)
    flaw = interval.flaw(ROUNDING)
    if flaw == "empty" and corners:
        cursor.fail(f"the {end_word} corner ({_percent(second)}) must lie past the {start_word} one.", column)
    if flaw == "empty":
        cursor.fail(f"the {size_word} is {_percent(second)}; give it a size above 0.", column)
    if flaw == "start":
        cursor.fail(
            f"the box would begin off the canvas: its {start_word} is {_percent(start)}. Give 0% to 100%.",
            start_column,
        )
    if flaw == "end":
        hint = "" if corners else _CORNERS_HINT
        cursor.fail(f"the box would end off the canvas, at {_percent(interval.end)} of its {size_word}.{hint}", column)
    return interval


def _percent(fraction: Number) -> str:
    return f"{float(fraction * 100):g}%"
