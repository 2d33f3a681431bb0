"""The values in a region document, each held to its type; `what` says which value it is, as an error begins with it."""

from __future__ import annotations

import math


def number(value: object, what: str) -> float:
    """A finite number as it is. Raises ValueError for anything else; true and "1" are no numbers."""
    if not isinstance(value, float):
        raise ValueError(f"{what} is {shown(value)}; give a number{', without quotes' * isinstance(value, str)}.")
    if not math.isfinite(value):
        raise ValueError(f"{what} is too large; give a number that a computer can hold.")
    return value


def text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{what} is {shown(value)}; give text in double quotes.")
    return value


def flag(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{what} is {shown(value)}; give true or false.")
    return value


def items(value: object, what: str) -> list:
    if not isinstance(value, list):
        raise ValueError(f"{what} is {shown(value)}; give a list, as in [ ... ].")
    return value


def mapping(value: object, what: str) -> dict:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is {shown(value)}; give an object, as in {{ ... }}.")
    return value


def shown(value: object) -> str:
    """A value as an error quotes it: briefly, and as it stands in the JSON."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 40 else f'"{value[:40]}..."'
    if isinstance(value, float):
        return f"{value:g}"
    return {None: "null", True: "true", False: "false"}[value]
