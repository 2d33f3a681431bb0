"""python dev.py bench pocket: how many captions does Pocket Flux draw right, through the real host's sampler?

Single objects and pairs, in combinations of shape and colour that training saw, and in those it never saw. The last line
of output is JSON.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from flux_regions.pocket.judge import judge
from flux_regions.pocket.scenes import Scene, random_scene, render

from ..studio import STEPS, Studio

SIZES = {1: (128, 128), 2: (192, 192)}
"""(width, height) px of the pictures with that many objects."""


def scenes(count: int, objects: int, held_out: bool) -> list[Scene]:
    """Scenes whose captions name their background; the seed differs from any of training."""
    rng = np.random.default_rng([977, objects, held_out])
    made: list[Scene] = []
    while len(made) < count:
        scene = random_scene(rng, *SIZES[objects], objects, held_out=held_out)
        if len(scene.objects) == objects and "background" in scene.caption:
            made.append(scene)
    return made


def right(image: np.ndarray, scene: Scene) -> bool:
    """Exactly the objects of the caption, each in its shape and colour, on its background."""
    verdict = judge(image)
    return verdict.background == scene.background and verdict.shows([(o.shape, o.colour) for o in scene.objects])


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench pocket", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="captions of each kind")
    parser.add_argument("--weights", type=Path, help="another weights file than the one that ships")
    options = parser.parse_args()
    studio = Studio(options.weights)
    result: dict = {"steps": STEPS, "captions": options.count}
    for objects in SIZES:
        for held_out in (False, True):
            chosen = scenes(options.count, objects, held_out)
            drawn = np.mean(
                [right(studio.caption(s.caption, s.width, s.height, seed), s) for seed, s in enumerate(chosen)]
            )
            seen = np.mean([right(render(s), s) for s in chosen])
            name = f"{objects} object{'s' * (objects > 1)}, {'unseen' if held_out else 'seen'} combinations"
            result[name] = round(float(drawn), 3)
            print(f"{name}: {drawn:.1%} drawn right (the judge recognises {seen:.1%} of true pictures)", flush=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
