"""Seeded layouts with known answers: regions, the one object each of them must hold, and the prompts to say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from flux_regions.pocket.scenes import BACKGROUNDS, COLORS, Object, caption_of
from flux_regions.pocket.shapes import SHAPES

SIZE = 256


@dataclass(frozen=True, eq=False)
class ObjectRegion:
    """A region and the object that it must hold.

    box: (x, y, width, height) in fractions; or mask: bool [H, W], for a painted region.
    """

    shape: str
    color: str
    box: tuple[float, float, float, float] | None = None
    mask: np.ndarray | None = None

    def area(self, height: int, width: int) -> np.ndarray:
        """bool [height, width]: the pixels of the region, overlaps not considered."""
        if self.mask is not None:
            return self.mask
        x, y, w, h = self.box
        area = np.zeros((height, width), bool)
        area[round(y * height) : round((y + h) * height), round(x * width) : round((x + w) * width)] = True
        return area


@dataclass(frozen=True, eq=False)
class Layout:
    """kind: of KINDS, or of another benchmark's. regions: in drawing order, the later on top. height, width: px."""

    kind: str
    seed: int
    background: str
    regions: tuple[ObjectRegion, ...]
    height: int = SIZE
    width: int = SIZE

    def prompt(self, region: ObjectRegion) -> str:
        """Of one region: its object, on the picture's background."""
        return caption_of((object_of(region),), self.background)

    @property
    def base_prompt(self) -> str:
        """All objects, on the background, without a word of where they are."""
        return caption_of(tuple(object_of(region) for region in self.regions), self.background)

    @property
    def background_prompt(self) -> str:
        """Of the part in no region."""
        return caption_of((), self.background)

    def owners(self) -> np.ndarray:
        """int [H, W]: the index of the topmost region at each pixel, -1 where there is none."""
        owners = np.full((self.height, self.width), -1)
        for index, region in enumerate(self.regions):
            owners[region.area(self.height, self.width)] = index
        return owners


def object_of(region: ObjectRegion) -> Object:
    """The region's object, for captions: without a position."""
    return Object(region.shape, region.color, 0, 0, 0)


def layouts(per_kind: int, seed: int = 0, kinds: Sequence[str] = ()) -> list[Layout]:
    """per_kind layouts of every kind, or of these; the same seed gives the same layouts."""
    result = []
    for kind in kinds or KINDS:
        make = KINDS[kind]
        for number in range(per_kind):
            rng = np.random.default_rng([seed, number, *kind.encode()])
            result.append(make(rng, kind, int(rng.integers(1 << 30))))
    return result


def random_objects(rng: np.random.Generator, count: int) -> tuple[str, list[tuple[str, str]]]:
    """A background colour and `count` (shape, colour) pairs, all different and none in the background's colour."""
    background = str(rng.choice(BACKGROUNDS))
    pairs = [(shape, color) for shape in SHAPES for color in COLORS if color != background]
    return background, [pairs[i] for i in rng.choice(len(pairs), count, replace=False)]


def _grid(columns: int, rows: int) -> Callable[[np.random.Generator, str, int], Layout]:
    """Cells that fill the canvas, as many across as columns, or turned by 90 degrees."""

    def make(rng: np.random.Generator, kind: str, seed: int) -> Layout:
        upright = columns == rows or rng.random() < 0.5
        across, down = (columns, rows) if upright else (rows, columns)
        background, pairs = random_objects(rng, columns * rows)
        cells = [(i / across, j / down, 1 / across, 1 / down) for j in range(down) for i in range(across)]
        return Layout(
            kind,
            seed,
            background,
            tuple(ObjectRegion(*pair, box=cell) for pair, cell in zip(pairs, cells, strict=True)),
        )

    return make


def _free(rng: np.random.Generator, kind: str, seed: int) -> Layout:
    """Two or three boxes that do not touch, anywhere; the rest of the canvas is in no region."""
    background, pairs = random_objects(rng, int(rng.integers(2, 4)))
    boxes: list[tuple[float, float, float, float]] = []
    while len(boxes) < len(pairs):
        w, h = rng.uniform(0.3, 0.55, 2)
        box = (rng.uniform(0, 1 - w), rng.uniform(0, 1 - h), w, h)
        if not any(_touch(box, other) for other in boxes):
            boxes.append(tuple(round(float(v), 3) for v in box))
        elif rng.random() < 0.01:
            boxes.clear()
    return Layout(
        kind, seed, background, tuple(ObjectRegion(*pair, box=box) for pair, box in zip(pairs, boxes, strict=True))
    )


def _touch(a, b, gap: float = 0.02) -> bool:
    return (
        a[0] < b[0] + b[2] + gap and b[0] < a[0] + a[2] + gap and a[1] < b[1] + b[3] + gap and b[1] < a[1] + a[3] + gap
    )


def _painted(rng: np.random.Generator, kind: str, seed: int) -> Layout:
    """Two blobs, as a brush paints them: wobbly outlines, either side by side or one above the other."""
    background, pairs = random_objects(rng, 2)
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    regions = []
    sideways = rng.random() < 0.5
    for pair, centre in zip(pairs, (0.26, 0.74), strict=True):
        cx, cy = (centre, rng.uniform(0.35, 0.65)) if sideways else (rng.uniform(0.35, 0.65), centre)
        angle = np.arctan2(y - cy, x - cx)
        radius = 0.21 * (
            1 + sum(rng.uniform(-0.12, 0.12) * np.cos(n * angle + rng.uniform(0, 6.28)) for n in (2, 3, 5))
        )
        regions.append(ObjectRegion(*pair, mask=np.hypot(x - cx, y - cy) < radius))
    return Layout(kind, seed, background, tuple(regions))


def _overlapping(rng: np.random.Generator, kind: str, seed: int) -> Layout:
    """Two boxes of which the second covers a strip of the first."""
    background, pairs = random_objects(rng, 2)
    strip, edge = rng.uniform(0.1, 0.2), rng.uniform(0.45, 0.55)
    boxes = [(0.0, 0.0, edge + strip, 1.0), (edge, 0.0, 1 - edge, 1.0)]
    if rng.random() < 0.5:
        boxes = [(y, x, h, w) for x, y, w, h in boxes]
    return Layout(
        kind, seed, background, tuple(ObjectRegion(*pair, box=box) for pair, box in zip(pairs, boxes, strict=True))
    )


def _swapped(rng: np.random.Generator, kind: str, seed: int) -> Layout:
    """Halves whose two objects share nothing but might trade colours: a red circle and a blue star, or the reverse."""
    layout = _grid(2, 1)(rng, kind, seed)
    a, b = layout.regions
    if a.color == b.color or a.shape == b.shape:
        return _swapped(rng, kind, seed)
    if rng.random() < 0.5:
        a, b = ObjectRegion(a.shape, b.color, a.box), ObjectRegion(b.shape, a.color, b.box)
    return Layout(kind, seed, layout.background, (a, b))


KINDS = {
    "halves": _grid(2, 1),
    "swapped": _swapped,
    "quadrants": _grid(2, 2),
    "eighths": _grid(4, 2),
    "free boxes": _free,
    "painted": _painted,
    "overlap": _overlapping,
}
