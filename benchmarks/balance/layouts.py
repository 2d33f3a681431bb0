"""Seeded layouts of 1 to 25 regions of all kinds and sizes, each with prompts that name the background and without."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from flux_regions.pocket.scenes import caption_of

from ..adherence.layouts import Layout, ObjectRegion, object_of, random_objects

TOKEN = 16  # px
MIN_SIDE, THIN_SIDE = 4, 3  # of a region at least, in tokens
SIDES = (12, 24)
"""Of the canvas, least and most, in tokens: 192 to 384 px."""
TRAINED_SIDE = 16
"""Tokens of the longest picture side of the training (pocket/README.md): over a region that is longer the miniature
repeats its object, with regions or without.
"""
SIDES_OF = {"many": (25, 32), "long": (TRAINED_SIDE + 1, 24)}
"""kind -> sides, where they are not SIDES."""

Box = tuple[float, float, float, float]
"""x, y, width, height in tokens."""
Cut = Callable[[np.random.Generator, int, int], list[Box]]
"""(rng, columns and rows of the canvas in tokens) -> the regions' boxes, in drawing order."""


class ObjectPrompts(Layout):
    """Its regions' prompts name their objects alone, as people write; only the base prompt names the background."""

    def prompt(self, region: ObjectRegion) -> str:
        """Of one region: its object."""
        return caption_of((object_of(region),), None)


def wide_layouts(regions: int, seed: int, kinds: Sequence[str] = ()) -> list[Layout]:
    """Of every kind, or of these, as many layouts as it takes to have so many regions, each of them twice.

    First with prompts that name the object alone (kind "grid bare"), then with ones that name the background too (kind
    "grid told"). The same seed gives the same layouts.
    """
    layouts: list[Layout] = []
    for kind in kinds or KINDS:
        count = number = 0
        while count < regions:
            pair = _pair(np.random.default_rng([seed, number, *kind.encode()]), kind, KINDS[kind])
            layouts += pair
            count, number = count + len(pair[0].regions), number + 1
    return layouts


def _pair(rng: np.random.Generator, kind: str, cut: Cut) -> tuple[Layout, Layout]:
    """One layout, with either kind of prompt."""
    least, most = SIDES_OF.get(kind, SIDES)
    columns, rows = (int(side) for side in rng.integers(least, most + 1, 2))
    boxes = cut(rng, columns, rows)
    background, pairs = random_objects(rng, len(boxes))
    regions = tuple(
        ObjectRegion(*pair, box=(x / columns, y / rows, width / columns, height / rows))
        for pair, (x, y, width, height) in zip(pairs, boxes, strict=True)
    )
    fields = (int(rng.integers(1 << 30)), background, regions, rows * TOKEN, columns * TOKEN)
    return ObjectPrompts(f"{kind} bare", *fields), Layout(f"{kind} told", *fields)


