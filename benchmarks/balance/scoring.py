"""What a balance is to achieve: a region with its object in it, in a picture that is of one piece."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from flux_regions.pocket.recognise import named_colors
from flux_regions.pocket.scenes import PALETTE
from scipy import ndimage

from ..adherence.layouts import Layout
from ..adherence.scoring import exact_regions, objects_held
from ..renderer import Method, Renderer

RIM = 3  # px along a region's border
MIN_BACKGROUND = 0.8  # how much of the rim must show the picture's background


class RegionScore(NamedTuple):
    """exact: it holds its object, right in shape and color, and nothing else. right: and it is seamless."""

    exact: bool
    right: bool


def seamless(image: np.ndarray, layout: Layout) -> list[bool]:
    """For each region whether the picture's background goes on inside of its border. image: [H, W, 3] in 0..1."""
    ground = named_colors(image) == list(PALETTE).index(layout.background)
    owners, result = layout.owners(), []
    for index in range(len(layout.regions)):
        area = owners == index
        rim = area & ~ndimage.binary_erosion(area, iterations=RIM)
        result.append(bool(ground[rim].mean() >= MIN_BACKGROUND))
    return result


def score_regions(image: np.ndarray, layout: Layout) -> list[RegionScore]:
    """One for each region."""
    exact = exact_regions(objects_held(image, layout), layout)
    return [RegionScore(a, a and b) for a, b in zip(exact, seamless(image, layout), strict=True)]


def measure(renderer: Renderer, layout: Layout, method: Method) -> list[RegionScore]:
    """Of the picture by the method."""
    return score_regions(renderer.picture(layout, method), layout)
