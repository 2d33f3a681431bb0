"""python dev.py bench settings: what each setting does, as pictures, on Pocket Flux in the real host.

Every setting of scenes.py at several values, everything else the same; a row for each seed. Writes
docs/settings/NAME.jpg, which docs/settings.md shows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ..renderer import Renderer
from .scenes import SCENES, SEEDS, SIDE, Scene

DOCS = Path(__file__).resolve().parents[2] / "docs" / "settings"
SHOWN_SIDE, GAP, HEAD = 152, 6, 24
QUALITY = 85


def rows_of(scene: Scene, renderer: Renderer) -> list[list[np.ndarray]]:
    """A row of pictures [SIDE, SIDE, 3] in 0..1 for each seed: the regions, then each value of the setting."""
    rows: list[list[np.ndarray]] = []
    for seed in SEEDS:
        row = [renderer.drawing(scene.at(scene.values[-1])[0], SIDE, SIDE)]
        for value in scene.values:
            boxes, settings = scene.at(value)
            row.append(renderer.picture_of_boxes(boxes, scene.base_prompt, settings, SIDE, SIDE, seed))
        rows.append(row)
    return rows


def sheet(heads: Sequence[str], rows: list[list[np.ndarray]]) -> Image.Image:
    """Pictures in rows of equal length, a head over each column."""
    size = (GAP + (SHOWN_SIDE + GAP) * len(heads), HEAD + (SHOWN_SIDE + GAP) * len(rows))
    paper = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(paper)
    for column, head in enumerate(heads):
        left = GAP + column * (SHOWN_SIDE + GAP)
        draw.text((left + SHOWN_SIDE / 2, HEAD / 2), head, fill=(20, 20, 20), font_size=15, anchor="mm")
        for number, row in enumerate(rows):
            tile = Image.fromarray((np.clip(row[column], 0, 1) * 255).round().astype(np.uint8))
            tile = tile.resize((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.LANCZOS)
            paper.paste(tile, (left, HEAD + number * (SHOWN_SIDE + GAP)))
    return paper


def heads_of(scene: Scene) -> list[str]:
    return ["regions", *(f"{scene.setting} {value}" for value in scene.values)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench settings", description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=[s.setting for s in SCENES], help="may be repeated")
    parser.add_argument("--weights", type=Path, help="another weights file than the one that ships")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder for the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    renderer = Renderer(options.weights)
    for scene in SCENES:
        if options.only and scene.setting not in options.only:
            continue
        path = options.out / f"{scene.setting}.jpg"
        sheet(heads_of(scene), rows_of(scene, renderer)).save(path, quality=QUALITY, optimize=True)
        print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


if __name__ == "__main__":
    sys.exit(main())
