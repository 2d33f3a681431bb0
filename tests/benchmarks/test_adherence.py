"""The adherence benchmark: layouts are seeded and drawable, and its scores tell right from wrong."""

import json
import subprocess
import sys

import numpy as np
import pytest

from devtools import packages, places

packages.load_package("benchmarks", places.ROOT / "benchmarks")

from benchmarks.adherence.layouts import KINDS, layouts  # noqa: E402
from benchmarks.adherence.scoring import score, seam_ratio  # noqa: E402


def test_the_same_seed_gives_the_same_layouts():
    one, same, other = layouts(2, 5), layouts(2, 5), layouts(2, 6)
    assert [layout.base_prompt for layout in one] == [layout.base_prompt for layout in same]
    assert [layout.base_prompt for layout in one] != [layout.base_prompt for layout in other]
    assert len(one) == 2 * len(KINDS) and {layout.kind for layout in one} == set(KINDS)


@pytest.mark.parametrize("layout", layouts(2, 1), ids=lambda layout: layout.kind)
def test_a_perfect_picture_is_scored_as_perfect(drawn, layout):
    found = score(drawn(layout), layout)
    assert found.exact == found.color == found.shape == found.regions == len(layout.places)
    assert found.whole and found.leaks == 0


def test_traded_objects_are_found_out_as_leaks(drawn):
    layout = next(one for one in layouts(1, 3) if one.kind == "swapped")
    a, b = layout.places
    traded = score(drawn(layout, {0: (b.shape, b.color), 1: (a.shape, a.color)}), layout)
    assert traded.exact == traded.color == traded.shape == 0 and traded.leaks == 2 and not traded.whole
    colors = score(drawn(layout, {0: (a.shape, b.color), 1: (b.shape, a.color)}), layout)
    assert colors.exact == colors.color == 0 and colors.shape == 2 and colors.leaks == 0


def test_an_empty_or_noisy_picture_scores_nothing():
    layout = next(one for one in layouts(1, 3) if one.kind == "quadrants")
    blank = np.full((layout.height, layout.width, 3), 0.5, np.float32)
    noise = np.random.default_rng(0).random(blank.shape).astype(np.float32)
    assert score(blank, layout).exact == score(noise, layout).exact == 0


def test_a_seam_shows_in_the_seam_ratio():
    owners = np.zeros((64, 64), int)
    owners[:, 32:] = 1
    smooth = np.tile(np.linspace(0, 1, 64, dtype=np.float32)[None, :, None], (64, 1, 3))
    seam = smooth.copy()
    seam[:, 32:] = np.clip(seam[:, 32:] + 0.3, 0, 1)
    assert seam_ratio(smooth, owners) < 2.5 < 10 < seam_ratio(seam, owners)


@pytest.mark.host
@pytest.mark.slow
def test_the_command_measures_the_shipped_model_and_ends_with_its_summary(comfy_host, tmp_path):
    command = [sys.executable, places.ROOT / "dev.py", "bench", "adherence", "--per-kind", "3", "--sweep-per-kind", "0"]
    done = subprocess.run([*command, "--out", tmp_path], capture_output=True, text=True, cwd=places.ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found.pop("seeds") == 3 * len(KINDS)
    assert set(found) == {"regions4", "regions2", "regions8", "swap_pairs", "leak", "seam", "cost"}
    methods = {"default", "paper", "masked_conditioning", "modulate", "base_prompt"}
    assert all(set(row) == methods for row in found.values())
    ours = [found[measured][method] for measured in ("regions4", "swap_pairs") for method in ("default", "paper")]
    rivals = [found["regions4"][method] for method in ("masked_conditioning", "modulate", "base_prompt")]
    assert min(ours) >= 0.9 > max(*rivals, found["swap_pairs"]["base_prompt"])
    assert found["cost"]["default"] == found["cost"]["modulate"] == 1.0 < found["cost"]["masked_conditioning"]
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "results.md", "examples.png"}
