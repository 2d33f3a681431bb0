"""python dev.py bench pieces: wide pictures at once and in context windows, on Pocket Flux in the real host.

Eight objects in eight boxes, 512 x 256 px: the picture at once; windows of 256 px whose regions know their place; the
same windows with all regions squeezed into each, as it is where regions are not told; and tiles of an enlarged first
pass, each sampled by itself (denoise 0.4). Writes
benchmarks/pieces/results.json, results.md and examples.png; the last line of output is a summary as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from ..adherence.layouts import Layout, layouts
from ..adherence.report import layout_picture, summary, table
from ..adherence.scoring import score
from ..renderer import Method, Renderer
from ..workers import worker_pool
from .seams import seam_at

HERE = Path(__file__).parent
WIDTH, HEIGHT, WINDOW = 512, 256, 256
WINDOW_EDGES = (192, 256, 320, 448)
"""Columns in px at which some window begins or ends: they are 0 to 256, 192 to 448 and 256 to 512."""

METHODS = {
    "whole": Method("at once", "prompt"),
    "windows": Method("windows", "prompt", windows=WINDOW),
    "squeezed": Method("windows, regions not told", "prompt", windows=WINDOW, tells_places=False),
    "tiles": Method("tile list, second pass", "tiles"),
}
COLUMNS = ("exact", "colour", "shape", "leaks", "whole")


def wide_layouts(count: int, seed: int) -> list[Layout]:
    """Eight boxes each, four across."""
    boxes = [(i / 4, j / 2, 1 / 4, 1 / 2) for j in range(2) for i in range(4)]
    return [
        replace(
            layout,
            kind="wide",
            width=WIDTH,
            height=HEIGHT,
            regions=tuple(replace(region, box=box) for region, box in zip(layout.regions, boxes, strict=True)),
        )
        for layout in layouts(count, seed, ["eighths"])
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench pieces", description=__doc__.splitlines()[0])
    parser.add_argument("--layouts", type=int, default=8, help="how many, of eight regions each (default 8)")
    parser.add_argument("--only", action="append", choices=METHODS, help="one of the methods; may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="of the layouts")
    parser.add_argument("--weights", type=Path, help="another weights file than the one that ships")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    options = parser.parse_args()

    chosen = wide_layouts(options.layouts, options.seed)
    results, examples = {}, [layout_picture(chosen[0])]
    with worker_pool(options.weights) as run_tasks:
        for name in options.only or METHODS:
            method = METHODS[name]
            pictures = list(run_tasks(Renderer.picture, [(layout, method) for layout in chosen]))
            scores = [score(picture, layout) for picture, layout in zip(pictures, chosen, strict=True)]
            seams = [
                seam_at(picture, WINDOW_EDGES, of.background) for picture, of in zip(pictures, chosen, strict=True)
            ]
            row = summary(scores) | {
                "objects": sum(each.exact for each in scores),
                "window_seam": round(float(np.median(seams)), 3),
            }
            results[name] = row
            examples.append(pictures[0])
            print(
                f"{method.name}: {row['objects']} of {8 * len(chosen)} regions exact, seam {row['window_seam']:.2f}",
                flush=True,
            )

    options.out.mkdir(parents=True, exist_ok=True)
    text = table({METHODS[name].name: row for name, row in results.items()}, COLUMNS)
    (options.out / "results.md").write_text(text + "\n", "utf-8")
    result = {"layouts": len(chosen), "methods": results}
    (options.out / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    sheet = (np.clip(np.concatenate(examples), 0, 1) * 255).round().astype(np.uint8)
    Image.fromarray(sheet).save(options.out / "examples.png")
    print(text)
    print(json.dumps({name: row["objects"] for name, row in results.items()} | {"regions": 8 * len(chosen)}))


if __name__ == "__main__":
    sys.exit(main())
