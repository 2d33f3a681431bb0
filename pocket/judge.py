"""Looks at a picture and says which objects it holds: colour by nearest named colour, shape by overlap with templates."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from .scenes import PALETTE, Scene
from .shapes import SHAPES, coverage

NAMES = tuple(PALETTE)
TEMPLATE = 40  # pixels per side of a normalised silhouette
SMALLEST_AREA = 80  # pixels; smaller specks are no objects
LEAST_LIKENESS, LEAST_PURITY = 0.72, 0.7


@dataclass(frozen=True)
class Found:
    """One object in a picture; shape or colour is None if it is not clearly any. box = (x0, y0, x1, y1) in pixels."""

    shape: str | None
    colour: str | None
    box: tuple[int, int, int, int]
    area: int
    likeness: float

    @property
    def kind(self) -> tuple[str | None, str | None]:
        return self.shape, self.colour


@dataclass(frozen=True)
class Verdict:
    """What a picture holds."""

    background: str
    objects: tuple[Found, ...]

    def shows(self, wanted: list[tuple[str, str]]) -> bool:
        """Exactly the wanted (shape, colour) pairs, no more and no fewer."""
        return Counter(item.kind for item in self.objects) == Counter(wanted)


def named_colours(image: np.ndarray) -> np.ndarray:
    """Index into NAMES of the nearest colour of each pixel; image [H, W, 3] in 0..1 -> int [H, W]."""
    palette = np.array([PALETTE[name] for name in NAMES], np.float32) / 255
    flat = image.reshape(-1, 3).astype(np.float32)
    distance = (palette**2).sum(1)[None] - 2 * flat @ palette.T
    return distance.argmin(1).reshape(image.shape[:2])


def _normalised(mask: np.ndarray) -> np.ndarray:
    """The silhouette in its own bounding box, stretched to [TEMPLATE, TEMPLATE], 0..1."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    image = Image.fromarray((cut * 255).astype(np.uint8)).resize((TEMPLATE, TEMPLATE), Image.Resampling.BOX)
    return np.asarray(image, np.float32) / 255


@lru_cache(maxsize=1)
def _templates() -> np.ndarray:
    return np.stack([_normalised(coverage(shape, 160) > 0.5) for shape in SHAPES])


def judge_shape(mask: np.ndarray) -> tuple[str | None, float]:
    """The shape whose silhouette overlaps most with a mask [H, W], and how much (intersection over union)."""
    seen, templates = _normalised(mask)[None], _templates()
    overlaps = np.minimum(seen, templates).sum((1, 2)) / np.maximum(seen, templates).sum((1, 2))
    best = int(overlaps.argmax())
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    aspect = (columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1)
    clear = overlaps[best] >= LEAST_LIKENESS and 0.62 < aspect < 1.6
    return (SHAPES[best] if clear else None), float(overlaps[best])


def judge(image: np.ndarray, within: np.ndarray | None = None) -> Verdict:
    """What an image [H, W, 3] in 0..1 holds; `within` bool [H, W] looks at a part of it only."""
    from scipy import ndimage

    names = named_colours(image)
    looked_at = np.ones(names.shape, bool) if within is None else within
    rim = looked_at & ~ndimage.binary_erosion(looked_at, iterations=2)
    background = int(np.bincount(names[rim], minlength=len(NAMES)).argmax())
    labels, _ = ndimage.label((names != background) & looked_at)
    found = []
    for index, window in enumerate(ndimage.find_objects(labels), 1):
        mask = labels[window] == index
        if mask.sum() < SMALLEST_AREA:
            continue
        core = ndimage.binary_erosion(np.pad(mask, 1), iterations=2)[1:-1, 1:-1]
        core = core if core.sum() >= 20 else mask
        votes = np.bincount(names[window][core], minlength=len(NAMES))
        colour = NAMES[votes.argmax()] if votes.max() >= LEAST_PURITY * votes.sum() else None
        shape, likeness = judge_shape(mask)
        rows, columns = window
        found.append(
            Found(shape, colour, (columns.start, rows.start, columns.stop, rows.stop), int(mask.sum()), likeness)
        )
    return Verdict(NAMES[background], tuple(found))


def is_right(image: np.ndarray, scene: Scene) -> bool:
    """Whether a picture of the scene's caption holds exactly its objects, each in its shape and colour, on its background."""
    verdict = judge(image)
    return verdict.background == scene.background and verdict.shows([(o.shape, o.colour) for o in scene.objects])
