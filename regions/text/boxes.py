"""Boxes and ellipses of the region text: `box 10% 20% 30% 40%` (left, top, width, height), `box 0 0 to 640px 256px` (corners)."""

from __future__ import annotations

from fractions import Fraction

from ..shapes import Ellipse, Rect
from .amounts import Amount, as_share, take_amount, with_units
from .line import Head
from .rows_columns import Ground

BOXES = {"box": Rect, "rect": Rect, "rectangle": Rect, "ellipse": Ellipse, "oval": Ellipse}
ROUNDING = Fraction(1, 100)
"""Thirds typed as 33% and 34% may overshoot the canvas by this much."""


def take_box(head: Head, ground: Ground) -> Rect | Ellipse | None:
    """The box or ellipse that comes next, None if none does. Raises ValueError, with the column, unless it is on the canvas."""
    kind = head.take_word(BOXES)
    if kind is None:
        return None
    head.skip(("from", "at"))
    amounts = _amounts(head, 2)
    corners = head.take_word(("to",)) is not None
    if not corners:
        head.skip(("size",))
    amounts = with_units(amounts + _amounts(head, 2))
    if head.next and head.next.kind == "number":
        head.fail(f"a {kind} has four numbers, and here is a fifth.")
    across = _stretch(head, amounts[0::2], ground.width, corners, ("left", "right", "width"))
    down = _stretch(head, amounts[1::2], ground.height, corners, ("top", "bottom", "height"))
    return BOXES[kind](float(across[0]), float(down[0]), float(across[1]), float(down[1]))


def _amounts(head: Head, count: int) -> list[Amount]:
    found = []
    for _ in range(count):
        amount = take_amount(head)
        if amount is None:
            head.fail(
                "expected a number here: a box is left, top, width and height, as in 'box 10% 20% 30% 40%', or two "
                "corners, as in 'box 10% 20% to 40% 60%'."
            )
        found.append(amount)
    return found


def _stretch(head: Head, amounts: list[Amount], pixels: int, corners: bool, words: tuple) -> tuple[Fraction, Fraction]:
    """(start, size) of a box along one axis. words: what its start, end and size are called."""
    start, second = (as_share(head, amount, pixels) for amount in amounts)
    size = second - start if corners else second
    start_word, end_word, size_word = words
    column = amounts[1].column
    if size <= 0 and corners:
        head.fail(f"the {end_word} corner ({_percent(second)}) must lie past the {start_word} one.", column)
    if size <= 0:
        head.fail(f"the {size_word} is {_percent(size)}; give it a size above 0.", column)
    if not 0 <= start < 1:
        head.fail(
            f"the box would begin off the canvas: its {start_word} is {_percent(start)}. Give 0% to 100%.",
            amounts[0].column,
        )
    if start + size > 1 + ROUNDING:
        hint = (
            ""
            if corners
            else f" The four numbers are left, top, width, height; between corners write 'to', as in {_HINT}."
        )
        head.fail(f"the box would end off the canvas, at {_percent(start + size)} of its {size_word}.{hint}", column)
    return start, size


_HINT = "'box 10% 20% to 40% 60%'"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"
