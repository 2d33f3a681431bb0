"""The balance benchmark: its layouts are mixed and seeded, and right needs the object and the background."""

import numpy as np
import pytest
from flux_regions.pocket.scenes import PALETTE

from benchmarks.balance.__main__ import summary
from benchmarks.balance.layouts import COUNTS, MIN_SIDE, TOKEN, mixed_layouts
from benchmarks.balance.scoring import right, seamless

LAYOUTS = mixed_layouts(2, 5)


def test_the_same_seed_gives_the_same_layouts_each_with_two_kinds_of_prompts():
    assert [layout.base_prompt for layout in LAYOUTS] == [layout.base_prompt for layout in mixed_layouts(2, 5)]
    assert [len(layout.regions) for layout in LAYOUTS] == [count for count in COUNTS for _ in range(4)]
    for short, full in zip(LAYOUTS[::2], LAYOUTS[1::2], strict=True):
        assert (short.kind, full.kind, short.regions, short.seed) == ("bare", "told", full.regions, full.seed)
        for region in short.regions:
            assert full.prompt(region) == f"{short.prompt(region)} on a {full.background} background"


@pytest.mark.parametrize("count", COUNTS)
def test_every_region_has_room_for_its_object_and_sizes_differ(count):
    sizes = set()
    for layout in mixed_layouts(8, 1, (count,)):
        owners = layout.owners()
        for index in range(count):
            rows, columns = np.nonzero(owners == index)
            assert min(np.ptp(rows), np.ptp(columns)) + 1 >= (MIN_SIDE - 1) * TOKEN
            sizes.add(len(rows))
    assert len(sizes) > 1


@pytest.mark.parametrize("layout", LAYOUTS[8:12], ids=lambda layout: layout.kind)
def test_a_region_is_right_with_its_object_on_the_picture_s_background(drawn, layout):
    picture = drawn(layout)
    assert right(picture, layout) == [True] * len(layout.regions)
    other = next(
        np.array(rgb) / 255 for name, rgb in PALETTE.items() if name not in (layout.background, layout.regions[0].color)
    )
    area, ground = layout.owners() == 0, np.array(PALETTE[layout.background]) / 255
    picture[area & np.isclose(picture, ground, atol=0.01).all(-1)] = other
    assert seamless(picture, layout) == [False] + [True] * (len(layout.regions) - 1)
    assert not right(picture, layout)[0]
    assert not any(right(np.zeros_like(picture) + ground, layout)), "without objects nothing is right"


def test_the_worst_number_and_kind_of_prompt_counts():
    results = [[layout.kind == "told" or len(layout.regions) != 4] * len(layout.regions) for layout in LAYOUTS]
    row = summary(results, LAYOUTS)
    assert row["worst"] == row["by_number"]["4 bare"] == 0 < row["right"] < 1
    assert row["by_number"]["4 told"] == row["by_number"]["16 bare"] == 1


@pytest.mark.host
@pytest.mark.slow
def test_the_command_compares_auto_with_fixed_settings(bench):
    worst, files = bench("balance", "--per-count", 1, "--only", "auto", "--only", "base_ratio 0, end 1")
    assert worst["auto"] > 0.5 > worst["base_ratio 0, end 1"], "object prompts fall apart without a base prompt"
    assert files == {"results.json", "results.md"}
