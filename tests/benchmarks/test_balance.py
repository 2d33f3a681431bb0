"""The balance benchmark: its layouts are mixed and seeded, and what it calls right needs the object and the background."""

import json
import subprocess
import sys

import numpy as np
import pytest

from devtools import packages, places

packages.load_package("benchmarks", places.ROOT / "benchmarks")

from flux_regions.pocket.scenes import PALETTE  # noqa: E402

from benchmarks.balance.__main__ import summary  # noqa: E402
from benchmarks.balance.layouts import COUNTS, LEAST, TOKEN, mixed_layouts  # noqa: E402
from benchmarks.balance.scoring import right, seamless  # noqa: E402

LAYOUTS = mixed_layouts(2, 5)


def test_the_same_seed_gives_the_same_layouts_each_with_two_kinds_of_prompts():
    assert [layout.base_prompt for layout in LAYOUTS] == [layout.base_prompt for layout in mixed_layouts(2, 5)]
    assert [len(layout.places) for layout in LAYOUTS] == [count for count in COUNTS for _ in range(4)]
    for bare, told in zip(LAYOUTS[::2], LAYOUTS[1::2], strict=True):
        assert (bare.kind, told.kind, bare.places, bare.seed) == ("bare", "told", told.places, told.seed)
        for place in bare.places:
            assert told.prompt(place) == f"{bare.prompt(place)} on a {told.background} background"


@pytest.mark.parametrize("count", COUNTS)
def test_every_region_has_room_for_its_object_and_sizes_differ(count):
    sizes = set()
    for layout in mixed_layouts(8, 1, (count,)):
        owners = layout.owners()
        for index in range(count):
            rows, columns = np.nonzero(owners == index)
            assert min(np.ptp(rows), np.ptp(columns)) + 1 >= (LEAST - 1) * TOKEN
            sizes.add(len(rows))
    assert len(sizes) > 1


@pytest.mark.parametrize("layout", LAYOUTS[8:12], ids=lambda layout: layout.kind)
def test_a_region_is_right_with_its_object_on_the_picture_s_background(drawn, layout):
    picture = drawn(layout)
    assert right(picture, layout) == [True] * len(layout.places)
    other = next(
        np.array(rgb) / 255 for name, rgb in PALETTE.items() if name not in (layout.background, layout.places[0].color)
    )
    area, ground = layout.owners() == 0, np.array(PALETTE[layout.background]) / 255
    picture[area & np.isclose(picture, ground, atol=0.01).all(-1)] = other
    assert seamless(picture, layout) == [False] + [True] * (len(layout.places) - 1)
    assert not right(picture, layout)[0]
    assert not any(right(np.zeros_like(picture) + ground, layout)), "without objects nothing is right"


def test_the_worst_number_and_kind_of_prompt_counts():
    found = [[layout.kind == "told" or len(layout.places) != 4] * len(layout.places) for layout in LAYOUTS]
    row = summary(found, LAYOUTS)
    assert row["worst"] == row["by_number"]["4 bare"] == 0 < row["right"] < 1
    assert row["by_number"]["4 told"] == row["by_number"]["16 bare"] == 1


@pytest.mark.host
@pytest.mark.slow
def test_the_command_compares_auto_with_fixed_settings(comfy_host, tmp_path):
    command = [sys.executable, places.ROOT / "dev.py", "bench", "balance", "--per-count", "1", "--out", tmp_path]
    command += ["--only", "auto", "--only", "base_ratio 0, end 1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=places.ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    worst = json.loads(done.stdout.strip().splitlines()[-1])
    assert worst["auto"] > 0.5 > worst["base_ratio 0, end 1"], "bare prompts fall apart without a base prompt"
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "results.md"}
