"""Coverage is the exact area average of what was drawn, at any resolution, and no region vanishes."""

import math

import pytest
import torch
from flux_regions.regions import Ellipse, Mark, Polygon, Rect, Region, RegionSet, Stroke, TokenGrid, coverage
from hypothesis import given, settings
from hypothesis import strategies as st

SQUARE = TokenGrid(128, 128)  # 1024 x 1024 px, 64 x 64 tokens


def cover(*marks, grid=SQUARE, **region):
    return coverage(RegionSet((Region(marks=tuple(Mark(shape) for shape in marks), **region),)), grid)[0]


def cover_mask(mask, grid=SQUARE, **region):
    return coverage(RegionSet((Region(mask=mask, **region),)), grid)[0]


@settings(max_examples=60, deadline=None)
@given(
    x=st.floats(0, 0.8), y=st.floats(0, 0.8), width=st.floats(0.15, 1), height=st.floats(0.15, 1),
    rows=st.integers(5, 40), cols=st.integers(5, 40),
)  # fmt: skip
def test_a_box_covers_exactly_its_area(x, y, width, height, rows, cols):
    grid = TokenGrid(rows, cols)
    covered = cover(Rect(x, y, width, height), grid=grid)
    # Sum over tokens of coverage * the token's area on the canvas = the box's area, whatever the latent's parity.
    areas = grid.row_edges().diff()[:, None] * grid.col_edges().diff()[None, :]
    expected = (min(x + width, 1) - x) * (min(y + height, 1) - y)
    if expected * grid.tokens >= 2:  # a box smaller than a token is given one whole
        assert (covered * areas).sum().item() == pytest.approx(expected, abs=1e-5)
    assert covered.min() >= 0 and covered.max() <= 1


def test_a_box_on_the_token_grid_is_binary():
    covered = cover(Rect(0.25, 0.5, 0.5, 0.25))
    expected = torch.zeros(64, 64)
    expected[32:48, 16:48] = 1
    assert torch.equal(covered, expected)


def test_the_last_token_of_an_odd_latent_counts_only_its_part_on_the_canvas():
    """1080 px = 135 latent rows = 67.5 tokens: the host makes 68, and the last one is half off the canvas."""
    grid = TokenGrid(135, 240)
    assert (grid.rows, grid.cols) == (68, 120)
    assert torch.equal(cover(Rect(0, 0, 1, 1), grid=grid), torch.ones(68, 120))
    assert torch.equal(cover_mask(torch.ones(1080, 1920), grid=grid), torch.ones(68, 120))
    bottom = cover(Rect(0, 134 / 135, 1, 1 / 135), grid=grid)
    assert torch.allclose(bottom[67], torch.ones(120)) and not bottom[:67].any()


@settings(max_examples=30, deadline=None)
@given(height=st.integers(3, 50), width=st.integers(3, 50), seed=st.integers(0, 99))
def test_a_mask_keeps_its_mean_at_any_size(height, width, seed):
    mask = torch.rand(height, width, generator=torch.Generator().manual_seed(seed))
    grid = TokenGrid(2 * height, 2 * width)  # the same proportions
    assert cover_mask(mask, grid=grid).mean().item() == pytest.approx(mask.mean().item(), abs=1e-5)
    assert torch.allclose(cover_mask(mask, grid=grid), mask, atol=1e-6), "one mask pixel per token: nothing changes"


def test_masks_are_averaged_not_sampled():
    """A checkerboard finer than a token is half coverage; nearest-neighbour would give all or nothing."""
    mask = torch.zeros(1024, 1024)
    mask[::2, ::2] = 1
    mask[1::2, 1::2] = 1
    assert torch.allclose(cover_mask(mask), torch.full((64, 64), 0.5))


def test_one_drawing_fits_every_resolution():
    shapes = (Ellipse(0.2, 0.1, 0.5, 0.6), Stroke(((0.1, 0.9, 1.0), (0.9, 0.8, 0.5)), 0.1))
    small, large = cover(*shapes, grid=TokenGrid(64, 96)), cover(*shapes, grid=TokenGrid(128, 192))
    pooled = torch.nn.functional.avg_pool2d(large[None], 2)[0]
    assert (pooled - small).abs().max() < 0.08 and (pooled - small).abs().mean() < 0.005


