"""Numbers of the region text, exactly as typed: percent, pixels, fractions such as 1/3, and the words half, third, quarter."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from .line import Head, shown

_UNITS = {"%": "%", "percent": "%", "px": "px", "pixel": "px", "pixels": "px"}
_PARTS = {"half": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4}
_COUNTS = {"one": 1, "two": 2, "three": 3}
SIZE_WORDS = (*_PARTS, *_COUNTS)
LONGEST = 400
"""Characters of a number: more than any float needs, few enough to compute with."""
LARGEST = 10**6


class Amount(NamedTuple):
    """value: as typed. unit: "%", "px", "share" for a fraction such as 1/3, or "" where none was given."""

    value: Fraction
    unit: str
    typed: str
    column: int


def take_amount(head: Head) -> Amount | None:
    """The number that comes next, with its unit; None if there is none. Raises ValueError for one out of all bounds."""
    if head.next is None or head.next.kind != "number":
        return None
    word = head.take()
    if len(word.text) > LONGEST:
        head.fail(f"{shown(word.text)} has too many digits.", word.column)
    above, _, below = word.text.partition("/")
    if below and not int(below):
        head.fail(f"{word.text} divides by 0.", word.column)
    value = Fraction(above) / (int(below) if below else 1)
    if abs(value) > LARGEST:
        head.fail(f"{shown(word.text)} is too large.", word.column)
    unit = head.take_word(_UNITS)
    unit = _UNITS[unit] if unit else ("share" if below else "")
    return Amount(value, unit, word.text, word.column)


def with_units(amounts: list[Amount]) -> list[Amount]:
    """The same; a number without a unit has that of the next number that has one, as in `10 20 30 40%`."""
    unit, known = "", []
    for amount in reversed(amounts):
        unit = amount.unit if amount.unit in ("%", "px") else unit
        known.append(amount._replace(unit=amount.unit or unit))
    return known[::-1]


def as_share(head: Head, amount: Amount, pixels: int) -> Fraction:
    """An amount as a fraction of a side that is so many pixels long. Raises ValueError for one without a unit, unless 0."""
    if amount.unit == "%":
        return amount.value / 100
    if amount.unit == "px":
        return amount.value / pixels
    if amount.unit == "" and amount.value != 0:
        percent = f"{float(amount.value * 100):g}%" if abs(amount.value) < 1 else f"{amount.typed}%"
        head.fail(f"{amount.typed} needs a unit: write {percent}, or pixels as in {amount.typed}px.", amount.column)
    return amount.value


def take_size(head: Head) -> Amount | None:
    """The size that comes next, if one does: `third`, `two thirds`, `1/3`, `40%`, `200px`."""
    column = head.column
    amount = take_amount(head)
    if amount is not None:
        return amount
    count = head.take_word(_COUNTS)
    part = head.take_word(_PARTS)
    if part:
        return Amount(Fraction(_COUNTS[count] if count else 1, _PARTS[part]), "share", part, column)
    if count:
        head.fail("expected 'thirds' or 'quarters' here, as in 'left two thirds'.")
    return None
