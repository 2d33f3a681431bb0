"""Boxes as tags in a vision model's text, in thousandths of the sides:

a cat<loc_52><loc_332><loc_932><loc_774>                        Florence-2
<ref>a cat</ref><box>(52,332),(932,774)</box>                   Qwen-VL; InternVL: <box>[[52, 332, 932, 774]]</box>
<|object_ref_start|>a cat<|object_ref_end|><|box_start|>(52,332),(932,774)<|box_end|>
<|ref|>a cat<|/ref|><|det|>[[52, 332, 932, 774]]<|/det|>                           DeepSeek-VL2
<loc0340><loc0053><loc0793><loc0954> a cat ; <loc...                               PaliGemma: y first, of 1024
"""

from __future__ import annotations

import re

from .corners import STEPS

_TAGS = re.compile(r"(?:<loc_\d{1,4}>)+|<(?:box|\|box_start\||\|det\|)>[^<]{1,400}<")
_REFERENCE = re.compile(r"<(?:ref|\|object_ref_start\||\|ref\|)>([^<]*)<")
_PALIGEMMA = re.compile(r"<loc(\d{4})><loc(\d{4})><loc(\d{4})><loc(\d{4})>([^<;]{0,400})")
_PALIGEMMA_STEPS = 1024
_POINT = re.compile(r"<points? [^<>]{0,400}>|[\"']point(?:_2d|s)?[\"']\s{0,8}:", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,5}(?:\.\d{1,9})?")
_ANY_TAG = re.compile(r"<[^<>]{0,40}>")


def tagged_entries(text: str) -> list[dict]:
    """An object with bbox and label for each tagged box, in their order; a box without a label has the one before."""
    entries: list[dict] = []
    for *sides, words in _PALIGEMMA.findall(text):
        box = [int(side) * STEPS / _PALIGEMMA_STEPS for side in sides]
        entries.append({"box_2d": box, "label": " ".join(words.split())})
    if entries:
        return entries
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


def holds_points(text: str) -> bool:
    """Whether it has points in place of boxes, as Molmo and others give them."""
    return _POINT.search(text) is not None
