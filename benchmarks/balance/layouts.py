"""Seeded layouts of 1 to 16 regions of unlike sizes: a canvas cut at random, with gaps and overlaps."""

from __future__ import annotations

import numpy as np
from flux_regions.pocket.scenes import caption_of

from ..adherence.layouts import Layout, ObjectRegion, object_of, random_objects

COUNTS = (1, 2, 4, 8, 12, 16)
TOKEN = 16  # px
SIDE, MIN_SIDE = 16, 4  # of the canvas, and of a region at least, in tokens

Cell = tuple[int, int, int, int]
"""x, y, width, height in tokens."""


class ObjectPrompts(Layout):
    """Its regions' prompts name their objects alone, as people write; only the base prompt names the background."""

    def prompt(self, region: ObjectRegion) -> str:
        """Of one region: its object."""
        return caption_of((object_of(region),), None)


def mixed_layouts(per_count: int, seed: int, counts: tuple[int, ...] = COUNTS) -> list[Layout]:
    """For each number of regions per_count layouts, each of them twice.

    First with prompts that name the object alone (kind "bare"), then with ones that name the background too (kind
    "told"). The same seed gives the same layouts.
    """
    return [
        layout
        for count in counts
        for number in range(per_count)
        for layout in _mixed(np.random.default_rng([seed, count, number]), count)
    ]


def _mixed(rng: np.random.Generator, count: int) -> tuple[Layout, Layout]:
    """One layout, with either kind of prompt.

    Half of them leave a part of the canvas to no region; in a third, regions overlap those on their right and below
    by a token.
    """
    room = count < (SIDE // MIN_SIDE) ** 2
    gap, overlap = int(room and (rng.random() < 0.5 or count == 1)), int(rng.random() < 1 / 3)
    cells = _cut(rng, count + gap)[:count]
    background, pairs = random_objects(rng, count)
    boxes = [(x, y, min(x + w + overlap, SIDE), min(y + h + overlap, SIDE)) for x, y, w, h in cells]
    regions = tuple(
        ObjectRegion(*pair, box=(x0 / SIDE, y0 / SIDE, (x1 - x0) / SIDE, (y1 - y0) / SIDE))
        for pair, (x0, y0, x1, y1) in zip(pairs, boxes, strict=True)
    )
    fields = (int(rng.integers(1 << 30)), background, regions, SIDE * TOKEN, SIDE * TOKEN)
    return ObjectPrompts("bare", *fields), Layout("told", *fields)


def _cut(rng: np.random.Generator, count: int) -> list[Cell]:
    """The canvas in `count` rectangles, cut in two again and again, in random order."""
    cells: list[Cell] = [(0, 0, SIDE, SIDE)]
    while len(cells) < count:
        areas = np.array([w * h * (max(w, h) >= 2 * MIN_SIDE) for _, _, w, h in cells], float)
        chosen = int(rng.choice(len(cells), p=areas / areas.sum()))
        x, y, w, h = cells[chosen]
        across = w >= 2 * MIN_SIDE and (h < 2 * MIN_SIDE or rng.random() < w / (w + h))
        side = w if across else h
        cut = int(np.clip(round(side * rng.uniform(0.3, 0.7)), MIN_SIDE, side - MIN_SIDE))
        halves = [(x, y, cut, h), (x + cut, y, w - cut, h)] if across else [(x, y, w, cut), (x, y + cut, w, h - cut)]
        divided = [*cells[:chosen], *cells[chosen + 1 :], *halves]
        if (
            sum((w // MIN_SIDE) * (h // MIN_SIDE) for _, _, w, h in divided) >= count
        ):  # there is still room for all of them
            cells = divided
    return [cells[i] for i in rng.permutation(count)]
