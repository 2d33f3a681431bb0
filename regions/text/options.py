"""What may follow a place in the region text: strength, feather, name, the window of steps, and LoRAs."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ..region import Region, check_region
from ..region_fields import FEATHER
from ..region_lora import RegionLora
from .amounts import Amount, parse_amount, with_units
from .line import Cursor, abbreviated, nearest

OPTIONS = ("strength", "feather", "name", "steps", "start", "end", "lora")


def parse_options(cursor: Cursor, shorter_side: int, after: str) -> dict[str, Any]:
    """The rest of the head, as fields of Region. after: what came before, as an error calls it ("place", "colour").

    shorter_side: of the picture, in pixels. Raises ValueError, with line and column, for words that are no option,
    values out of range, and one that is given twice; only LoRAs may be many.
    """
    fields: dict[str, Any] = {}
    while cursor.peek:
        word = cursor.peek
        option = cursor.accept(OPTIONS)
        if option is None:
            cursor.fail(
                f"{abbreviated(word.text)} was not expected after the {after}.{nearest(word.text, OPTIONS)} "
                f"Here may stand {', '.join(OPTIONS)}; before the prompt a colon."
            )
        values = _feather(cursor, shorter_side) if option == "feather" else _PARSERS[option](cursor)
        if option == "lora":
            values = {"loras": (*fields.get("loras", ()), *values["loras"])}
        else:
            for field in values:
                if field in fields:
                    cursor.fail(f"{field} is given twice. Keep one.", word.column)
        fields |= values
        check_region(Region(**fields), cursor.line.location(word.column))
    return fields


def _strength(cursor: Cursor) -> dict:
    amount = _require_number(cursor, "strength", "strength 1.2")
    _refuse_pixels(cursor, amount)
    return {"strength": float(amount.value / 100 if amount.unit == "%" else amount.value)}


def _feather(cursor: Cursor, shorter_side: int) -> dict:
    amount = _require_number(cursor, "feather", "feather 5%")
    if amount.unit == "" and amount.value > FEATHER.high:
        cursor.fail(
            f"is feather {amount.source} in percent of the shorter side or in pixels? Write {amount.source}% or "
            f"{amount.source}px.",
            amount.column,
        )
    unit = {"%": Fraction(1, 100), "px": Fraction(1, shorter_side)}.get(amount.unit, 1)
    return {"feather": float(amount.value * unit)}


def _name(cursor: Cursor) -> dict:
    return {"name": _typed_name(cursor, 'a name here: a word, or several in double quotes, as in name "red fox"')}


def _lora(cursor: Cursor) -> dict:
    name = _typed_name(cursor, 'the name of a LoRA here, as in lora anna 0.8, or lora "people/anna b" 0.8')
    amount = parse_amount(cursor)
    if amount is None:
        return {"loras": (RegionLora(name),)}
    _refuse_pixels(cursor, amount)
    return {"loras": (RegionLora(name, float(amount.value / 100 if amount.unit == "%" else amount.value)),)}


def _typed_name(cursor: Cursor, expected: str) -> str:
    word = cursor.peek
    if word is None:
        cursor.fail(f"expected {expected}.")
    if word.kind in ("quoted", "typed"):
        return cursor.next_word().text
    # As it was typed, up to the next blank: capitals, digits and hyphens are part of a name.
    match = re.compile(r"[^\s,;=()*`]+").match(cursor.line.source, word.column - 1, cursor.end)
    name = match[0] if match else word.text
    while cursor.peek and cursor.peek.column < word.column + len(name):
        cursor.next_word()
    return name


def _steps(cursor: Cursor) -> dict:
    start = _require_number(cursor, "steps", "steps 20% to 60%")
    cursor.skip(("to", "until"))
    end = _require_number(cursor, "steps", "steps 20% to 60%")
    start, end = with_units([start, end])
    return {"start": _step_fraction(cursor, start), "end": _step_fraction(cursor, end)}


def _start(cursor: Cursor) -> dict:
    return {"start": _step_fraction(cursor, _require_number(cursor, "start", "start 20%"))}


def _end(cursor: Cursor) -> dict:
    return {"end": _step_fraction(cursor, _require_number(cursor, "end", "end 60%"))}


_PARSERS = {"strength": _strength, "name": _name, "steps": _steps, "start": _start, "end": _end, "lora": _lora}


def _require_number(cursor: Cursor, option: str, example: str) -> Amount:
    amount = parse_amount(cursor)
    if amount is None:
        cursor.fail(f"expected a number for {option} here, as in '{example}'.")
    return amount


def _step_fraction(cursor: Cursor, amount: Amount) -> float:
    """A moment of the sampling, as a fraction of the steps."""
    _refuse_pixels(cursor, amount)
    if amount.unit == "" and amount.value > 1:
        cursor.fail(
            f"{amount.source} is no fraction of the steps; write percent, as in 'steps 20% to 60%', or 0 to 1.",
            amount.column,
        )
    return float(amount.value / 100 if amount.unit == "%" else amount.value)


def _refuse_pixels(cursor: Cursor, amount: Amount) -> None:
    if amount.unit == "px":
        cursor.fail(f"{amount.source}px cannot be meant here; give a number or percent.", amount.column)
