"""The window of steps, the step a noise level belongs to, and the intervals of blocks."""

import pytest
import torch
from flux_regions.attention import Settings, is_isolated_block, region_steps, step_index, window_segments, window_steps
from flux_regions.regions import Region
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "start, end, steps, expected",
    [
        (0.0, 10 / 24, 24, range(10)),
        (0.0, 0.417, 24, range(10)),
        (0.0, 1.0, 4, range(4)),
        (0.25, 0.75, 4, range(1, 3)),
        (0.0, 0.1, 4, range(0)),
        (0.0, 0.4, 1, range(0)),
        (0.0, 0.5, 1, range(1)),
        (0.0, 0.5, 3, range(2)),
        (0.0, 0.5, 5, range(3)),
        (0.0, 0.6, 1, range(1)),
    ],
)
def test_the_window_is_a_share_of_the_steps(start, end, steps, expected):
    assert list(window_steps(Settings(start=start, end=end), steps)) == list(expected)


@pytest.mark.parametrize(
    "own, window, steps, expected",
    [
        ((0.0, 1.0), (0.0, 0.4), 24, range(10)),
        ((0.0, 0.5), (0.0, 1.0), 4, range(2)),
        ((0.5, 1.0), (0.0, 1.0), 4, range(2, 4)),
        ((0.5, 1.0), (0.0, 0.75), 8, range(4, 6)),
        ((0.25, 1.0), (0.0, 0.5), 4, range(1, 2)),
        ((0.5, 1.0), (0.0, 0.5), 4, range(0)),
        ((0.0, 0.5), (0.75, 1.0), 4, range(0)),
        # too short for a step of its own: the step in which its middle falls
        ((0.3, 0.35), (0.0, 1.0), 4, range(1, 2)),
        ((0.0, 0.1), (0.0, 1.0), 4, range(1)),
        ((0.95, 1.0), (0.0, 1.0), 4, range(3, 4)),
        ((0.0, 0.1), (0.0, 1.0), 1, range(1)),
        ((0.9, 1.0), (0.0, 1.0), 1, range(1)),
        # Apply's window is not widened: it may hold no step at all
        ((0.0, 1.0), (0.0, 0.1), 4, range(0)),
        ((0.0, 0.1), (0.0, 0.1), 4, range(0)),
    ],
)
def test_a_region_acts_where_its_own_window_meets_the_general_one(own, window, steps, expected):
    region = Region(start=own[0], end=own[1])
    assert list(region_steps(region, Settings(start=window[0], end=window[1]), steps)) == list(expected)


SHARES = st.integers(0, 1000)


@given(st.tuples(SHARES, SHARES), st.tuples(SHARES, SHARES), st.integers(1, 60))
def test_a_region_s_steps_are_in_both_windows_and_a_wide_one_changes_nothing(own, window, steps):
    (start, end), (first, last) = sorted(own), sorted(window)
    if start == end or first == last:
        return
    settings = Settings(start=first / 1000, end=last / 1000)
    acts = region_steps(Region(start=start / 1000, end=end / 1000), settings, steps)
    assert set(acts) <= set(window_steps(settings, steps))
    assert region_steps(Region(), settings, steps) == window_steps(settings, steps)
    everywhere = region_steps(Region(start=start / 1000, end=end / 1000), Settings(start=0.0, end=1.0), steps)
    assert len(everywhere) >= 1, "it always has a step of its own"
    assert set(acts) == set(everywhere) & set(window_steps(settings, steps))
    middle = (start + end) / 2000 * steps
    assert len(everywhere) > 1 or (everywhere[0] <= middle + 0.5 and middle - 0.5 <= everywhere[-1] + 1)


@given(SHARES.filter(lambda cut: 0 < cut < 1000), st.integers(2, 60))
def test_regions_that_take_turns_leave_no_gap(cut, steps):
    before, after = Region(end=cut / 1000), Region(start=cut / 1000)
    always = Settings(start=0.0, end=1.0)
    union = {*region_steps(before, always, steps), *region_steps(after, always, steps)}
    assert union == set(range(steps))


def test_spells_are_the_times_between_openings_and_closings():
    assert window_segments([]) == [(0.0, 1.0, ())]
    assert window_segments([(0.0, 0.5), (0.0, 1.0)]) == [(0.0, 0.5, (0, 1)), (0.5, 1.0, (1,))]
    assert window_segments([(0.2, 0.6), (0.4, 0.8)]) == [
        (0.0, 0.2, ()),
        (0.2, 0.4, (0,)),
        (0.4, 0.6, (0, 1)),
        (0.6, 0.8, (1,)),
        (0.8, 1.0, ()),
    ]


def test_every_step_is_recognised_by_its_noise_level():
    sigmas = torch.tensor([1.0, 0.9, 0.7, 0.4, 0.1, 0.0])
    assert [step_index(sigma, sigmas) for sigma in sigmas[:-1].tolist()] == [0, 1, 2, 3, 4]
    assert [step_index(sigma + 1e-6, sigmas) for sigma in sigmas[:-1].tolist()] == [0, 1, 2, 3, 4], (
        "fp16 rounding is no step"
    )


def test_a_level_between_two_steps_belongs_to_the_earlier():
    sigmas = torch.tensor([1.0, 0.5, 0.0])
    assert step_index(0.75, sigmas) == 0 and step_index(0.2, sigmas) == 1 and step_index(0.0, sigmas) == 1
    assert step_index(1.2, sigmas) == 0


def test_intervals_pick_every_nth_block_from_the_first():
    chosen = Settings(double_interval=1, single_interval=3)
    assert [is_isolated_block("single", i, chosen) for i in range(6)] == [True, False, False, True, False, False]
    assert all(is_isolated_block("double", i, chosen) for i in range(5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_ratio": 1.5},
        {"base_ratio": float("nan")},
        {"start": 0.5, "end": 0.5},
        {"start": 0.6, "end": 0.5},
        {"start": -0.1},
        {"end": 1.1},
        {"double_interval": 0},
        {"overlap": "max"},
        {"image_stream": "two"},
        {"isolation": "none"},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="|".join(wrong)):
        Settings(**wrong)
