"""The list of boxes in what a vision model or a detector has written, however they are wrapped and named.

[{"bbox_2d": [...], "label": "cat"}]      {"objects": [{"box": [...], ...}]}      [[...], [...]]
[{"label": "cat", "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}}]           a name for each corner
{"<OD>": {"bboxes": [[...], ...], "labels": ["cat", ...]}}                         Florence: lists side by side
{"a cat": [...], "two dogs": [[...], [...]]}                                       boxes by what they hold
[{"image_id": 1, "category_id": 3, "bbox": [x, y, width, height]}]                 COCO, and Segment Anything's masks
{"scores": [...], "boxes": [[...]], "labels": [...]}                               a detector's: in pixels
"""

from __future__ import annotations

from collections.abc import Mapping

from ..json_values import is_number
from .corners import is_corner_list

NAMED_BOX = "named box"
"""The key of a box whose corners had names: their order is xyxy, whatever is asked for."""
PIXEL_BOX = "box in pixels"
"""The same of a box that is in pixels, whatever its numbers look like."""
KEY_ORDERS = {"bbox_2d": "xyxy", "box_2d": "yxyx"}
"""Keys whose order of the four numbers is known."""
_BOX_KEYS = (NAMED_BOX, PIXEL_BOX, *KEY_ORDERS)
_BOX_KEYS += ("bbox", "box", "bounding_box", "boundingBox", "rect", "coordinates", "position")
_LIST_KEYS = ("bboxes", "boxes", "bounding_boxes")
_WRAPPER_KEYS = ("objects", "detections", "annotations", "elements")
_LABEL_LIST_KEYS = ("labels", "bboxes_labels", "phrases", "text_labels", "captions", "names", "classes")
_CORNERS = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("x1", "y1", "x2", "y2"),
    ("left", "top", "right", "bottom"),
)
_SIDES = (("x", "y", "width", "height"), ("x", "y", "w", "h"), ("left", "top", "width", "height"))
_CENTERS = (("cx", "cy", "w", "h"), ("x_center", "y_center", "width", "height"), ("cx", "cy", "width", "height"))
_SCORE_KEYS, _SCORES = ("score", "confidence"), "scores"
MAX_FRACTION = 2
"""Of a detector's boxes: larger numbers are pixels; fractions may overshoot the picture a little."""
MAX_DEPTH = 8
"""Of wrappings around the list."""


def is_coco(value: object) -> bool:
    """Whether it is an annotation of COCO, or a mask of Segment Anything: its bbox is x, y, width, height in pixels."""
    if not isinstance(value, dict) or not is_corner_list(_plain(value.get("bbox"))):
        return False
    return "category_id" in value or {"segmentation", "area"} <= set(value)


def box_key(value: object) -> str | None:
    """The key under which an object has a box of four numbers; None where it has none."""
    if not isinstance(value, dict):
        return None
    return next((key for key in _BOX_KEYS if is_corner_list(value.get(key))), None)


def is_bare_box(value: object) -> bool:
    return is_corner_list(value) and not any(isinstance(item, (dict, list, tuple, str)) for item in value)  # type: ignore


def box_entries(value: object, depth: int = 0) -> list | None:
    """The boxes that value is, or somewhere holds: bare ones, and objects with four numbers under a key of box_key.

    What stands in the list and is no box stays as it is. None where there is no list of boxes. Raises ValueError for
    lists of boxes and labels that are not of the same length.
    """
    if depth > MAX_DEPTH:
        return None
    value = _plain(value)
    if isinstance(value, (list, tuple)):
        items = [_entry(item) for item in value]
        if items and (box_key(items[0]) or is_bare_box(items[0])):
            return items
        return box_entries(items[0], depth + 1) if len(items) == 1 else None
    if not isinstance(value, dict):
        return None
    entry = _entry(value)
    if box_key(entry):
        return [entry]
    if _is_coco_file(value):
        return _of_coco_file(value)
    entries = _side_by_side(value) or _by_label(value)
    if entries:
        return entries
    inside = (box_entries(item, depth + 1) for item in value.values() if not isinstance(item, str))
    return next((found for found in inside if found), None)


def holds_no_box(value: object, depth: int = 0) -> bool:
    """Whether it is a list of boxes in which there is none: what is there if a detector has found nothing."""
    value = _plain(value)
    if isinstance(value, (list, tuple)):
        return depth <= MAX_DEPTH and all(holds_no_box(item, depth + 1) for item in value)
    lists = (
        [_plain(value[key]) for key in (*_LIST_KEYS, *_WRAPPER_KEYS) if key in value] if isinstance(value, dict) else []
    )
    return any(isinstance(items, (list, tuple)) and not items for items in lists)


