"""The captions that Pocket Flux is tested on, and whether it drew one right."""

from __future__ import annotations

import numpy as np
from flux_regions.pocket.recognise import is_right
from flux_regions.pocket.scenes import Scene, named_scene

from ..renderer import Renderer

SIZES = {1: (128, 128), 2: (192, 192)}
"""(width, height) px of the pictures with that many objects."""


def scenes(count: int, objects: int, held_out: bool) -> list[Scene]:
    """`count` scenes of that many objects, always the same; the seed differs from any of training."""
    rng = np.random.default_rng([977, objects, held_out])
    return [named_scene(rng, *SIZES[objects], objects, held_out=held_out) for _ in range(count)]


def drawn_right(renderer: Renderer, scene: Scene, seed: int) -> bool:
    """Whether the picture of the scene's caption, from this seed's noise, holds exactly what the caption says."""
    return is_right(renderer.caption(scene.caption, scene.width, scene.height, seed), scene)
