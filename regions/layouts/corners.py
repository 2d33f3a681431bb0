"""A box given by two of its corners, on a grid of a thousand steps along each side, or in pixels or fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..json_values import as_json, expect_number
from ..shapes import Rect
from ..shapes.interval import Interval

STEPS = 1000
"""Of the grid that vision and image models are trained on, along each side of the picture."""
ORDERS = {"yxyx": "[ymin, xmin, ymax, xmax]", "xyxy": "[xmin, ymin, xmax, ymax]"}


def is_corner_list(value: object) -> bool:
    """Whether it is a list of four values, as a box is written."""
    return isinstance(value, (list, tuple)) and len(value) == 4


def corner_numbers(value: object, order: str, label: str) -> tuple[float, float, float, float]:
    """The list of four numbers as (xmin, ymin, xmax, ymax), sides swapped where they are the wrong way round.

    Raises ValueError, starting with label, for anything else.
    """
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise ValueError(f"{label}: its box is {as_json(value)}; give four numbers, {ORDERS[order]}.")
    numbers = [finite_number(number, f"{label}: a number of its box") for number in value]
    (a, b, c, d) = numbers
    x1, y1, x2, y2 = (b, a, d, c) if order == "yxyx" else (a, b, c, d)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def finite_number(value: object, where: str) -> float:
    """A finite number as a float, also of a tensor or an array. Raises ValueError, starting with where, for others."""
    is_single = hasattr(value, "item") and math.prod(getattr(value, "shape", ())) == 1
    try:
        number = value.item() if is_single else value  # type: ignore[attr-defined]
    except (TypeError, ValueError, RuntimeError):
        number = value
    return expect_number(number, where)


def rect_on_canvas(corners: Sequence[float], size: Sequence[float], label: str) -> Rect:
    """The box between corners (xmin, ymin, xmax, ymax) on a picture of size (width, height), in its units.

    What lies off the picture is cut off. Raises ValueError, starting with label, where nothing remains.
    """
    xmin, ymin, xmax, ymax = corners
    width, height = size
    if not (xmax > xmin and ymax > ymin):
        raise ValueError(f"{label} is empty: it is {xmax - xmin:g} wide and {ymax - ymin:g} high.")
    across, down = Interval(xmin / width, xmax / width), Interval(ymin / height, ymax / height)
    if across.flaw(math.inf, clip=True) in ("end", "empty") or down.flaw(math.inf, clip=True) in ("end", "empty"):
        raise ValueError(f"{label} lies off the picture: it begins at {xmin:g}, {ymin:g} of {width:g} x {height:g}.")
    return Rect.between(_clipped(xmin, xmax, width), _clipped(ymin, ymax, height))


def _clipped(start: float, end: float, size: float) -> Interval:
    return Interval(start / size, end / size).clipped()


def to_steps(rect: Rect) -> tuple[int, int, int, int]:
    """The box's corners (xmin, ymin, xmax, ymax) in steps of the grid, at least one step wide and high."""
    xmin, xmax = _steps(rect.x, rect.x + rect.width)
    ymin, ymax = _steps(rect.y, rect.y + rect.height)
    return xmin, ymin, xmax, ymax


def _steps(start: float, end: float) -> tuple[int, int]:
    low, high = (max(0, min(STEPS, round(edge * STEPS))) for edge in (start, end))
    if high > low:
        return low, high
    return (low, low + 1) if low < STEPS else (STEPS - 1, STEPS)
