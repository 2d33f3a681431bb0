"""Seeded layouts of 2, 4 and 8 regions, every one with an object to draw and a LoRA whose mark it is to bear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flux_regions.pocket.scenes import COLORS

from ..adherence.layouts import SIZE, Layout, ObjectRegion
from .marks import MARKS, Mark

GRIDS = {2: (2, 1), 4: (2, 2), 8: (4, 2)}
"""number of regions -> (columns, rows) of equal boxes that fill the canvas; half of the layouts are turned by 90
degrees."""
SHAPES = ("circle", "square", "triangle", "star", "cross", "ring", "moon")
"""No prompt asks for a mark: neither for a heart nor for anything white."""
BACKGROUNDS = ("black", "gray", "yellow", "green", "blue", "purple")


@dataclass(frozen=True, eq=False)
class IdentityLayout(Layout):
    """marks: of each region, that of its LoRA."""

    marks: tuple[Mark, ...] = ()


def identity_layouts(regions: int, seed: int, numbers: tuple[int, ...] = tuple(GRIDS)) -> list[IdentityLayout]:
    """Of every number as many layouts as have so many regions together; the same seed gives the same layouts."""
    return [
        _layout(number, np.random.default_rng([seed, number, index]))
        for number in numbers
        for index in range(max(1, regions // number))
    ]


def _layout(number: int, rng: np.random.Generator) -> IdentityLayout:
    """Neighbours have different marks, as the fields of a chessboard have colours."""
    columns, rows = GRIDS[number][:: rng.choice((1, -1))]
    background = str(rng.choice(BACKGROUNDS))
    pairs = [(shape, color) for shape in SHAPES for color in COLORS if color not in (background, "white")]
    first, regions, marks = int(rng.integers(2)), [], []
    for index, pair in enumerate(rng.choice(len(pairs), number, replace=False)):
        column, row = index % columns, index // columns
        regions.append(ObjectRegion(*pairs[pair], box=(column / columns, row / rows, 1 / columns, 1 / rows)))
        marks.append(MARKS[(column + row + first) % len(MARKS)])
    seed = int(rng.integers(1 << 30))
    return IdentityLayout(f"{number} regions", seed, background, tuple(regions), SIZE, SIZE, tuple(marks))
