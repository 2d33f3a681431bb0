"""python dev.py bench pocket: how many captions does Pocket Flux draw right, through the real host's sampler?

Single objects and pairs, in combinations of shape and colour that training saw, and in those it never saw. And how
small a shape may be for the decoder, with true latents. The last line of output is JSON.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from flux_regions.pocket.recognise import is_right
from flux_regions.pocket.scenes import render

from .. import markdown
from ..renderer import STEPS
from ..workers import worker_pool
from .captions import SIZES, drawn_right, scenes
from .decoder import decoded_right


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench pocket", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="captions of each kind")
    parser.add_argument("--weights", type=Path, help="another weights file than the one that ships")
    options = parser.parse_args()
    result: dict = {"steps": STEPS, "captions": options.count}
    with worker_pool(options.weights) as run_tasks:
        for objects in SIZES:
            for held_out in (False, True):
                chosen = scenes(options.count, objects, held_out)
                name = f"{objects} object{'s' * (objects > 1)}, {'unseen' if held_out else 'seen'} combinations"
                recognised = np.mean([is_right(render(scene), scene) for scene in chosen])
                drawn = np.mean(list(run_tasks(drawn_right, [(scene, seed) for seed, scene in enumerate(chosen)])))
                result[name] = round(float(drawn), 3)
                print(
                    f"{name}: {drawn:.1%} drawn right ({recognised:.1%} of the true pictures are recognised)",
                    flush=True,
                )
    decoded = decoded_right(options.count, options.weights)
    rows = [(f"{diameter} px", *(f"{share:.0%}" for share in row.values())) for diameter, row in decoded.items()]
    print("\n" + markdown.table(("decoded right", *next(iter(decoded.values()))), rows) + "\n")
    print(json.dumps(result | {"decoded": decoded}))


if __name__ == "__main__":
    main()
