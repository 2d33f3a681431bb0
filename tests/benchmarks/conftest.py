"""The benchmarks as a package, a run of one as a command, and the picture of a layout as it should be."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from flux_regions.pocket.scenes import Object, Scene, render

from devtools import packages

ROOT = Path(__file__).resolve().parents[2]

packages.load_package("benchmarks", ROOT / "benchmarks")


@pytest.fixture
def bench(comfy_host, tmp_path):
    """bench(name, *arguments) -> (the JSON of its last line, names of the files that it wrote)."""

    def run(name, *arguments):
        command = [sys.executable, ROOT / "dev.py", "bench", name, *arguments, "--out", tmp_path]
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=ROOT)
        assert result.returncode == 0, result.stderr[-2000:]
        return json.loads(result.stdout.strip().splitlines()[-1]), {path.name for path in tmp_path.iterdir()}

    return run


@pytest.fixture(scope="session")
def drawn():
    """drawn(layout, kinds) -> [H, W, 3] in 0..1: the layout as a perfect artist would draw it.

    Every object is in the middle of what is visible of its region. kinds: index of a region -> (shape, color), where it
    is not the layout's.
    """

    def draw(layout, kinds=None):
        owners, objects = layout.owners(), []
        for index, region in enumerate(layout.regions):
            rows, columns = np.nonzero(owners == index)
            diameter = int(0.6 * min(np.ptp(rows), np.ptp(columns)))
            shape, color = (kinds or {}).get(index, (region.shape, region.color))
            x, y = int(columns.mean()) - diameter // 2, int(rows.mean()) - diameter // 2
            objects.append(Object(shape, color, x, y, diameter))
        return render(Scene(layout.width, layout.height, layout.background, tuple(objects), ""))

    return draw
