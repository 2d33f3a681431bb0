"""Seeded layouts after the protocols of COCO-MIG, OverLayBench and LayoutBench, with the miniature's shapes in them.

COCO-MIG (Zhou et al. 2024, arXiv 2402.05408): levels L2 to L6, by the number of instances, each with a colour.
OverLayBench (Li et al. 2025, arXiv 2509.19282): simple, medium and hard, by OverLayScore, the sum over pairs of boxes
of IoU times the likeness of their descriptions. Ours are all alike ("a red star"), so it is the sum of IoUs.
LayoutBench (Cho et al. 2023, arXiv 2304.06671): splits by number, position and size.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from .layouts import Layout, ObjectRegion, random_objects

Box = tuple[float, float, float, float]
"""x, y, width, height in fractions of the canvas."""
Draw = Callable[[np.random.Generator], list[Box]]

OVERLAPS = {"simple": (0.02, 0.1), "medium": (0.1, 0.2), "hard": (0.2, 0.35)}
"""Least and most OverLayScore."""


def field_layouts(per_split: int, seed: int) -> list[Layout]:
    """per_split layouts of every split of every protocol, of kind "coco_mig L2" and so on; seeded."""
    result = []
    for kind, draw in SPLITS.items():
        for number in range(per_split):
            rng = np.random.default_rng([seed, number, *kind.encode()])
            boxes = draw(rng)
            background, pairs = random_objects(rng, len(boxes))
            regions = (ObjectRegion(*pair, box=box) for pair, box in zip(pairs, boxes, strict=True))
            result.append(Layout(kind, int(rng.integers(1 << 30)), background, tuple(regions)))
    return result


def overlay_score(boxes: list[Box]) -> float:
    """The sum of the IoUs of all pairs of boxes."""
    return sum(box_iou(a, b) for index, a in enumerate(boxes) for b in boxes[:index])


def box_iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    shared = box_area(box_intersection(a, b))
    union = box_area(a) + box_area(b) - shared
    return shared / union if union else 0.0


def box_intersection(a: Box, b: Box) -> Box:
    """Of width or height 0 where they do not meet."""
    x, y = max(a[0], b[0]), max(a[1], b[1])
    return x, y, max(min(a[0] + a[2], b[0] + b[2]) - x, 0), max(min(a[1] + a[3], b[1] + b[3]) - y, 0)


def box_area(box: Box) -> float:
    return box[2] * box[3]


def _apart(rng: np.random.Generator, count: tuple[int, int], side: tuple[float, float], place=None) -> list[Box]:
    """Square boxes that do not meet. count, side: least and most. place: whether a box may lie there."""
    wanted, boxes, tries = int(rng.integers(count[0], count[1] + 1)), [], 0
    while len(boxes) < wanted:
        width = float(rng.uniform(*side))
        x, y = (float(value) for value in rng.uniform(0, 1 - width, 2))
        box, tries = (x, y, width, width), tries + 1
        if tries % 500 == 0:
            boxes = []
        if (place is None or place(box)) and not any(box_area(box_intersection(box, other)) for other in boxes):
            boxes.append(box)
    return boxes


def _overlapping(rng: np.random.Generator, least: float, most: float) -> list[Box]:
    """Two or three boxes with an OverLayScore of least to most."""
    while True:
        boxes = []
        for _ in range(int(rng.integers(2, 4))):
            width, height = (float(side) for side in rng.uniform(0.35, 0.6, 2))
            boxes.append((float(rng.uniform(0, 1 - width)), float(rng.uniform(0, 1 - height)), width, height))
        if least <= overlay_score(boxes) < most and all(any(box_iou(a, b) for b in boxes if b is not a) for a in boxes):
            return boxes


def _at_border(box: Box) -> bool:
    return min(box[0], box[1], 1 - box[0] - box[2], 1 - box[1] - box[3]) < 0.03


def _in_centre(box: Box) -> bool:
    return min(box[0], box[1]) >= 0.1 and max(box[0] + box[2], box[1] + box[3]) <= 0.9


SPLITS: dict[str, Draw] = {
    **{f"coco_mig L{n}": partial(_apart, count=(n, n), side=(0.26, 0.34)) for n in range(2, 7)},
    **{
        f"overlaybench {level}": partial(_overlapping, least=least, most=most)
        for level, (least, most) in OVERLAPS.items()
    },
    **{
        f"layoutbench number {least}-{most}": partial(_apart, count=(least, most), side=(0.2, 0.26))
        for least, most in ((2, 4), (5, 7), (8, 10))
    },
    "layoutbench position centre": partial(_apart, count=(2, 2), side=(0.28, 0.36), place=_in_centre),
    "layoutbench position border": partial(_apart, count=(2, 4), side=(0.28, 0.36), place=_at_border),
    "layoutbench size small": partial(_apart, count=(3, 3), side=(0.19, 0.22)),
    "layoutbench size large": partial(_apart, count=(2, 2), side=(0.42, 0.5)),
}
"""Protocol and split -> a layout's boxes."""
