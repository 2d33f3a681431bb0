"""Numbers of the region text, exactly as typed: percent, pixels, fractions such as 1/3, and words such as half."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from .line import Cursor, abbreviated

_UNITS = {"%": "%", "percent": "%", "px": "px", "pixel": "px", "pixels": "px"}
_FRACTION_WORDS = {"half": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4}
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3}
SIZE_WORDS = (*_FRACTION_WORDS, *_NUMBER_WORDS)
MAX_DIGITS = 400
"""Characters of a number: more than any float needs, few enough to compute with."""
MAX_NUMBER = 10**6


class Amount(NamedTuple):
    """value: as typed. unit: "%", "px", "fraction" for one such as 1/3, or "" without a unit. source: its text."""

    value: Fraction
    unit: str
    source: str
    column: int


def parse_amount(cursor: Cursor) -> Amount | None:
    """The number that comes next, with its unit; None if there is none. Raises ValueError for one out of all bounds."""
    if cursor.peek is None or cursor.peek.kind != "number":
        return None
    word = cursor.next_word()
    if len(word.text) > MAX_DIGITS:
        cursor.fail(f"{abbreviated(word.text)} has too many digits.", word.column)
    numerator, _, denominator = word.text.partition("/")
    if denominator and not int(denominator):
        cursor.fail(f"{word.text} divides by 0.", word.column)
    value = Fraction(numerator) / (int(denominator) if denominator else 1)
    if abs(value) > MAX_NUMBER:
        cursor.fail(f"{abbreviated(word.text)} is too large.", word.column)
    unit = cursor.accept(_UNITS)
    unit = _UNITS[unit] if unit else ("fraction" if denominator else "")
    return Amount(value, unit, word.text, word.column)


def with_units(amounts: list[Amount]) -> list[Amount]:
    """The same; a number without a unit has that of the next number that has one, as in `10 20 30 40%`."""
    next_unit, complete = "", []
    for amount in reversed(amounts):
        next_unit = amount.unit if amount.unit in ("%", "px") else next_unit
        complete.append(amount._replace(unit=amount.unit or next_unit))
    return complete[::-1]


def as_fraction(cursor: Cursor, amount: Amount, pixels: int) -> Fraction:
    """An amount as a fraction of a side of so many pixels. Raises ValueError for one without a unit, unless it is 0."""
    if amount.unit == "%":
        return amount.value / 100
    if amount.unit == "px":
        return amount.value / pixels
    if amount.unit == "" and amount.value != 0:
        percent = f"{float(amount.value * 100):g}%" if abs(amount.value) < 1 else f"{amount.source}%"
        cursor.fail(f"{amount.source} needs a unit: write {percent}, or pixels as in {amount.source}px.", amount.column)
    return amount.value


def parse_size(cursor: Cursor) -> Amount | None:
    """The size that comes next, if one does: `third`, `two thirds`, `1/3`, `40%`, `200px`."""
    column = cursor.column
    amount = parse_amount(cursor)
    if amount is not None:
        return amount
    number = cursor.accept(_NUMBER_WORDS)
    fraction = cursor.accept(_FRACTION_WORDS)
    if fraction:
        value = Fraction(_NUMBER_WORDS[number] if number else 1, _FRACTION_WORDS[fraction])
        return Amount(value, "fraction", fraction, column)
    if number:
        cursor.fail("expected 'thirds' or 'quarters' here, as in 'left two thirds'.")
    return None
