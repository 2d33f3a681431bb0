"""Which objects a picture holds: color by the nearest named color, shape by overlap with templates."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from .scenes import PALETTE, Scene
from .shapes import SHAPES, coverage

NAMES = tuple(PALETTE)
TEMPLATE_SIDE = 40  # pixels per side of a normalised silhouette
MIN_AREA = 80  # pixels; smaller specks are no objects
MIN_IOU = 0.72  # of a silhouette and the template of its shape
MIN_PURITY = 0.7  # how much of an object must have its color
MIN_ASPECT, MAX_ASPECT = 0.62, 1.6


@dataclass(frozen=True)
class DetectedObject:
    """One object in a picture; shape or color is None if it is not clearly any.

    box: (x0, y0, x1, y1) in pixels. area: pixels. iou: with the template of the nearest shape, 0..1.
    """

    shape: str | None
    color: str | None
    box: tuple[int, int, int, int]
    area: int
    iou: float

    @property
    def kind(self) -> tuple[str | None, str | None]:
        return self.shape, self.color


@dataclass(frozen=True)
class Recognition:
    """What a picture holds."""

    background: str
    objects: tuple[DetectedObject, ...]

    def shows(self, wanted: list[tuple[str, str]]) -> bool:
        """Exactly the wanted (shape, colour) pairs, no more and no fewer."""
        return Counter(item.kind for item in self.objects) == Counter(wanted)


def named_colors(image: np.ndarray) -> np.ndarray:
    """Index into NAMES of the nearest colour of each pixel; image [H, W, 3] in 0..1 -> int [H, W]."""
    palette = np.array([PALETTE[name] for name in NAMES], np.float32) / 255
    flat = image.reshape(-1, 3).astype(np.float32)
    distance = (palette**2).sum(1)[None] - 2 * flat @ palette.T
    return distance.argmin(1).reshape(image.shape[:2])


def _normalised(mask: np.ndarray) -> np.ndarray:
    """The silhouette in its own bounding box, stretched to [TEMPLATE_SIDE, TEMPLATE_SIDE], 0..1."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    image = Image.fromarray((cut * 255).astype(np.uint8)).resize((TEMPLATE_SIDE, TEMPLATE_SIDE), Image.Resampling.BOX)
    return np.asarray(image, np.float32) / 255


@lru_cache(maxsize=1)
def _templates() -> np.ndarray:
    return np.stack([_normalised(coverage(shape, 160) > 0.5) for shape in SHAPES])


def nearest_shape(mask: np.ndarray) -> tuple[str | None, float]:
    """The shape nearest to a silhouette, mask [H, W], None if none is near, and their intersection over union."""
    silhouette, templates = _normalised(mask)[None], _templates()
    overlaps = np.minimum(silhouette, templates).sum((1, 2)) / np.maximum(silhouette, templates).sum((1, 2))
    best = int(overlaps.argmax())
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    aspect = (columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1)
    clear = overlaps[best] >= MIN_IOU and MIN_ASPECT < aspect < MAX_ASPECT
    return (SHAPES[best] if clear else None), float(overlaps[best])


def recognise(image: np.ndarray, within: np.ndarray | None = None) -> Recognition:
    """What an image [H, W, 3] in 0..1 holds; within: bool [H, W], the part of it to look at."""
    from scipy import ndimage

    names = named_colors(image)
    visible = np.ones(names.shape, bool) if within is None else within
    rim = visible & ~ndimage.binary_erosion(visible, iterations=2)
    background = int(np.bincount(names[rim], minlength=len(NAMES)).argmax())
    labels = np.empty(names.shape, np.int32)
    ndimage.label((names != background) & visible, output=labels)
    objects = []
    boxes: list[tuple[slice, slice]] = ndimage.find_objects(labels)
    for index, (rows, columns) in enumerate(boxes, 1):
        mask = labels[rows, columns] == index
        if mask.sum() < MIN_AREA:
            continue
        core = ndimage.binary_erosion(np.pad(mask, 1), iterations=2)[1:-1, 1:-1]
        core = core if core.sum() >= 20 else mask
        votes = np.bincount(names[rows, columns][core], minlength=len(NAMES))
        color = NAMES[votes.argmax()] if votes.max() >= MIN_PURITY * votes.sum() else None
        shape, iou = nearest_shape(mask)
        objects.append(
            DetectedObject(shape, color, (columns.start, rows.start, columns.stop, rows.stop), int(mask.sum()), iou)
        )
    return Recognition(NAMES[background], tuple(objects))


def is_right(image: np.ndarray, scene: Scene) -> bool:
    """Whether an image [H, W, 3] in 0..1 holds exactly the scene's objects, in shape and color, on its background."""
    recognition = recognise(image)
    return recognition.background == scene.background and recognition.shows([(o.shape, o.color) for o in scene.objects])
