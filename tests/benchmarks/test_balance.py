"""The balance benchmark: its layouts are of all kinds and seeded, and right needs the object and the background."""

import numpy as np
import pytest
from flux_regions.pocket.scenes import PALETTE

from benchmarks.balance.__main__ import summary
from benchmarks.balance.layouts import KINDS, THIN_SIDE, TOKEN, TRAINED_SIDE, wide_layouts
from benchmarks.balance.scoring import RegionScore, score_regions, seamless

LAYOUTS = wide_layouts(8, 5)


def test_the_same_seed_gives_the_same_layouts_each_with_two_kinds_of_prompts():
    assert [layout.base_prompt for layout in LAYOUTS] == [layout.base_prompt for layout in wide_layouts(8, 5)]
    for bare, told in zip(LAYOUTS[::2], LAYOUTS[1::2], strict=True):
        assert bare.kind.removesuffix(" bare") == told.kind.removesuffix(" told")
        assert bare.regions is told.regions and bare.seed == told.seed
        for region in bare.regions:
            assert told.prompt(region) == f"{bare.prompt(region)} on a {told.background} background"


def test_every_cell_has_as_many_regions_as_asked_for():
    counts = {}
    for layout in LAYOUTS:
        counts[layout.kind] = counts.get(layout.kind, 0) + len(layout.regions)
    assert list(counts) == [f"{kind} {prompts}" for kind in KINDS for prompts in ("bare", "told")]
    assert min(counts.values()) >= 8


@pytest.mark.parametrize("kind", KINDS)
def test_every_region_has_room_for_its_object_and_pictures_differ_in_size(kind):
    layouts = [layout for layout in wide_layouts(40, 1) if layout.kind == f"{kind} told"]
    for layout in layouts:
        owners = layout.owners()
        assert set(owners[owners >= 0]) == set(range(len(layout.regions)))
        for index in range(len(layout.regions)):
            rows, columns = np.nonzero(owners == index)
            assert min(np.ptp(rows), np.ptp(columns)) + 1 >= (THIN_SIDE - 1) * TOKEN
        assert (max(layout.width, layout.height) > 384) == (kind == "many")
        boxes = [region.box for region in layout.regions]
        longest = max(round(max(width * layout.width, height * layout.height)) for *_, width, height in boxes)
        assert kind not in ("columns", "long") or (longest > TRAINED_SIDE * TOKEN) == (kind == "long")
    assert len({(layout.width, layout.height) for layout in layouts}) > 1
    assert {len(layout.regions) > 16 for layout in layouts} == {kind == "many"}


@pytest.mark.parametrize(
    "layout", [layout for layout in LAYOUTS if layout.kind.startswith("grid")][:2], ids=lambda layout: layout.kind
)
def test_a_region_is_right_with_its_object_on_the_picture_s_background(drawn, layout):
    picture = drawn(layout)
    assert score_regions(picture, layout) == [RegionScore(True, True)] * len(layout.regions)
    other = next(
        np.array(rgb) / 255 for name, rgb in PALETTE.items() if name not in (layout.background, layout.regions[0].color)
    )
    area, ground = layout.owners() == 0, np.array(PALETTE[layout.background]) / 255
    picture[area & np.isclose(picture, ground, atol=0.01).all(-1)] = other
    assert seamless(picture, layout) == [False] + [True] * (len(layout.regions) - 1)
    assert not score_regions(picture, layout)[0].right
    assert not any(score.exact for score in score_regions(np.zeros_like(picture) + ground, layout))


def test_the_worst_cell_within_the_training_counts():
    def failed(layout):
        return layout.kind in ("free bare", "many told")

    scores = [[RegionScore(not failed(layout), False)] * len(layout.regions) for layout in LAYOUTS]
    row = summary(scores, LAYOUTS)
    assert row["worst"] == row["cells"]["free bare"] == row["cells"]["many told"] == 0 < row["exact"] < 1
    assert row["cells"]["free told"] == row["cells"]["many bare"] == 1 and row["right"] == 0
    beyond = [[RegionScore("many" not in layout.kind, True)] * len(layout.regions) for layout in LAYOUTS]
    assert summary(beyond, LAYOUTS)["exact"] == summary(beyond, LAYOUTS)["worst"] == 1, "figures without a claim"


@pytest.mark.host
@pytest.mark.slow
def test_the_command_compares_auto_with_fixed_settings(bench):
    names = ("auto", "base_ratio 0.2, end 1")
    kinds = ("--kind", "columns", "--kind", "grid")
    worst, files = bench("balance", "--regions", 8, "--steps", 8, *kinds, "--only", names[0], "--only", names[1])
    assert worst["auto"] > 0.75 > worst["base_ratio 0.2, end 1"], "bare regions fall apart without the background"
    assert files == {"results.json", "results.md"}
