"""The adherence benchmark: layouts are seeded and drawable, and its scores tell right from wrong."""

import numpy as np
import pytest
from flux_regions.pocket.recognise import DetectedObject, Recognition
from flux_regions.pocket.scenes import PALETTE

from benchmarks.adherence import field_measures
from benchmarks.adherence.field_layouts import OVERLAPS, SPLITS, field_layouts, overlay_score
from benchmarks.adherence.field_measures import score_picture
from benchmarks.adherence.layouts import KINDS, Layout, ObjectRegion, layouts
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


FIELD = field_layouts(2, 1)


def test_each_split_of_the_field_s_protocols_has_layouts_of_its_kind():
    assert [layout.kind for layout in FIELD] == [kind for kind in SPLITS for _ in range(2)]
    for layout in FIELD:
        boxes = [region.box for region in layout.regions]
        protocol, split = layout.kind.split(" ", 1)
        if protocol == "coco_mig":
            assert f"L{len(boxes)}" == split
        if protocol == "overlaybench":
            least, most = OVERLAPS[split]
            assert least <= overlay_score(boxes) < most
        else:
            assert overlay_score(boxes) == 0
        if split.startswith("number"):
            least, most = map(int, split.removeprefix("number ").split("-"))
            assert least <= len(boxes) <= most


def squares(layout, colors=None, share=1.0):
    """[H, W, 3]: in the middle of every box a square of a share of its sides. colors: of regions, if not theirs."""
    picture = np.full((layout.height, layout.width, 3), PALETTE[layout.background], np.float32) / 255
    for index, region in enumerate(layout.regions):
        x, y, width, height = (value * layout.width for value in region.box)
        rows = slice(round(y + height * (1 - share) / 2), round(y + height * (1 + share) / 2))
        columns = slice(round(x + width * (1 - share) / 2), round(x + width * (1 + share) / 2))
        picture[rows, columns] = np.array(PALETTE[(colors or {}).get(index, region.color)]) / 255
    return picture


@pytest.fixture
def two_squares():
    boxes = ((0.1, 0.1, 0.3, 0.3), (0.6, 0.55, 0.3, 0.3))
    regions = (ObjectRegion("square", color, box) for color, box in zip(("red", "blue"), boxes, strict=True))
    return Layout("coco_mig L2", 0, "white", tuple(regions))


def test_the_field_s_measures_of_a_perfect_picture_are_one(two_squares):
    score = score_picture(squares(two_squares), two_squares)
    row = field_measures.summary([score], [two_squares])["coco_mig"]["L2"]
    assert row["ISR"] == row["SR"] == 1 and row["mIoU"] > 0.95


def test_an_instance_of_the_wrong_colour_or_too_small_counts_as_published(two_squares):
    wrong = score_picture(squares(two_squares, {0: "green"}), two_squares)
    assert wrong.located == wrong.present == [False, True] and wrong.ious[0] == 0
    small = score_picture(squares(two_squares, share=0.6), two_squares)
    assert small.located == [False, False] and small.present == [True, True]
    assert small.ious == pytest.approx([0.36] * 2, abs=0.03)
    row = field_measures.summary([wrong, small], [two_squares] * 2)["coco_mig"]["L2"]
    assert row["ISR"] == 0.25 and row["SR"] == 0


def test_the_overlap_is_that_of_the_boxes_of_what_is_there(monkeypatch):
    regions = (ObjectRegion("square", "red", (0, 0, 0.5, 0.5)), ObjectRegion("ring", "blue", (0.25, 0, 0.5, 0.5)))
    layout = Layout("overlaybench hard", 0, "white", regions)
    seen = [
        DetectedObject("square", "red", (0, 0, 128, 128), 1, 1.0),
        DetectedObject("ring", "blue", (96, 0, 192, 128), 1, 1.0),
    ]
    monkeypatch.setattr(field_measures, "recognise", lambda _: Recognition("white", tuple(seen)))
    picture = np.zeros((256, 256, 3), np.float32)
    assert score_picture(picture, layout).overlap_ious == [0.5], "32 of 64 columns"
    seen.pop()
    assert score_picture(picture, layout).overlap_ious == [0.0]


@pytest.mark.host
@pytest.mark.slow
def test_the_command_measures_the_shipped_model_and_ends_with_its_summary(bench):
    methods = ("base_prompt", "masked_conditioning", "modulate", "paper", "auto")
    chosen = [word for method in methods for word in ("--only", method)]
    chosen += ["--kind", "quadrants", "--kind", "swapped", "--sweep-per-kind", 0]
    summary, files = bench("adherence", "--per-kind", 3, "--field-per-split", 0, "--steps", 8, *chosen)
    assert summary.pop("seeds") == 6
    assert set(summary) == {"regions4", "regions2", "swap_pairs", "leak", "seam", "cost", "exact"}
    assert all(set(row) == set(methods) for row in summary.values())
    regional = [summary[measured][method] for measured in ("regions4", "swap_pairs") for method in ("auto", "paper")]
    others = [summary["regions4"][method] for method in ("masked_conditioning", "modulate", "base_prompt")]
    assert min(regional) >= 0.9 > max(*others, summary["swap_pairs"]["base_prompt"])
    assert summary["cost"]["auto"] == summary["cost"]["modulate"] == 1.0 < summary["cost"]["masked_conditioning"]
    assert files == {"results.json", "results.md", "examples.png"}


@pytest.mark.host
@pytest.mark.slow
def test_the_command_gives_the_field_s_measures_of_all_kinds(bench):
    methods = ("auto", "base_prompt")
    chosen = [word for method in methods for word in ("--only", method)]
    chosen += ["--sweep-per-kind", 0, "--steps", 4]
    summary, _ = bench("adherence", "--per-kind", 1, "--field-per-split", 1, *chosen)
    assert summary["seeds"] == len(KINDS) and set(summary["regions8"]) == set(methods)
    assert list(summary["coco_mig"]) == ["L2", "L3", "L4", "L5", "L6"]
    assert list(summary["overlaybench"]) == ["simple", "medium", "hard"]
    for protocol in ("coco_mig", "overlaybench", "layoutbench"):
        measured = [row for split in summary[protocol].values() for row in split.values()]
        assert all(set(row) == set(methods) and all(0 <= value <= 1 for value in row.values()) for row in measured)
        assert sum(row["auto"] for row in measured) > sum(row["base_prompt"] for row in measured)
