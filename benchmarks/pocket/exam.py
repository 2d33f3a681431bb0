"""The captions that Pocket Flux is examined on, and whether it drew one right."""

from __future__ import annotations

import numpy as np
from flux_regions.pocket.judge import is_right
from flux_regions.pocket.scenes import Scene, named_scene

from ..studio import Studio

SIZES = {1: (128, 128), 2: (192, 192)}
"""(width, height) px of the pictures with that many objects."""


def scenes(count: int, objects: int, held_out: bool) -> list[Scene]:
    """The seed differs from any of training."""
    rng = np.random.default_rng([977, objects, held_out])
    return [named_scene(rng, *SIZES[objects], objects, held_out=held_out) for _ in range(count)]


def drawn_right(studio: Studio, scene: Scene, seed: int) -> bool:
    return is_right(studio.caption(scene.caption, scene.width, scene.height, seed), scene)
