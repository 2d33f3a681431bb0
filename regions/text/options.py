"""What may follow a place in the region text: strength, feather, name, and the window of steps."""

from __future__ import annotations

import re
from fractions import Fraction

from ..region import MAX_FEATHER, Region, check_region
from .amounts import Amount, take_amount, with_units
from .line import Head, nearest, shown

OPTIONS = ("strength", "feather", "name", "steps", "start", "end")


def take_options(head: Head, shorter_side: int, after: str) -> dict[str, object]:
    """The rest of the head, as fields of Region. after: what came before, as an error calls it ("place", "colour").

    shorter_side: of the picture, in pixels. Raises ValueError, with line and column, for words that are no option,
    values out of range, and one that is given twice.
    """
    fields: dict[str, object] = {}
    while head.next:
        word = head.next
        option = head.take_word(OPTIONS)
        if option is None:
            head.fail(
                f"{shown(word.text)} was not expected after the {after}.{nearest(word.text, OPTIONS)} Here may stand "
                f"{', '.join(OPTIONS)}; before the prompt a colon."
            )
        given = _READERS[option](head, shorter_side)
        for field in given:
            if field in fields:
                head.fail(f"{field} is given twice. Keep one.", word.column)
        fields |= given
        check_region(Region(**fields), head.line.place(word.column))
    return fields


def _strength(head: Head, shorter_side: int) -> dict:
    amount = _needed(head, "strength", "strength 1.2")
    _refuse_pixels(head, amount)
    return {"strength": float(amount.value / 100 if amount.unit == "%" else amount.value)}


def _feather(head: Head, shorter_side: int) -> dict:
    amount = _needed(head, "feather", "feather 5%")
    if amount.unit == "" and amount.value > MAX_FEATHER:
        head.fail(
            f"is feather {amount.typed} in percent of the shorter side or in pixels? Write {amount.typed}% or "
            f"{amount.typed}px.",
            amount.column,
        )
    unit = {"%": Fraction(1, 100), "px": Fraction(1, shorter_side)}.get(amount.unit, 1)
    return {"feather": float(amount.value * unit)}


def _name(head: Head, shorter_side: int) -> dict:
    word = head.next
    if word is None:
        head.fail('expected a name here: a word, or several in double quotes, as in name "red fox".')
    if word.kind == "quoted":
        return {"name": head.take().text}
    # As it was typed, up to the next blank: capitals, digits and hyphens are part of a name.
    name = re.compile(r"[^\s,;=()]+").match(head.line.typed, word.column - 1, head.end)[0]
    while head.next and head.next.column < word.column + len(name):
        head.take()
    return {"name": name}


def _steps(head: Head, shorter_side: int) -> dict:
    start = _needed(head, "steps", "steps 20% to 60%")
    head.skip(("to", "until"))
    end = _needed(head, "steps", "steps 20% to 60%")
    start, end = with_units([start, end])
    return {"start": _moment(head, start), "end": _moment(head, end)}


def _start(head: Head, shorter_side: int) -> dict:
    return {"start": _moment(head, _needed(head, "start", "start 20%"))}


def _end(head: Head, shorter_side: int) -> dict:
    return {"end": _moment(head, _needed(head, "end", "end 60%"))}


_READERS = {"strength": _strength, "feather": _feather, "name": _name, "steps": _steps, "start": _start, "end": _end}


def _needed(head: Head, option: str, example: str) -> Amount:
    amount = take_amount(head)
    if amount is None:
        head.fail(f"expected a number for {option} here, as in '{example}'.")
    return amount


def _moment(head: Head, amount: Amount) -> float:
    _refuse_pixels(head, amount)
    if amount.unit == "" and amount.value > 1:
        head.fail(
            f"{amount.typed} is no share of the steps; write percent, as in 'steps 20% to 60%', or 0 to 1.",
            amount.column,
        )
    return float(amount.value / 100 if amount.unit == "%" else amount.value)


def _refuse_pixels(head: Head, amount: Amount) -> None:
    if amount.unit == "px":
        head.fail(f"{amount.typed}px cannot be meant here; give a number or percent.", amount.column)
