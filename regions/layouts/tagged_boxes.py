"""Boxes as tags in a vision model's text, in thousandths of the sides:

a cat<loc_52><loc_332><loc_932><loc_774>                        Florence-2
<ref>a cat</ref><box>(52,332),(932,774)</box>                   Qwen-VL; InternVL: <box>[[52, 332, 932, 774]]</box>
<|object_ref_start|>a cat<|object_ref_end|><|box_start|>(52,332),(932,774)<|box_end|>
"""

from __future__ import annotations

import re

_TAGS = re.compile(r"(?:<loc_\d{1,4}>)+|<(?:box|\|box_start\|)>[^<]{1,400}<")
_REFERENCE = re.compile(r"<(?:ref|\|object_ref_start\|)>([^<]*)<")
_NUMBER = re.compile(r"\d{1,5}(?:\.\d{1,9})?")
_ANY_TAG = re.compile(r"<[^<>]{0,40}>")


def tagged_entries(text: str) -> list[dict]:
    """An object with bbox and label for each tagged box, in their order; a box without a label has the one before."""
    entries: list[dict] = []
    label, end = "", 0
    for tags in _TAGS.finditer(text):
        before = text[end : tags.start()]
        reference = _REFERENCE.search(before)
        words = reference[1] if reference else _ANY_TAG.sub(" ", before)
        label, end = " ".join(words.split()).strip(" ,;") or label, tags.end()
        numbers = [float(number) for number in _NUMBER.findall(tags[0])]
        for start in range(0, len(numbers) - 3, 4):
            entries.append({"bbox": numbers[start : start + 4], "label": label})
    return entries
