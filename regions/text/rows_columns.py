"""Rows and columns of the region text: `columns 2:1` cuts the picture, `column 1` and `column 2 of 3` are pieces of it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from .amounts import LARGEST, LONGEST, take_amount
from .line import Head, TextLine, shown

LANES = {"column": "x", "col": "x", "row": "y"}
MOST = 100
Span = tuple[Fraction, Fraction]
_CUT = re.compile(r"(columns|cols|rows)(?![^\W_])[\s:=]*", re.I)
_RATIO = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(%?)(?![^\s:,;/|])")


class Ground(NamedTuple):
    """What places are measured on: the picture in pixels, and the edges of the columns and rows that lines have cut it
    into, as fractions from 0 to 1 (empty before such a line)."""

    width: int
    height: int
    x_edges: tuple[Fraction, ...] = ()
    y_edges: tuple[Fraction, ...] = ()

    def pixels(self, axis: str) -> int:
        return self.width if axis == "x" else self.height


def cut(line: TextLine, ground: Ground) -> Ground | None:
    """The ground after a line `columns 2:1:1` or `rows 3`; None for another line. Raises ValueError, with the column."""
    begin = _CUT.match(line.typed, line.start)
    if begin is None:
        return None
    name = "rows" if begin[1].lower() == "rows" else "columns"
    edges = _edges(_ratios(line, begin.end(), name))
    return ground._replace(y_edges=edges) if name == "rows" else ground._replace(x_edges=edges)


def take_lane(head: Head, ground: Ground, word: str) -> Span:
    """What follows `column` or `row`: `2`, of those that a line has cut, or `2 of 3`, of so many equal ones."""
    axis = LANES[word]
    name = "column" if axis == "x" else "row"
    column = head.column
    number = _take_count(head, name)
    edges = ground.x_edges if axis == "x" else ground.y_edges
    if head.take_word(("of",)) and head.next and head.next.kind == "number":
        edges = _edges([Fraction(1)] * _take_count(head, name))
    if not edges:
        head.fail(f"of how many {name}s? Write '{name} {number} of 3', or a line '{name}s 3' above.", column)
    if number > len(edges) - 1:
        head.fail(f"there is no {name} {number}, only {len(edges) - 1}.", column)
    return edges[number - 1], edges[number]


def _take_count(head: Head, name: str) -> int:
    column = head.column
    amount = take_amount(head)
    if amount is None or amount.unit or amount.value not in range(1, MOST + 1):
        head.fail(f"expected a whole number from 1 to {MOST} here, as in '{name} 2 of 3'.", column)
    return int(amount.value)


def _ratios(line: TextLine, start: int, name: str) -> list[Fraction]:
    """The widths after `columns`: one whole number of equal ones, or a ratio such as 2:1:1, or percent."""
    found, units, place = [], set(), start
    while place < len(line.typed.rstrip()):
        match = _RATIO.match(line.typed, place)
        if match is None or len(match[1]) > LONGEST:
            line.fail(
                place + 1,
                f"{shown(line.typed[place:].strip())} is no ratio. Write '{name} 3' or '{name} 2:1:1', and below it a "
                f"line for each region: '{name[:-1]} 1: a red car'.",
            )
        found.append(Fraction(match[1]))
        units.add(match[2])
        if not 0 < found[-1] <= LARGEST:
            line.fail(place + 1, f"a width of {shown(match[1])} cannot be; give a number above 0.")
        place = re.compile(r"[\s:,;/|]*").match(line.typed, match.end()).end()
    if not found:
        line.fail(len(line.typed.rstrip()) + 1, f"how many {name}? Write '{name} 3' or, with a ratio, '{name} 2:1:1'.")
    if len(found) > MOST or len(found) == 1 and (found[0] not in range(1, MOST + 1) or units == {"%"}):
        line.fail(start + 1, f"expected a whole number of {name}, 1 to {MOST}, or a ratio such as 2:1:1.")
    if len(units) > 1:
        line.fail(start + 1, "some of these are in percent and some are not; write all alike.")
    if units == {"%"} and not 99 <= sum(found) <= 101:
        line.fail(start + 1, f"these make {float(sum(found)):g}%, not 100%.")
    return [Fraction(1)] * int(found[0]) if len(found) == 1 else found


def _edges(widths: list[Fraction]) -> tuple[Fraction, ...]:
    """The edges of lanes of these widths, from 0 to 1."""
    edges = [Fraction(0)]
    for width in widths:
        edges.append(edges[-1] + width)
    return tuple(edge / edges[-1] for edge in edges)
