"""From the text of a chat model's answer to regions, through the region document's own reader."""

from __future__ import annotations

from collections.abc import Callable

from ..regions import Interval, RegionSet, region_label, regions_from_document
from ..regions.json_in_text import Answer, answers_in, excerpt
from ..regions.json_values import expect_number

MAX_CHARACTERS = 200_000
"""Of an answer, thoughts included; thirty-two regions are a tenth of it."""
MAX_REGIONS = 32
CORNERS = ("left", "top", "right", "bottom")
BOX_KEYS = ("box", "bbox", "bbox_2d")
"""What models call a box with the left first; the first is asked for."""
SIDES = ("x", "y", "width", "height")
BOX_SCALE = 1000
"""Boxes are asked for in whole numbers from 0 to this, which models are trained on and grammars can enforce."""


def read_answer(answer: str, max_regions: int, check: Callable[[], None] = lambda: None) -> RegionSet:
    """The planned regions, 1 to max_regions of them, each with a prompt and a box on the picture.

    check: as in answers_in. Raises ValueError, one or two sentences that a model and a person understand, for anything
    else.
    """
    plan = plan_in(answer, check)
    entries = plan.get("regions")
    if not isinstance(entries, list) or not entries:
        raise ValueError('The answer has no regions: "regions" must be a list with one object for each of them.')
    if len(entries) > max_regions:
        raise ValueError(f"The answer has {len(entries)} regions; at most {max_regions} are allowed.")
    document = {"schema": 1, "regions": [_document_region(entry, index) for index, entry in enumerate(entries)]}
    document |= {key: _one_line(plan[key]) for key in ("base_prompt", "background_prompt") if plan.get(key) is not None}
    return regions_from_document(document)


def plan_in(answer: str, check: Callable[[], None] = lambda: None) -> dict:
    """The last complete object of the answer that has regions, or else the key, or else the last one at all; a list of
    regions alone is such an object, too.

    Raises ValueError where there is no object, and for more than MAX_CHARACTERS.
    """
    if len(answer) > MAX_CHARACTERS:
        raise ValueError(f"The answer has {len(answer):,} characters, which is no plan of a picture; {excerpt(answer)}")
    last, mistake = None, ""
    for reading in answers_in(answer, check):
        objects, lists = _objects(reading, in_thought=False), _region_lists(reading)
        in_thought = _objects(reading, in_thought=True)
        mistake = mistake or reading.mistake
        for candidates in (objects, lists, in_thought):
            with_key = [candidate for candidate in candidates if "regions" in candidate]
            filled = [candidate for candidate in with_key if candidate["regions"]]  # an empty one is an example
            if with_key:
                return (filled or with_key)[-1]
        whole = [found.parsed.objects[-1] for found in reading.values if not found.parsed.flaw and found.parsed.objects]
        last = last or (whole or [None])[-1]
    if last is None:
        raise ValueError(
            f"The answer holds no complete JSON object; {excerpt(answer)}"
            + (f" It is no JSON any more: {mistake}." if mistake else "")
        )
    return last


def _objects(reading: Answer, in_thought: bool) -> list[dict]:
    """All complete objects, in their order, inner ones before those that hold them."""
    return [
        candidate for found in reading.values if found.in_thought == in_thought for candidate in found.parsed.objects
    ]


def _region_lists(reading: Answer) -> list[dict]:
    """A plan for each complete list of objects with a prompt and a box."""
    lists = (found.parsed.value for found in reading.values if not found.parsed.flaw and not found.in_thought)
    return [{"regions": value} for value in lists if isinstance(value, list) and value and all(map(_is_region, value))]


def _is_region(value: object) -> bool:
    return isinstance(value, dict) and "prompt" in value and _first_of(value, BOX_KEYS) is not None


def _document_region(entry: object, index: int) -> dict:
    """A region of the answer as one of the document; types are for the document's reader to check."""
    if not isinstance(entry, dict):
        raise ValueError(f"{region_label(index, '')} is no object; give it a name, a prompt and a box.")
    name, prompt = _one_line(entry.get("name") or ""), _one_line(entry.get("prompt") or "")
    label = region_label(index, name) if isinstance(name, str) else region_label(index, "")
    if not prompt:
        raise ValueError(f"{label} has no prompt; say what to draw there.")
    return {"name": name, "prompt": prompt, "shapes": [{"kind": "rect", **_box(_first_of(entry, BOX_KEYS), label)}]}


def _first_of(entry: dict, keys: tuple[str, ...]) -> object:
    return next((entry[key] for key in keys if key in entry), None)


def _box(box: object, label: str) -> dict[str, float]:
    """x, y, width and height, in fractions, of the part of a box that lies on the picture.

    Raises ValueError for what is no box, or one with no part on the picture.
    """
    if isinstance(box, list) and len(box) == len(CORNERS):
        box = dict(zip(CORNERS, box, strict=True))
    fields: dict = box if isinstance(box, dict) else {}
    names = next((names for names in (CORNERS, SIDES) if set(names) <= set(fields)), None)
    if names is None:
        raise ValueError(
            f'{label}: its "box" must be [left, top, right, bottom], four whole numbers from 0 to {BOX_SCALE}.'
        )
    numbers = [expect_number(fields[name], f"{label}: {name}") for name in names]
    # Fractions of the picture, or 0 and 1, are meant as such by a model that answers in them all the same.
    greatest, are_whole = max(map(abs, numbers)), all(number.is_integer() for number in numbers)
    if greatest > 2 and any(0 < abs(number) < 1 for number in numbers):
        raise ValueError(
            f"{label}: its box mixes fractions and whole numbers. Give [left, top, right, bottom], four whole numbers "
            f"from 0 to {BOX_SCALE}."
        )
    scale = 1 if greatest <= 1 or (greatest <= 2 and not are_whole) else BOX_SCALE
    if names is SIDES:
        x, y, width, height = numbers
        if width <= 0 or height <= 0:
            raise ValueError(f"{label}: its box is empty: it is {width:g} wide and {height:g} high.")
        numbers = [x, y, x + width, y + height]
    sides = {}
    for start_name, size_name, ends in (("x", "width", numbers[0::2]), ("y", "height", numbers[1::2])):
        start, end = sorted(number / scale for number in ends)
        across = Interval(start, end).clipped()
        if across.size <= 0:
            flaw = "is empty" if start == end else "lies off the picture"
            raise ValueError(
                f"{label}: its box {flaw}: from {ends[0]:g} to {ends[1]:g}. Give [left, top, right, bottom] in "
                f"whole numbers from 0 to {BOX_SCALE}."
            )
        sides |= {start_name: float(across.start), size_name: float(across.size)}
    return sides


def _one_line(value: object) -> object:
    """Text on one line, in characters that can be written down (no half surrogates); anything else as it is."""
    return " ".join(value.encode("utf-8", "replace").decode().split()) if isinstance(value, str) else value
