"""What the latents mean: each 8-px cell says in 16 numbers which colours it shows and of which object it is which part.

The autoencoder is taught this code (`train_autoencoder`), and the flow model is trained on it straight from the scenes,
so no picture has to be encoded for training. Channels of a cell, all of the order of one:
0-2 mean colour, 3-5 colour of the object whose box holds the cell (else of the background), 6-11 code of the object's
shape, 12-13 the cell's position within the object (-1.6..1.6 across and down), 14 how much of the cell lies in the box,
15 how much of it the object covers (both -1..1).
"""

from functools import lru_cache

import numpy as np

from .scenes import PALETTE, Scene
from .shapes import SHAPES, coverage

CELL = 8
CODES = np.array(
    [
        [1 if (bits >> i) & 1 else -1 for i in range(6)]
        for bits in (0b000000, 0b000111, 0b111000, 0b111111, 0b011011, 0b101101, 0b110110, 0b110001)
    ],
    np.float32,
)


@lru_cache(maxsize=65536)
def _cell_coverage(shape: str, diameter: int, x: int, y: int) -> np.ndarray:
    """How much of each cell the shape covers if its box starts at pixel (x, y) of the first: [rows, columns], 0..1."""
    rows, columns = -(-(y + diameter) // CELL), -(-(x + diameter) // CELL)
    canvas = np.zeros((rows * CELL, columns * CELL), np.float32)
    canvas[y : y + diameter, x : x + diameter] = coverage(shape, diameter)
    return canvas.reshape(rows, CELL, columns, CELL).mean((1, 3))


def _interval_coverage(start: int, diameter: int, cells: int) -> np.ndarray:
    """How much of each of `cells` cells lies in start <= pixel < start + diameter: [cells], 0..1."""
    edges = np.arange(cells) * CELL
    return (
        np.clip(np.minimum(edges + CELL, start + diameter) - np.maximum(edges, start), 0, CELL).astype(np.float32)
        / CELL
    )


def _color(name: str) -> np.ndarray:
    """[3], -1..1."""
    return np.asarray(PALETTE[name], np.float32) / 127.5 - 1


def scene_latents(scene: Scene) -> np.ndarray:
    """The latents that stand for a scene, float32 [16, height / 8, width / 8]."""
    rows, columns = scene.height // CELL, scene.width // CELL
    latents = np.zeros((16, rows, columns), np.float32)
    ground = _color(scene.background)
    latents[0:3] = latents[3:6] = ground[:, None, None]
    for item in scene.objects:
        top, left = item.y // CELL, item.x // CELL
        covered = _cell_coverage(item.shape, item.diameter, item.x % CELL, item.y % CELL)
        down, across = (
            _interval_coverage(start % CELL, item.diameter, n)
            for start, n in zip((item.y, item.x), covered.shape, strict=True)
        )
        in_box = down[:, None] * across[None]
        area = latents[:, top : top + covered.shape[0], left : left + covered.shape[1]]
        tint = (_color(item.color) - ground)[:, None, None]
        area[0:3] += tint * covered
        area[3:6] += tint * in_box
        area[6:12] += CODES[SHAPES.index(item.shape)][:, None, None] * in_box
        for channel, start, first in ((12, item.x, left), (13, item.y, top)):
            cells = covered.shape[1] if channel == 12 else covered.shape[0]
            position = ((first + np.arange(cells) + 0.5) * CELL - start) / item.diameter * 2 - 1
            position = np.clip(position, -1.1, 1.1).astype(np.float32)
            area[channel] += (position[None] if channel == 12 else position[:, None]) * in_box * 1.6
        area[14] += in_box
        area[15] += covered
    latents[14:16] = 2 * latents[14:16] - 1
    return latents
