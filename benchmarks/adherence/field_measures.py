"""The measures of COCO-MIG, OverLayBench and LayoutBench, as published, but judged by pixels.

    ISR, SR          COCO-MIG: share of instances with box IoU >= 0.5 and the right colour; of pictures in which all are
    mIoU             the mean of the instances' box IoU, 0 for one that is not there or of the wrong colour
    O-mIoU           OverLayBench: the same of the part in which two boxes overlap
    entity success   OverLayBench: share of instances that are there with what their prompt says
    accuracy         LayoutBench: share of instances that are there with box IoU >= 0.5

What differs: the published ones find instances with a detector (Grounding DINO, OWL, a vision-language model), ours by
colour and silhouette (pocket/recognise.py), without a confidence, so that LayoutBench's average precision is a share of
instances. And in the published layouts a box is the outline of its instance; a region is where one may be. An object
that stays well inside of its region is no mistake here, but costs IoU, so ISR, mIoU and accuracy compare methods, and
stay below what the same method would reach where boxes are outlines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from flux_regions.pocket.recognise import DetectedObject, recognise

from ..renderer import Method, Renderer
from .field_layouts import Box, box_area, box_intersection, box_iou
from .layouts import Layout

MIN_IOU = 0.5

COLUMNS = {
    "coco_mig": ("ISR", "SR", "mIoU"),
    "overlaybench": ("mIoU", "O-mIoU", "entity success"),
    "layoutbench": ("accuracy", "mIoU"),
}
"""Protocol -> its measures."""


class PictureScore(NamedTuple):
    """Of one picture. located: for each instance, whether one of its colour and shape has an IoU of MIN_IOU. ious: of
    that object, 0 where there is none. overlap_ious: for each two boxes that overlap. present: for each instance
    whether the middle of one of its colour and shape lies in its box.
    """

    located: list[bool]
    ious: list[float]
    overlap_ious: list[float]
    present: list[bool]


def score_picture(image: np.ndarray, layout: Layout) -> PictureScore:
    """image: [H, W, 3] in 0..1. layout: of boxes."""
    objects, scale = recognise(image).objects, np.array([layout.width, layout.height] * 2)
    boxes: list[Box] = [tuple(np.asarray(region.box) * scale) for region in layout.regions]
    matches = [
        max(
            (_box(item) for item in objects if item.kind == (region.shape, region.color)),
            key=lambda found, box=box: box_iou(found, box),
            default=None,
        )
        for region, box in zip(layout.regions, boxes, strict=True)
    ]
    ious = [0.0 if match is None else box_iou(match, box) for match, box in zip(matches, boxes, strict=True)]
    overlap_ious = []
    for upper in range(len(boxes)):
        for lower in range(upper):
            shared = box_intersection(boxes[upper], boxes[lower])
            if box_area(shared):
                pair = matches[upper], matches[lower]
                overlap_ious.append(0.0 if None in pair else box_iou(shared, box_intersection(*pair)))
    present = [match is not None and _holds_middle(box, match) for match, box in zip(matches, boxes, strict=True)]
    return PictureScore([iou >= MIN_IOU for iou in ious], ious, overlap_ious, present)


def measure(renderer: Renderer, layout: Layout, method: Method) -> PictureScore:
    """Of the picture by the method."""
    return score_picture(renderer.picture(layout, method), layout)


def summary(scores: Sequence[PictureScore], layouts: Sequence[Layout]) -> dict[str, dict[str, dict[str, float]]]:
    """protocol -> split -> measure -> its mean over instances (SR: over pictures)."""
    splits: dict[str, list[PictureScore]] = defaultdict(list)
    for score, layout in zip(scores, layouts, strict=True):
        splits[layout.kind].append(score)
    result: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for kind, pictures in splits.items():
        protocol, split = kind.split(" ", 1)
        located = _mean([value for picture in pictures for value in picture.located])
        means = {
            "ISR": located,
            "accuracy": located,
            "SR": _mean([all(picture.located) for picture in pictures]),
            "mIoU": _mean([value for picture in pictures for value in picture.ious]),
            "O-mIoU": _mean([value for picture in pictures for value in picture.overlap_ious]),
            "entity success": _mean([value for picture in pictures for value in picture.present]),
        }
        result[protocol][split] = {name: means[name] for name in COLUMNS[protocol]}
    return dict(result)


def _box(item: DetectedObject) -> Box:
    x0, y0, x1, y1 = item.box
    return x0, y0, x1 - x0, y1 - y0


def _holds_middle(box: Box, item: Box) -> bool:
    x, y = item[0] + item[2] / 2, item[1] + item[3] / 2
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
