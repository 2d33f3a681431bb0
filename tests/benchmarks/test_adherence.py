"""The adherence benchmark: layouts are seeded and drawable, and its scores tell right from wrong."""

import numpy as np
import pytest

from benchmarks.adherence.layouts import KINDS, layouts
from benchmarks.adherence.scoring import score, seam_ratio


def test_the_same_seed_gives_the_same_layouts():
    def prompts(seed):
        return [layout.base_prompt for layout in layouts(2, seed)]

    assert prompts(5) == prompts(5) != prompts(6)
    assert [layout.kind for layout in layouts(2, 5)] == [kind for kind in KINDS for _ in range(2)]


@pytest.mark.parametrize("layout", layouts(2, 1), ids=lambda layout: layout.kind)
def test_a_perfect_picture_is_scored_as_perfect(drawn, layout):
    perfect = score(drawn(layout), layout)
    assert perfect.exact == perfect.color == perfect.shape == perfect.regions == len(layout.regions)
    assert perfect.whole and perfect.leaks == 0


def test_traded_objects_are_leaks(drawn):
    layout = next(layout for layout in layouts(1, 3) if layout.kind == "swapped")
    a, b = layout.regions
    traded = score(drawn(layout, {0: (b.shape, b.color), 1: (a.shape, a.color)}), layout)
    assert traded.exact == traded.color == traded.shape == 0 and traded.leaks == 2 and not traded.whole
    colors = score(drawn(layout, {0: (a.shape, b.color), 1: (b.shape, a.color)}), layout)
    assert colors.exact == colors.color == 0 and colors.shape == 2 and colors.leaks == 0


def test_an_empty_or_noisy_picture_scores_nothing():
    layout = next(layout for layout in layouts(1, 3) if layout.kind == "quadrants")
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
def test_the_command_measures_the_shipped_model_and_ends_with_its_summary(bench):
    summary, files = bench("adherence", "--per-kind", 3, "--sweep-per-kind", 0)
    assert summary.pop("seeds") == 3 * len(KINDS)
    assert set(summary) == {"regions4", "regions2", "regions8", "swap_pairs", "leak", "seam", "cost"}
    methods = {"default", "paper", "masked_conditioning", "modulate", "base_prompt"}
    assert all(set(row) == methods for row in summary.values())
    regional = [summary[measured][method] for measured in ("regions4", "swap_pairs") for method in ("default", "paper")]
    baselines = [summary["regions4"][method] for method in ("masked_conditioning", "modulate", "base_prompt")]
    assert min(regional) >= 0.9 > max(*baselines, summary["swap_pairs"]["base_prompt"])
    assert summary["cost"]["default"] == summary["cost"]["modulate"] == 1.0 < summary["cost"]["masked_conditioning"]
    assert files == {"results.json", "results.md", "examples.png"}
