"""Scores a picture against its layout: does each region hold exactly its object, what leaks, how visible are the seams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flux_regions.pocket.judge import Found, judge

from ..studio import Method, Studio
from .layouts import Layout


@dataclass(frozen=True)
class Score:
    """exact: regions that hold their object, right in shape and colour, and nothing else. colour, shape: regions whose
    largest object is right in that alone. leaks: regions that hold another region's object. regions: how many there are.
    whole: all of them are exact, and nothing is drawn outside of them. seam: see seam_ratio.
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
    for index, place in enumerate(layout.places):
        objects = held[index]
        color += bool(objects) and objects[0].color == place.color
        shape += bool(objects) and objects[0].shape == place.shape
        others = {(other.shape, other.color) for other in layout.places if other is not place}
        leaks += any(found.kind in others and found.kind != (place.shape, place.color) for found in objects)
    count = len(layout.places)
    return Score(count, exact, color, shape, leaks, exact == count and not held[-1], seam_ratio(image, owners))


def objects_held(image: np.ndarray, layout: Layout) -> dict[int, list[Found]]:
    """For each region, and -1 for the rest of the canvas: the objects whose middle lies in it, largest first."""
    owners = layout.owners()
    held: dict[int, list[Found]] = {index: [] for index in range(-1, len(layout.places))}
    for found in sorted(judge(image).objects, key=lambda found: -found.area):
        x0, y0, x1, y1 = found.box
        owner = owners[min((y0 + y1) // 2, layout.height - 1), min((x0 + x1) // 2, layout.width - 1)]
        held[int(owner)].append(found)
    return held


def exact_regions(held: dict[int, list[Found]], layout: Layout) -> list[bool]:
    """held: see objects_held. For each region whether it holds its object, right in shape and colour and mostly inside of it, and nothing else."""
    owners = layout.owners()
    return [
        [found.kind for found in held[index]] == [(place.shape, place.color)]
        and _mostly_inside(held[index][0], owners, index)
        for index, place in enumerate(layout.places)
    ]


def measure(studio: Studio, layout: Layout, method: Method) -> tuple[Score, int]:
    """The layout's score by the method, and how many forward passes of the model its picture took."""
    before = studio.forwards
    picture = studio.picture(layout, method)
    return score(picture, layout), studio.forwards - before


def _mostly_inside(found: Found, owners: np.ndarray, index: int) -> bool:
    """Whether at least 80 % of the object's box lies in the region."""
    x0, y0, x1, y1 = found.box
    return bool((owners[y0:y1, x0:x1] == index).mean() >= 0.8)


def seam_ratio(image: np.ndarray, owners: np.ndarray) -> float:
    """Mean change from pixel to pixel across region borders, divided by that everywhere else. 1 = no seam to be seen."""
    borders, elsewhere = [], []
    for axis in (0, 1):
        step = np.abs(np.diff(image, axis=axis)).mean(-1)
        crossing = np.diff(owners, axis=axis) != 0
        borders.append(step[crossing])
        elsewhere.append(step[~crossing])
    return float(np.concatenate(borders).mean() / (np.concatenate(elsewhere).mean() + 1e-9))
