"""What a balance is to achieve: a region with its object in it, in a picture that is of one piece."""

from __future__ import annotations

import numpy as np
from flux_regions.attention import auto_balance as balance
from flux_regions.pocket.recognise import named_colors
from flux_regions.pocket.scenes import PALETTE
from scipy import ndimage

from ..adherence.layouts import Layout
from ..adherence.scoring import exact_regions, objects_held
from ..studio import Method, Studio
from .methods import AUTO

RIM, MOST = 3, 0.8  # px along a region's border, and how much of it must show the picture's background


def seamless(image: np.ndarray, layout: Layout) -> list[bool]:
    """For each region whether the picture's background goes on inside of its border. image: [H, W, 3] in 0..1."""
    ground = named_colors(image) == list(PALETTE).index(layout.background)
    owners, found = layout.owners(), []
    for index in range(len(layout.places)):
        area = owners == index
        rim = area & ~ndimage.binary_erosion(area, iterations=RIM)
        found.append(bool(ground[rim].mean() >= MOST))
    return found


def right(image: np.ndarray, layout: Layout) -> list[bool]:
    """For each region whether it is both exact and seamless."""
    exact = exact_regions(objects_held(image, layout), layout)
    return [a and b for a, b in zip(exact, seamless(image, layout), strict=True)]


def measure(studio: Studio, layout: Layout, method: Method) -> list[bool]:
    return right(studio.picture(layout, method), layout)


def measure_rule(studio: Studio, layout: Layout, rule: balance.Rule) -> list[bool]:
    """As measure(), of auto balance by another rule than the one that is kept."""
    balance.FITTED = rule
    return right(studio.picture(layout, AUTO), layout)