def _few(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """One to four boxes anywhere, that do not touch."""
    return _place_apart(rng, columns, rows, int(rng.integers(1, 5)), (MIN_SIDE, 9), (MIN_SIDE, 9))


def _free(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """Four to eight small boxes anywhere, that do not touch; most of the canvas is in no region."""
    return _place_apart(rng, columns, rows, int(rng.integers(4, 9)), (MIN_SIDE, 6), (MIN_SIDE, 6))


def _thin_and_tiny(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """Three to seven boxes of three tokens' width, some long, some as short as that; upright or lying."""
    upright = bool(rng.integers(2))
    wide, tall = ((THIN_SIDE, THIN_SIDE), (THIN_SIDE, 9)) if upright else ((THIN_SIDE, 9), (THIN_SIDE, THIN_SIDE))
    return _place_apart(rng, columns, rows, int(rng.integers(3, 8)), wide, tall)


def _columns(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """Two to six columns that fill the canvas, or as many rows; on a canvas both of whose sides are long, in two tiers,
    so that none is longer than TRAINED_SIDE.
    """
    upright = rows <= columns
    length, tiers = (rows if upright else columns), 1 + (min(columns, rows) > TRAINED_SIDE)
    side = columns if upright else rows
    boxes = []
    for start, end in itertools.pairwise(np.linspace(0, length, tiers + 1).round()):
        edges = np.linspace(0, side, int(rng.integers(2, min(6, side // MIN_SIDE) + 1)) + 1).round()
        strips = [(a, start, b - a, end - start) for a, b in itertools.pairwise(edges)]
        boxes += strips if upright else [(y, x, height, width) for x, y, width, height in strips]
    return boxes


def _long(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """Two to four strips over the whole canvas, longer than TRAINED_SIDE."""
    edges = np.linspace(0, min(columns, rows), int(rng.integers(2, 5)) + 1).round()
    if columns >= rows:
        return [(0, y, columns, end - y) for y, end in itertools.pairwise(edges)]
    return [(x, 0, end - x, rows) for x, end in itertools.pairwise(edges)]


def _grid(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """Two to four columns by two to four rows that fill the canvas."""
    across, down = (int(rng.integers(2, min(4, side // MIN_SIDE) + 1)) for side in (columns, rows))
    return _grid_cells(columns, rows, across, down)


def _many(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """Grids of 18 to 25 cells."""
    across, down = ((5, 4), (4, 5), (6, 3), (3, 6), (6, 4), (4, 6), (5, 5))[rng.integers(7)]
    return _grid_cells(columns, rows, across, down)


def _grid_cells(columns: int, rows: int, across: int, down: int) -> list[Box]:
    x, y = np.linspace(0, columns, across + 1).round(), np.linspace(0, rows, down + 1).round()
    return [(x[i], y[j], x[i + 1] - x[i], y[j + 1] - y[j]) for j in range(down) for i in range(across)]


def _overlaps(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """Three to five boxes, each over a part of another; what is visible of each has room for an object."""
    while True:
        boxes: list[Box] = []
        for _ in range(int(rng.integers(3, 6))):
            width, height = rng.integers(5, 10), rng.integers(5, 10)
            boxes.append((int(rng.integers(columns - width + 1)), int(rng.integers(rows - height + 1)), width, height))
        touching = [any(_touch(box, other, 0) for other in boxes if other is not box) for box in boxes]
        if all(touching) and _all_have_room(boxes, columns, rows):
            return boxes


def _mixed(rng: np.random.Generator, columns: int, rows: int) -> list[Box]:
    """The canvas in 5 to 12 rectangles, cut in two again and again; in a third of them, those on the left and above lie
    over their neighbours by a token.
    """
    cells: list[Box] = [(0, 0, columns, rows)]
    wanted, overlap = int(rng.integers(5, 13)), int(rng.random() < 1 / 3)
    for _ in range(200):
        areas = np.array([w * h * (max(w, h) >= 2 * MIN_SIDE) for _, _, w, h in cells], float)
        if len(cells) == wanted or not areas.any():
            break
        x, y, width, height = cells.pop(int(rng.choice(len(cells), p=areas / areas.sum())))
        across = width >= 2 * MIN_SIDE and (height < 2 * MIN_SIDE or rng.random() < width / (width + height))
        side = int(width if across else height)
        cut = int(np.clip(round(side * rng.uniform(0.3, 0.7)), MIN_SIDE, side - MIN_SIDE))
        if across:
            cells += [(x, y, cut, height), (x + cut, y, width - cut, height)]
        else:
            cells += [(x, y, width, cut), (x, y + cut, width, height - cut)]
    boxes = [cells[i] for i in rng.permutation(len(cells))]
    return [(x, y, min(w + overlap, columns - x), min(h + overlap, rows - y)) for x, y, w, h in boxes]


KINDS: dict[str, Cut] = {
    "few": _few,
    "columns": _columns,
    "long": _long,
    "grid": _grid,
    "free": _free,
    "overlaps": _overlaps,
    "mixed": _mixed,
    "thin": _thin_and_tiny,
    "many": _many,
}
BEYOND_TRAINING = ("many", "long")
"""Larger pictures and more regions than the miniature was ever trained on, and regions longer than any picture of its
training: figures without a claim. The method ALONE shows how far it gets there without any regional prompting.
"""


def _place_apart(
    rng: np.random.Generator, columns: int, rows: int, count: int, wide: Sequence[int], tall: Sequence[int]
) -> list[Box]:
    """Up to count boxes of random sides (least and most, in tokens), off the grid of tokens; at least one."""
    boxes: list[Box] = []
    for _ in range(300):
        width, height = (float(rng.uniform(*sides)) for sides in (wide, tall))
        if width > columns or height > rows:
            continue
        box = (float(rng.uniform(0, columns - width)), float(rng.uniform(0, rows - height)), width, height)
        if not any(_touch(box, other, 0.5) for other in boxes):
            boxes.append(box)
        if len(boxes) == count:
            break
    return boxes


def _touch(a: Box, b: Box, gap: float) -> bool:
    """Whether two boxes overlap or are nearer than gap tokens."""
    return all(a[axis] < b[axis] + b[axis + 2] + gap and b[axis] < a[axis] + a[axis + 2] + gap for axis in (0, 1))


def _all_have_room(boxes: Sequence[Box], columns: int, rows: int) -> bool:
    """Whether of each box a square of MIN_SIDE tokens is under no later one. boxes: whole tokens."""
    owners = np.full((rows, columns), -1)
    for index, (x, y, width, height) in enumerate(boxes):
        owners[int(y) : int(y + height), int(x) : int(x + width)] = index
    squares = np.lib.stride_tricks.sliding_window_view(owners, (MIN_SIDE, MIN_SIDE))
    return all((squares == index).all((2, 3)).any() for index in range(len(boxes)))