def _plain(value: object) -> object:
    """A tensor or an array as lists, where it may hold boxes or labels; anything else as it is."""
    sides = list(getattr(value, "shape", [])) if hasattr(value, "tolist") else []
    has_rows = len(sides) == 1 or (len(sides) in (2, 3) and sides[-1] == 4)
    return value.tolist() if has_rows else value  # type: ignore[attr-defined]


def _entry(item: object) -> object:
    """An object whose box is a list of four numbers, where it had corners or sides by their names, or an array."""
    if not isinstance(item, dict):
        return _plain(item)
    if is_coco(item):
        return {**item, PIXEL_BOX: _with_ends(_plain(item["bbox"]))}  # type: ignore[arg-type]
    if box_key(item):
        return item
    named = _named_corners(item)
    for key in _BOX_KEYS:
        box = _plain(item.get(key))
        if is_corner_list(box):
            return {**item, key: box}
        named = named or _named_corners(box)
    is_detected = any(key in item for key in _SCORE_KEYS) and _is_large(named)
    return {**item, PIXEL_BOX if is_detected else NAMED_BOX: named} if named else item


def _is_large(box: object) -> bool:
    return isinstance(box, (list, tuple)) and any(is_number(side) and side > MAX_FRACTION for side in box)


def _with_ends(box: list | tuple) -> list:
    """x, y, width, height as corners; what is no number stays, and the reader says which."""
    x, y, width, height = box
    is_box = all(map(is_number, box))
    return [x, y, x + width, y + height] if is_box else [x, y, width, height]


def _is_coco_file(value: dict) -> bool:
    annotations = value.get("annotations")
    return isinstance(annotations, list) and bool(annotations) and is_coco(annotations[0])


def _of_coco_file(value: dict) -> list:
    """Its annotations, labelled. Raises ValueError for those of several pictures."""
    pictures = {str(entry.get("image_id")) for entry in value["annotations"] if isinstance(entry, dict)}
    if len(pictures) > 1:
        raise ValueError(f"The layout holds boxes of {len(pictures)} pictures. Give those of one.")
    categories = value.get("categories") if isinstance(value.get("categories"), list) else []
    names = {str(item.get("id")): item.get("name") for item in categories if isinstance(item, dict)}  # type: ignore
    return [
        _entry({"label": names.get(str(entry.get("category_id"))), **entry} if isinstance(entry, dict) else entry)
        for entry in value["annotations"]
    ]


def _named_corners(box: object) -> list | None:
    if not isinstance(box, Mapping):
        return None
    for names in _CORNERS:
        if set(names) <= set(box):
            return [box[name] for name in names]
    for names in _SIDES:
        if set(names) <= set(box):
            return _with_ends([box[name] for name in names])
    for names in _CENTERS:
        if set(names) <= set(box):
            x, y, width, height = (box[name] for name in names)
            is_box = all(map(is_number, (x, y, width, height)))
            return _with_ends([x - width / 2, y - height / 2, width, height] if is_box else [x, y, width, height])
    return None


def _side_by_side(value: dict) -> list | None:
    """Entries from a list of boxes and a list of labels in one object."""
    boxes = next((_plain(value[key]) for key in _LIST_KEYS if key in value), None)
    key = next((key for key in _LABEL_LIST_KEYS if isinstance(value.get(key), (list, tuple))), None)
    if not isinstance(boxes, (list, tuple)) or not boxes:
        return None
    first = _entry(boxes[0])
    if not is_bare_box(first) and (key is None or not box_key(first)):  # objects with labels of their own
        return None
    labels = [""] * len(boxes) if key is None else value[key]
    if len(labels) != len(boxes):
        raise ValueError(f"The layout has {len(boxes)} boxes and {len(labels)} {key}. Give as many of both.")
    box_name = PIXEL_BOX if _SCORES in value and any(_is_large(_plain(box)) for box in boxes) else "bbox"
    objects = [entry if isinstance(entry, dict) else {box_name: entry} for entry in map(_entry, boxes)]
    return [{**entry, "label": label} for entry, label in zip(objects, labels, strict=True)]


def _by_label(value: dict) -> list | None:
    """Entries from an object that has nothing but boxes, or lists of them, by what they hold."""
    entries = []
    for label, item in value.items():
        item = _plain(item)
        boxes = [item] if is_bare_box(item) else item
        if not isinstance(label, str) or not isinstance(boxes, (list, tuple)) or not boxes:
            return None
        if not all(is_bare_box(_plain(box)) for box in boxes):
            return None
        entries += [{"bbox": _plain(box), "label": label} for box in boxes]
    return entries
