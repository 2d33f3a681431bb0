"""The fields that shapes have in a region document: coordinates, sizes and points, each checked.

Every function raises ValueError, starting with its label or with where, for a field that is missing or out of range.
"""

from __future__ import annotations

from ..json_values import expect_list, expect_number

MAX_COORDINATE = 100.0
"""Geometry this many canvases away is no drawing any more: somebody wrote pixels."""
MAX_POINTS = 50_000
"""Of one shape; the editor simplifies its lines long before."""


def box_fields(fields: dict, label: str) -> dict[str, float]:
    """x, y, width and height."""
    return {
        "x": _coordinate(_required(fields, "x", label), f"{label}: x"),
        "y": _coordinate(_required(fields, "y", label), f"{label}: y"),
        "width": size_field(fields, "width", label),
        "height": size_field(fields, "height", label),
    }


def size_field(fields: dict, key: str, label: str) -> float:
    """A size of 0 or more."""
    size = _coordinate(_required(fields, key, label), f"{label}: {key}")
    if size < 0:
        raise ValueError(f"{label}: {key} is {size:g}; give 0 or more.")
    return size


def read_points(fields: dict, label: str, at_least: int) -> list[tuple[list, str]]:
    """Each point as it stands in the document, a list, and where that is, as an error calls it."""
    points = expect_list(_required(fields, "points", label), f"{label}: points")
    if len(points) < at_least:
        raise ValueError(f"{label} has {len(points)} points; give at least {at_least}, or remove the shape.")
    if len(points) > MAX_POINTS:
        raise ValueError(f"{label} has {len(points):,} points, but at most {MAX_POINTS:,} are drawn. Draw it simpler.")
    labelled = [(point, f"{label}, point {number}") for number, point in enumerate(points, start=1)]
    return [(expect_list(point, where), where) for point, where in labelled]


def point_fields(point: list, where: str) -> tuple[float, float]:
    """x and y of a point [x, y]."""
    x, y = point
    return _coordinate(x, f"{where}: x"), _coordinate(y, f"{where}: y")


def _required(fields: dict, key: str, label: str) -> object:
    if key not in fields:
        raise ValueError(f'{label} lacks "{key}"; add it.')
    return fields[key]


def _coordinate(value: object, where: str) -> float:
    coordinate = expect_number(value, where)
    if abs(coordinate) > MAX_COORDINATE:
        raise ValueError(f"{where} is {coordinate:g}; give fractions of the canvas (0 to 1), not pixels.")
    return coordinate
