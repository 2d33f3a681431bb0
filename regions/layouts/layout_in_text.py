"""The layout in a text: which of the values in it, or the tags."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile

from ..json_in_text import Answer, FoundValue, answers_in
from .box_entries import holds_no_box
from .box_regions import check_count
from .layout_format import LayoutSource
from .tagged_boxes import holds_points, tagged_entries

MAX_CHARACTERS = 1_000_000
_FENCE = re.compile(r"(?:(?:`{3,9}|~{3,9})(?:[^\n`]{0,80}\n|[ \t]{0,3}[\w+.-]{0,20})|`{1,2}(?:json\d?)?)\s*\Z")


def layout_in_text(text: str, is_layout: Callable[[LayoutSource], bool]) -> LayoutSource:
    """The last layout that a text holds, outside of what a model only thinks; boxes that each stand alone are one.

    Raises ValueError for a text without one, with the place of the mistake where it is nearly one.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"The layout has {len(text):,} characters, but at most {MAX_CHARACTERS:,} are read. Write shorter "
            "descriptions, or fewer boxes."
        )
    mistake, is_empty = "", False
    for answer in answers_in(text):
        # Tags in an object of a layout are words of its prompts; a list of numbers stands in a tag itself.
        has_objects = any(
            found.parsed.objects and is_layout(LayoutSource(found.parsed.value)) for found in answer.values
        )
        entries = [] if has_objects else tagged_entries(answer.prose)
        source = LayoutSource(entries) if entries else _last_layout(answer, is_layout)
        if source is not None:
            return source
        mistake = mistake or answer.mistake
        is_empty = is_empty or any(
            not found.parsed.flaw and holds_no_box(found.parsed.value) for found in answer.values
        )
    if holds_points(text):
        raise ValueError("The text gives points, which have no size. Ask the model for boxes (bbox_2d) in their place.")
    if mistake:
        raise _no_json(mistake)
    if is_empty:
        check_count(0)
    raise ValueError(
        'The text holds no layout that is known. Give boxes with descriptions as JSON, such as [{"bbox": [100, 50, 900, '
        '500], "desc": "a red car"}]; lines such as "left half: a red car" belong into Regions from Text.'
    )


def _no_json(mistake: str) -> ValueError:
    return ValueError(
        f"The layout is not complete, correct JSON: {mistake}. Correct it there, or copy it again in full."
    )


def _last_layout(answer: Answer, is_layout: Callable[[LayoutSource], bool]) -> LayoutSource | None:
    """Raises ValueError for a layout with a mistake in it, unless a whole one stands behind it."""
    layouts = [
        found
        for found in answer.values
        if found.parsed.value is not None and is_layout(LayoutSource(found.parsed.value))
    ]
    said = [found for found in layouts if not found.in_thought]
    note = "" if said or not layouts else "It stands in a thought of the model that does not end."
    layouts = said or layouts
    if not layouts:
        return None
    alone = _boxes_alone(layouts, is_layout)
    if (
        len(alone) < len(layouts)
        and _is_wrong(before := layouts[-len(alone) - 1])
        and isinstance(layouts[-1].parsed.value, dict)
    ):
        layouts = [before]  # a list with a mistake in it, and its other boxes, which now look as if they stood alone
        alone = layouts
    last = layouts[-1]
    if _is_wrong(last):
        raise _no_json(answer.mistake)
    value = [found.parsed.value for found in alone] if len(alone) > 1 else last.parsed.value
    if last.parsed.flaw:
        note = "The text breaks off in the next one."
    elif len(layouts) > len(alone):
        note = f"The text holds {len(layouts) - len(alone) + 1} layouts; this is the last."
    before = max((found.parsed.end for found in layouts[: -len(alone)]), default=0)
    return LayoutSource(value, _caption(answer.text[max(alone[0].behind, before) : alone[0].start]), note)


def _caption(words: str) -> str:
    """The words before a value, without the opening of its fenced block."""
    return _FENCE.sub("", words).strip()


def _boxes_alone(layouts: list[FoundValue], is_layout: Callable[[LayoutSource], bool]) -> list[FoundValue]:
    """The last layout, with those before it where each is a single box: one layout, an object a line."""
    count = max(1, sum(1 for _ in takewhile(_is_whole_object, reversed(layouts))))
    together = [found.parsed.value for found in layouts[-count:]]
    return layouts[-count:] if is_layout(LayoutSource(together)) else layouts[-1:]


def _is_whole_object(found: FoundValue) -> bool:
    return isinstance(found.parsed.value, dict) and not found.parsed.flaw


def _is_wrong(found: FoundValue) -> bool:
    """Whether it is JSON no further, without being at the text's end."""
    return bool(found.parsed.flaw) and not found.parsed.is_cut_off
