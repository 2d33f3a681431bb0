"""Auto balance: smaller regions act longer, the first steps are firm, and what people set themselves stays."""

from dataclasses import replace

import pytest
from flux_regions.attention import FITTED, Settings, balanced, is_early_step
from flux_regions.regions import Rect, Region, RegionSet, ShapeOp, TokenGrid
from hypothesis import given
from hypothesis import strategies as st

GRID = TokenGrid(64, 64)
AUTO = Settings(balance="auto", single_interval=3, base_ratio=0.9)


def strip(width: float, x: float = 0.0, **more) -> Region:
    return Region(shapes=(ShapeOp(Rect(x, 0.0, width, 1.0)),), **more)


def ends(*regions: Region, settings: Settings = AUTO, grid: TokenGrid = GRID) -> list[float]:
    return [region.end for region in balanced(RegionSet(regions), settings, grid, False)[0].regions]


def test_manual_changes_nothing():
    regions, settings = RegionSet((strip(0.5),)), Settings(base_ratio=0.3, end=0.7)
    assert balanced(regions, settings, GRID, True) == (regions, settings)


def test_a_large_region_acts_for_the_least_of_the_steps_and_a_small_one_to_the_end():
    assert ends(strip(0.5), strip(0.0625, 0.75)) == pytest.approx([FITTED.least, 1.0])


@given(st.lists(st.integers(1, 32), min_size=2, max_size=2, unique=True), st.floats(0, 0.9))
def test_a_smaller_region_never_acts_for_a_shorter_time(columns, start):
    small, large = sorted(columns)
    settings = replace(AUTO, start=start)
    (short,), (long,) = ends(strip(large / 32), settings=settings), ends(strip(small / 32), settings=settings)
    assert start < short <= long <= 1


def test_what_is_hidden_does_not_count():
    alone = ends(strip(0.4))
    assert alone == pytest.approx([FITTED.least])
    assert ends(strip(0.4), strip(0.375, 0.03125)) == [1.0, 1.0], "a thirty-second of the canvas is left of it"
    shared = ends(strip(0.4), strip(0.4), settings=replace(AUTO, overlap="union"))
    assert alone[0] < shared[0] == shared[1] < 1


def test_a_region_acts_as_long_as_what_it_hides():
    """Else the hidden part of the smaller one would come forth in the last steps."""
    small, large = strip(0.06, 0.44), strip(0.5)
    assert ends(small, large) == [1.0, 1.0] and ends(large, small) == pytest.approx([FITTED.least, 1.0])
    assert ends(strip(0.06, 0.5), large) == pytest.approx([1.0, FITTED.least]), "side by side"
    assert ends(strip(0.0625 * 1.5, 0.0625 * 5.5), strip(0.0625 * 5.5), grid=TokenGrid(32, 32))[1] < 1, (
        "half a token each"
    )
    for overlap in ("blend", "union"):
        assert len(set(ends(large, small, settings=replace(AUTO, overlap=overlap)))) == 1
    assert ends(small, strip(0.2, 0.46), strip(0.4, 0.6)) == [1.0] * 3, "one over the other over the third"


def test_the_same_drawing_is_balanced_alike_at_any_size():
    assert ends(strip(0.25)) == pytest.approx(ends(strip(0.25), grid=TokenGrid(256, 128)))


def test_a_window_of_its_own_and_the_start_stay():
    assert ends(strip(0.5, start=0.5), strip(0.5, 0.5, end=0.2)) == [1.0, 0.2]
    assert ends(strip(0.5), settings=replace(AUTO, start=0.5)) == pytest.approx([0.5 + FITTED.least / 2])


def test_the_first_steps_are_firm():
    found = [balanced(RegionSet((strip(0.5),)), AUTO, GRID, firm)[1] for firm in (True, False)]
    assert [settings.base_ratio for settings in found] == [FITTED.firm_ratio, FITTED.light_ratio]
    assert all((s.end, s.single_interval, s.isolation) == (1.0, 1, "regions") for s in found)


@pytest.mark.parametrize(
    "start, steps, first", [(0, 20, 3), (0, 40, 6), (0, 4, 1), (0, 1, 1), (0.5, 20, 12), (0.5, 8, 5), (0.25, 4, 2)]
)
def test_a_share_of_the_steps_from_the_start_is_firm(start, steps, first):
    settings = Settings(balance="auto", start=start)
    assert [is_early_step(step, steps, settings) for step in range(steps)] == [step < first for step in range(steps)]


def test_what_has_no_meaning_with_auto_is_refused_and_end_is_not_looked_at():
    assert Settings(start=0.5, end=0.4, balance="auto").start == 0.5
    for wrong in ({"isolation": "modulate"}, {"start": 1.0}):
        with pytest.raises(ValueError, match=r"balance|start"):
            Settings(balance="auto", **wrong)
    with pytest.raises(ValueError, match="balance is 'more'; choose one of: manual, auto"):
        Settings(balance="more")
