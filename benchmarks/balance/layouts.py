"""Seeded layouts of 1 to 16 regions of unlike sizes: a canvas cut at random, with gaps and overlaps."""

from __future__ import annotations

import numpy as np
from flux_regions.pocket.scenes import caption_of

from ..adherence.layouts import Layout, Place, named, random_objects

COUNTS = (1, 2, 4, 8, 12, 16)
TOKEN, SIDE, LEAST = 16, 16, 4  # px of a token, tokens of a canvas's side, tokens of a region's shortest side

Cell = tuple[int, int, int, int]
"""x, y, width, height in tokens."""


class Bare(Layout):
    """Its regions' prompts name their objects alone, as people write them; only the base prompt tells the background."""

    def prompt(self, place: Place) -> str:
        return caption_of((named(place),), None)


def mixed_layouts(per_count: int, seed: int, counts: tuple[int, ...] = COUNTS) -> list[Layout]:
    """For each number of regions per_count layouts, each of them twice: with bare prompts, and with ones that name the
    background. The same seed gives the same layouts.
    """
    return [
        layout
        for count in counts
        for number in range(per_count)
        for layout in _mixed(np.random.default_rng([seed, count, number]), count)
    ]


def _mixed(rng: np.random.Generator, count: int) -> tuple[Layout, Layout]:
    """Half of them leave a part of the canvas to no region; in a third, regions reach a token into those on their right and below."""
    room = count < (SIDE // LEAST) ** 2
    gap, reach = int(room and (rng.random() < 0.5 or count == 1)), int(rng.random() < 1 / 3)
    cells = _cut(rng, count + gap)[:count]
    background, pairs = random_objects(rng, count)
    boxes = [(x, y, min(x + w + reach, SIDE), min(y + h + reach, SIDE)) for x, y, w, h in cells]
    places = tuple(
        Place(*pair, box=(x0 / SIDE, y0 / SIDE, (x1 - x0) / SIDE, (y1 - y0) / SIDE))
        for pair, (x0, y0, x1, y1) in zip(pairs, boxes, strict=True)
    )
    drawn = (int(rng.integers(1 << 30)), background, places, SIDE * TOKEN, SIDE * TOKEN)
    return Bare("bare", *drawn), Layout("told", *drawn)


def _cut(rng: np.random.Generator, count: int) -> list[Cell]:
    """The canvas in `count` rectangles, cut in two again and again, in random order."""
    cells: list[Cell] = [(0, 0, SIDE, SIDE)]
    while len(cells) < count:
        areas = np.array([w * h * (max(w, h) >= 2 * LEAST) for _, _, w, h in cells], float)
        chosen = int(rng.choice(len(cells), p=areas / areas.sum()))
        x, y, w, h = cells[chosen]
        across = w >= 2 * LEAST and (h < 2 * LEAST or rng.random() < w / (w + h))
        side = w if across else h
        at = int(np.clip(round(side * rng.uniform(0.3, 0.7)), LEAST, side - LEAST))
        halves = [(x, y, at, h), (x + at, y, w - at, h)] if across else [(x, y, w, at), (x, y + at, w, h - at)]
        parts = [*cells[:chosen], *cells[chosen + 1 :], *halves]
        if sum((w // LEAST) * (h // LEAST) for _, _, w, h in parts) >= count:  # there is still room for all of them
            cells = parts
    return [cells[i] for i in rng.permutation(count)]
