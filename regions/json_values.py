"""Values of parsed JSON, each held to its type. `where` says which value it is, as an error begins with it."""

from __future__ import annotations

import math
from typing import TypeGuard

from .printable import printable, whole_characters


def expect_number(value: object, where: str) -> float:
    """A finite number as a float. Raises ValueError for anything else; true and "1" are no numbers."""
    number = as_float(value) if is_number(value) else math.nan
    if math.isnan(number):
        raise ValueError(f"{where} is {as_json(value)}; give a number{', without quotes' * isinstance(value, str)}.")
    if not math.isfinite(number):
        raise ValueError(f"{where} is too large; give a number that a computer can hold.")
    return number


def expect_whole_number(value: object, where: str) -> int:
    """A whole number, also where it is written as 1024.0. Raises ValueError for anything else."""
    number = expect_number(value, where)
    if not number.is_integer():
        raise ValueError(f"{where} is {as_json(value)}; give a whole number.")
    return int(number)


def require_number(value: object, where: str) -> None:
    """Raises ValueError for what is no number at all, and for whole ones that no float can hold; whether it is finite
    and in range is another question.
    """
    if not is_number(value) or (isinstance(value, int) and math.isinf(as_float(value))):
        expect_number(value, where)


def expect_string(value: object, where: str) -> str:
    """Text, in whole characters."""
    if not isinstance(value, str):
        raise ValueError(f"{where} is {as_json(value)}; give text in double quotes.")
    return whole_characters(value)


def expect_bool(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{where} is {as_json(value)}; give true or false.")
    return value


def expect_list(value: object, where: str) -> list:
    if not isinstance(value, list):
        raise ValueError(f"{where} is {as_json(value)}; give a list, as in [ ... ].")
    return value


def expect_object(value: object, where: str) -> dict:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is {as_json(value)}; give an object, as in {{ ... }}.")
    return value


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether JSON calls it a number, which in Python true and false are too."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def as_json(value: object) -> str:
    """A value as an error quotes it: briefly, and as it stands in the JSON."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f'"{printable(value, 40)}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not is_number(value):
        return type(value).__name__
    return "NaN" if math.isnan(as_float(value)) else f"{as_float(value):g}"


def number_outside(value: int | float, low: float = -math.inf, high: float = math.inf) -> str:
    """A number out of low..high as an error writes it: briefly, but with the digits that tell it from what is in it."""
    number = as_float(value)
    if isinstance(value, int) and abs(value) < 10**18:
        return str(value)
    texts = (f"{number:.{digits}g}" for digits in (6, 9, 12, 17))
    return next((text for text in texts if not low <= float(text) <= high), str(value)[:40])


def as_float(number: int | float) -> float:
    """The number, infinite where it is too large: Python's whole numbers have no end."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
