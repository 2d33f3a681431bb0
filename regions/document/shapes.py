"""The shapes of a region document: from their JSON to marks, with every value checked."""

from __future__ import annotations

from ..region import Mark
from ..shapes import Ellipse, Polygon, Rect, Shape, Stroke
from .fields import items, mapping, number, shown, text

FAR = 100.0
"""Geometry this many canvases away is no drawing any more: somebody wrote pixels."""


def read_mark(value: object, label: str) -> Mark:
    """One entry of a region's "shapes". Raises ValueError, starting with label, for a value that makes no shape."""
    fields = mapping(value, label)
    if "kind" not in fields:
        raise ValueError(f"{label} has no kind; give one of: {', '.join(KINDS)}.")
    kind = text(fields["kind"], f"{label}: kind")
    if kind not in KINDS:
        raise ValueError(
            f"{label}: kind is {shown(kind)}; give one of: {', '.join(KINDS)}. If a newer Flux Regions made the document, "
            "update the pack."
        )
    label = f"{label} ({kind})"
    mode = text(fields.get("mode", "add"), f"{label}: mode")
    if mode not in ("add", "subtract"):
        raise ValueError(f"{label}: mode is {shown(mode)}; give one of: add, subtract.")
    return Mark(KINDS[kind](fields, label), mode)


def _rect(fields: dict, label: str) -> Shape:
    return Rect(*_box(fields, label))


def _ellipse(fields: dict, label: str) -> Shape:
    return Ellipse(*_box(fields, label))


def _polygon(fields: dict, label: str) -> Shape:
    points = _points(fields, label, at_least=3)
    for point, what in points:
        if len(point) != 2:
            raise ValueError(f"{what} is a list of {len(point)}; give [x, y].")
    return Polygon(tuple(_spot(point, what) for point, what in points))


def _stroke(fields: dict, label: str) -> Shape:
    points = _points(fields, label, at_least=1)
    for point, what in points:
        if len(point) not in (2, 3):
            raise ValueError(f"{what} is a list of {len(point)}; give [x, y, pressure] or [x, y].")
    return Stroke(
        tuple((*_spot(point[:2], what), _pressure(point[2:], what)) for point, what in points),
        _length(fields, "width", label),
    )


KINDS = {"rect": _rect, "ellipse": _ellipse, "polygon": _polygon, "stroke": _stroke}


def _box(fields: dict, label: str) -> tuple[float, float, float, float]:
    x, y = (_place(_needed(fields, key, label), f"{label}: {key}") for key in ("x", "y"))
    return x, y, _length(fields, "width", label), _length(fields, "height", label)


def _points(fields: dict, label: str, at_least: int) -> list[tuple[list, str]]:
    """Each point as it stands in the document, and what to call it."""
    points = items(_needed(fields, "points", label), f"{label}: points")
    if len(points) < at_least:
        raise ValueError(f"{label} has {len(points)} points; give at least {at_least}, or remove the shape.")
    named = [(point, f"{label}, point {place}") for place, point in enumerate(points, start=1)]
    return [(items(point, what), what) for point, what in named]


def _spot(point: list, what: str) -> tuple[float, float]:
    x, y = point
    return _place(x, f"{what}: x"), _place(y, f"{what}: y")


def _pressure(given: list, what: str) -> float:
    pressure = number(given[0], f"{what}: pressure") if given else 1.0
    if not 0 <= pressure <= 1:
        raise ValueError(f"{what}: pressure is {pressure:g}; give 0 to 1.")
    return pressure


def _length(fields: dict, key: str, label: str) -> float:
    length = _place(_needed(fields, key, label), f"{label}: {key}")
    if length < 0:
        raise ValueError(f"{label}: {key} is {length:g}; give 0 or more.")
    return length


def _needed(fields: dict, key: str, label: str) -> object:
    if key not in fields:
        raise ValueError(f'{label} lacks "{key}"; add it.')
    return fields[key]


def _place(value: object, what: str) -> float:
    place = number(value, what)
    if abs(place) > FAR:
        raise ValueError(f"{what} is {place:g}; give fractions of the canvas (0 to 1), not pixels.")
    return place
