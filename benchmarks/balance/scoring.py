"""What a balance is to achieve: a region with its object in it, in a picture that is of one piece."""

from __future__ import annotations

import numpy as np
from flux_regions.attention import auto_balance as balance
from flux_regions.pocket.recognise import named_colors
from flux_regions.pocket.scenes import PALETTE
from scipy import ndimage

from ..adherence.layouts import Layout
from ..adherence.scoring import exact_regions, objects_held
from ..renderer import Method, Renderer
from .methods import AUTO

RIM = 3  # px along a region's border
MIN_BACKGROUND = 0.8  # how much of the rim must show the picture's background


def seamless(image: np.ndarray, layout: Layout) -> list[bool]:
    """For each region whether the picture's background goes on inside of its border. image: [H, W, 3] in 0..1."""
    ground = named_colors(image) == list(PALETTE).index(layout.background)
    owners, result = layout.owners(), []
    for index in range(len(layout.regions)):
        area = owners == index
        rim = area & ~ndimage.binary_erosion(area, iterations=RIM)
        result.append(bool(ground[rim].mean() >= MIN_BACKGROUND))
    return result


def right(image: np.ndarray, layout: Layout) -> list[bool]:
    """For each region whether it is both exact and seamless."""
    exact = exact_regions(objects_held(image, layout), layout)
    return [a and b for a, b in zip(exact, seamless(image, layout), strict=True)]


def measure(renderer: Renderer, layout: Layout, method: Method) -> list[bool]:
    """See `right`, of the picture by the method."""
    return right(renderer.picture(layout, method), layout)


def measure_rule(renderer: Renderer, layout: Layout, rule: balance.Rule) -> list[bool]:
    """As measure(), of auto balance by another rule than the one that is kept."""
    balance.FITTED = rule
    return right(renderer.picture(layout, AUTO), layout)