@pytest.mark.parametrize(
    "shape, area",
    [
        (Ellipse(0.1, 0.2, 0.6, 0.5), math.pi * 0.3 * 0.25),
        (Polygon(((0.1, 0.1), (0.9, 0.1), (0.5, 0.8))), 0.5 * 0.8 * 0.7),
        (Polygon(((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))), 0.36),
        (Stroke(((0.2, 0.5, 1.0), (0.8, 0.5, 1.0)), 0.2), 0.6 * 0.2 + math.pi * 0.01),
        (Stroke(((0.5, 0.5, 1.0),), 0.4), math.pi * 0.04),
        (Stroke(((0.2, 0.5, 1.0), (0.8, 0.5, 0.0)), 0.2), 0.6 * 0.1 + math.pi * 0.01 / 2),
    ],
)
def test_shapes_have_their_textbook_area(shape, area):
    assert cover(shape).mean().item() == pytest.approx(area, rel=0.02)


def test_a_brush_is_round_on_a_wide_canvas():
    covered = cover(Stroke(((0.5, 0.5, 1.0),), 0.5), grid=TokenGrid(64, 128))
    assert covered.sum(0).max().item() == pytest.approx(covered.sum(1).max().item(), rel=0.05)


def test_later_marks_are_added_or_taken_away_in_order():
    hole, whole = Mark(Rect(0.25, 0.25, 0.5, 0.5), "subtract"), Mark(Rect(0, 0, 1, 1))
    ring = coverage(RegionSet((Region(marks=(whole, hole)),)), SQUARE)[0]
    assert ring.mean().item() == pytest.approx(0.75)
    refilled = coverage(RegionSet((Region(marks=(hole, whole)),)), SQUARE)[0]
    assert refilled.mean().item() == pytest.approx(1.0)


def test_a_region_smaller_than_a_token_keeps_its_best_token():
    covered = cover(Rect(0.5, 0.5, 0.004, 0.004))
    assert covered.sum() == 1 and covered[32, 32] == 1
    mask = torch.zeros(1024, 1024)
    mask[700, 300] = 1
    covered = cover_mask(mask)
    assert covered[43, 18] == 1 and covered.sum().item() == pytest.approx(1)


def test_a_thin_or_grey_region_of_many_tokens_stays_as_it_is():
    """Only a region that would get no token is given one; a half-covered row is half covered, all along."""
    line = cover(Rect(0, 0.5, 1, 6 / 1024))
    assert torch.allclose(line[32], torch.full((64,), 0.375)) and line.sum().item() == pytest.approx(24)
    assert torch.allclose(cover_mask(torch.full((64, 64), 0.3)), torch.full((64, 64), 0.3))


def test_an_empty_region_is_an_error_that_names_it():
    regions = RegionSet(
        (Region("sky", marks=(Mark(Rect(0, 0, 1, 0.5)),)), Region("ship", marks=(Mark(Rect(1.2, 0, 0.5, 0.5)),)))
    )
    with pytest.raises(ValueError, match=r"Region 2 \('ship'\) is empty"):
        coverage(regions, SQUARE)


def test_a_mask_of_other_proportions_is_an_error_that_names_both_sizes():
    with pytest.raises(ValueError, match=r"Region 1.*768x512.*1024x1024"):
        cover_mask(torch.ones(512, 768))
    cover_mask(torch.ones(1080, 1920), grid=TokenGrid(136, 240))  # 1080 rounded up to 1088 is no mistake


def test_feather_fades_the_edge_and_keeps_the_border():
    hard, soft = cover(Rect(0, 0, 0.5, 1)), cover(Rect(0, 0, 0.5, 1), feather=0.25)
    row = soft[32]
    assert row[0] > 0.999, "the canvas's border is no edge"
    assert row[31].item() == pytest.approx(0.5, abs=0.06) and row[32].item() == pytest.approx(0.5, abs=0.06)
    assert bool((row.diff() <= 1e-6).all()), "it falls all the way"
    assert row[32 - 10] > 0.98 and row[32 + 10] < 0.02, "a feather of 0.25 of 64 tokens spans 16 of them"
    assert soft.mean().item() == pytest.approx(hard.mean().item(), abs=1e-3)
