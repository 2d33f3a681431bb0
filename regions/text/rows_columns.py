"""Rows and columns of the region text: `columns 2:1` splits the picture, `column 1` and `column 2 of 3` are pieces."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from ..shapes.interval import Interval
from .amounts import MAX_DIGITS, MAX_NUMBER, parse_amount
from .line import Cursor, TextLine, abbreviated

AXIS_OF_WORD = {"column": "x", "col": "x", "row": "y"}
MAX_LANES = 100
"""Rows, or columns, of one split."""
_SPLIT = re.compile(r"(columns|cols|rows)(?![^\W_])[\s:=]*", re.IGNORECASE)
_RATIO = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(%?)(?![^\s:,;/|])")
_GAP = re.compile(r"[\s:,;/|]*")


class CanvasGrid(NamedTuple):
    """What places are measured on. width, height: of the picture in pixels.

    x_edges, y_edges: of the columns and rows that lines have split it into, from 0 to 1 (empty before such a line).
    """

    width: int
    height: int
    x_edges: tuple[Fraction, ...] = ()
    y_edges: tuple[Fraction, ...] = ()

    def pixels(self, axis: str) -> int:
        return self.width if axis == "x" else self.height


def parse_split(line: TextLine, canvas: CanvasGrid) -> CanvasGrid | None:
    """The canvas after a line `columns 2:1:1` or `rows 3`; None for another line.

    Raises ValueError, with line and column, for what is no number of rows or columns and no ratio.
    """
    match = _SPLIT.match(line.plain, line.start)
    if match is None:
        return None
    name = "rows" if match[1].lower() == "rows" else "columns"
    edges = _edges(_parse_ratios(line, match.end(), name))
    return canvas._replace(y_edges=edges) if name == "rows" else canvas._replace(x_edges=edges)


def parse_row_or_column(cursor: Cursor, canvas: CanvasGrid, word: str) -> Interval:
    """What follows `column` or `row`: `2`, of those that a line has split, or `2 of 3`, of so many equal ones."""
    axis = AXIS_OF_WORD[word]
    name = "column" if axis == "x" else "row"
    column = cursor.column
    number = _parse_count(cursor, name)
    edges = canvas.x_edges if axis == "x" else canvas.y_edges
    if cursor.accept(("of",)) and cursor.peek and cursor.peek.kind == "number":
        edges = _edges([Fraction(1)] * _parse_count(cursor, name))
    if not edges:
        cursor.fail(f"of how many {name}s? Write '{name} {number} of 3', or a line '{name}s 3' above.", column)
    if number > len(edges) - 1:
        cursor.fail(f"there is no {name} {number}, only {len(edges) - 1}.", column)
    return Interval(edges[number - 1], edges[number])


def _parse_count(cursor: Cursor, name: str) -> int:
    column = cursor.column
    amount = parse_amount(cursor)
    if amount is None or amount.unit or amount.value not in range(1, MAX_LANES + 1):
        cursor.fail(f"expected a whole number from 1 to {MAX_LANES} here, as in '{name} 2 of 3'.", column)
    return int(amount.value)


def _parse_ratios(line: TextLine, start: int, name: str) -> list[Fraction]:
    """The widths after `columns`: one whole number of equal ones, or a ratio such as 2:1:1, or percent."""
    widths: list[Fraction] = []
    units, position, end = set(), start, len(line.source.rstrip())
    while position < end:
        match = _RATIO.match(line.plain, position)
        if match is None or len(match[1]) > MAX_DIGITS:
            line.fail(
                position + 1,
                f"{abbreviated(line.source[position:].strip())} is no ratio. Write '{name} 3' or '{name} 2:1:1', and "
                f"below it a line for each region: '{name[:-1]} 1: a red car'.",
            )
        widths.append(Fraction(match[1]))
        units.add(match[2])
        if not 0 < widths[-1] <= MAX_NUMBER:
            line.fail(position + 1, f"a width of {abbreviated(match[1])} cannot be; give a number above 0.")
        gap = _GAP.match(line.plain, match.end())
        position = gap.end() if gap else match.end()
    if not widths:
        line.fail(end + 1, f"how many {name}? Write '{name} 3' or, with a ratio, '{name} 2:1:1'.")
    equal_count = len(widths) == 1
    if len(widths) > MAX_LANES or (equal_count and (widths[0] not in range(1, MAX_LANES + 1) or units == {"%"})):
        line.fail(start + 1, f"expected a whole number of {name}, 1 to {MAX_LANES}, or a ratio such as 2:1:1.")
    if len(units) > 1:
        line.fail(start + 1, "some of these are in percent and some are not; write all alike.")
    if units == {"%"} and not 99 <= sum(widths) <= 101:
        line.fail(start + 1, f"these make {float(sum(widths)):g}%, not 100%.")
    return [Fraction(1)] * int(widths[0]) if equal_count else widths


def _edges(widths: list[Fraction]) -> tuple[Fraction, ...]:
    """The edges of rows or columns of these widths, from 0 to 1."""
    edges = [Fraction(0)]
    for width in widths:
        edges.append(edges[-1] + width)
    return tuple(edge / edges[-1] for edge in edges)
