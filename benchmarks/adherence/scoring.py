"""Scores of a picture against its layout: regions that hold exactly their object, leaks, visible seams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flux_regions.pocket.recognise import DetectedObject, recognise

from ..renderer import Method, Renderer
from .layouts import Layout


@dataclass(frozen=True)
class Score:
    """Numbers of regions, of one picture.

    regions: all. exact: those that hold their object, right in shape and color, and nothing else. color, shape: those
    whose largest object is right in that alone. leaks: those that hold another region's object. whole: all regions are
    exact, and nothing is drawn outside of them. seam: see seam_ratio.
    """

    regions: int
    exact: int
    color: int
    shape: int
    leaks: int
    whole: bool
    seam: float


def score(image: np.ndarray, layout: Layout) -> Score:
    """image: [H, W, 3] in 0..1."""
    owners = layout.owners()
    held = objects_held(image, layout)
    exact = sum(exact_regions(held, layout))
    color = shape = leaks = 0
    for index, region in enumerate(layout.regions):
        objects = held[index]
        color += bool(objects) and objects[0].color == region.color
        shape += bool(objects) and objects[0].shape == region.shape
        others = {(other.shape, other.color) for other in layout.regions if other is not region}
        leaks += any(item.kind in others and item.kind != (region.shape, region.color) for item in objects)
    count = len(layout.regions)
    return Score(count, exact, color, shape, leaks, exact == count and not held[-1], seam_ratio(image, owners))


def objects_held(image: np.ndarray, layout: Layout) -> dict[int, list[DetectedObject]]:
    """For each region, and -1 for the rest of the canvas: the objects whose middle lies in it, largest first."""
    owners = layout.owners()
    held: dict[int, list[DetectedObject]] = {index: [] for index in range(-1, len(layout.regions))}
    for item in sorted(recognise(image).objects, key=lambda item: -item.area):
        x0, y0, x1, y1 = item.box
        owner = owners[min((y0 + y1) // 2, layout.height - 1), min((x0 + x1) // 2, layout.width - 1)]
        held[int(owner)].append(item)
    return held


def exact_regions(held: dict[int, list[DetectedObject]], layout: Layout) -> list[bool]:
    """For each region whether it holds its object, right in shape and color and mostly inside, and nothing else.

    held: see objects_held.
    """
    owners = layout.owners()
    return [
        [item.kind for item in held[index]] == [(region.shape, region.color)]
        and _mostly_inside(held[index][0], owners, index)
        for index, region in enumerate(layout.regions)
    ]


def measure(renderer: Renderer, layout: Layout, method: Method) -> tuple[Score, int, np.ndarray]:
    """The layout's score by the method, how many forward passes of the model its picture took, and the picture."""
    before = renderer.forwards
    picture = renderer.picture(layout, method)
    return score(picture, layout), renderer.forwards - before, picture


def _mostly_inside(item: DetectedObject, owners: np.ndarray, index: int) -> bool:
    """Whether at least 80 % of the object's box lies in the region."""
    x0, y0, x1, y1 = item.box
    return bool((owners[y0:y1, x0:x1] == index).mean() >= 0.8)


def seam_ratio(image: np.ndarray, owners: np.ndarray) -> float:
    """Mean change from pixel to pixel across region borders, divided by that everywhere else; 1: no visible seam.

    image: [H, W, 3] in 0..1. owners: see Layout.owners.
    """
    borders, elsewhere = [], []
    for axis in (0, 1):
        step = np.abs(np.diff(image, axis=axis)).mean(-1)
        crossing = np.diff(owners, axis=axis) != 0
        borders.append(step[crossing])
        elsewhere.append(step[~crossing])
    return float(np.concatenate(borders).mean() / (np.concatenate(elsewhere).mean() + 1e-9))
