"""The window of steps, the step a noise level belongs to, and the intervals of blocks."""

from itertools import pairwise

import pytest
import torch
from flux_regions.attention import (
    Settings,
    Step,
    StepCounter,
    is_isolated_block,
    region_steps,
    window_segments,
    window_steps,
)
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
        (0.0, 0.1, 4, range(1)),  # too short for a step: that in which its middle falls
        (0.0, 0.4, 1, range(1)),
        (0.9, 1.0, 4, range(3, 4)),
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
        ((0.0, 1.0), (0.0, 0.1), 4, range(1)),
        ((0.0, 0.1), (0.0, 0.1), 4, range(1)),
        ((0.2, 1.0), (0.0, 0.3), 4, range(1)),  # the windows meet, and rounding would leave them none
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
    shared = set(everywhere) & set(window_steps(settings, steps))
    have_time_in_common = max(start, first) < min(end, last)
    assert set(acts) == shared or (not shared and have_time_in_common and len(acts) == 1)
    assert acts or not have_time_in_common
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


def steps_seen(levels, looks):
    """The step of each look in turn. looks: noise levels."""
    counter, sigmas = StepCounter(), torch.tensor(levels)
    return [counter.step_of(object(), sigma, sigmas) for sigma in looks]


SCHEDULES = {
    "falling": [1.0, 0.9, 0.7, 0.4, 0.1, 0.0],
    "rising": [0.0001, 0.1, 0.4, 0.7, 0.9, 1.0],
    "restarting": [1.0, 0.6, 0.3, 0.6, 0.3, 0.0],
    "repeated": [1.0, 1.0, 0.5, 0.5, 0.5, 0.0],
    "all the same": [0.5] * 6,
    "nearly equal": [1.0, 0.99999, 0.99998, 0.99997, 0.5, 0.0],
    "one step": [0.7, 0.3],
    "up and down": [0.2, 0.8, 0.2, 0.8, 0.2],
}


@pytest.mark.parametrize("levels", SCHEDULES.values(), ids=SCHEDULES)
def test_every_step_is_counted_whatever_the_levels_do(levels):
    assert steps_seen(levels, levels[:-1]) == list(range(len(levels) - 1))


def test_calls_that_ask_at_once_are_one_look():
    counter, sigmas, first, second = StepCounter(), torch.full((4,), 0.5), object(), object()
    assert [counter.step_of(look, 0.5, sigmas) for look in (first, first, second, second)] == [0, 0, 1, 1]


def test_rounding_is_no_step():
    assert steps_seen([1.0, 0.5, 0.0], [1.0 + 1e-6, 1.0 - 1e-6, 0.5 + 1e-6]) == [0, 0, 1]


@pytest.mark.parametrize("levels", [[1.0, 0.5, 0.2, 0.0], [0.0, 0.2, 0.5, 1.0]], ids=["falling", "rising"])
def test_half_steps_belong_to_the_step_they_came_from(levels):
    """Two looks in each step, as second-order samplers take: in its middle (DPM-2), or where it ends (Heun)."""
    halves = [(first + second) / 2 for first, second in pairwise(levels)]
    dpm_2 = [level for pair in zip(levels, halves, strict=False) for level in pair]
    assert steps_seen(levels, dpm_2) == [0, 0, 1, 1, 2, 2]
    heun = [level for pair in pairwise(levels) for level in pair]
    assert steps_seen(levels, heun[:-1]) == [0, 1, 1, 2, 2]


def test_a_sampler_that_leaves_steps_out_or_goes_back_is_followed():
    levels = [1.0, 0.8, 0.6, 0.4, 0.0]
    assert steps_seen(levels, [1.0, 0.6, 0.4]) == [0, 2, 3]
    assert steps_seen(levels, [0.6, 0.8, 0.6]) == [2, 1, 2]
    assert steps_seen(levels, [1.2, -1.0]) == [0, 3], "a level out of all bounds counts as the nearest"


def test_a_half_step_near_the_next_level_stays_a_half_step_where_levels_are_small():
    """DPM++ 2S ancestral on a Karras schedule: the second look is 0.8 % above the next level, of 1 in all."""
    levels = [1.0, 0.031152, 0.009166, 0.002079, 0.0]
    assert steps_seen(levels, [1.0, 0.031152, 0.009238, 0.009166, 0.002085, 0.002079]) == [0, 1, 1, 2, 2, 3]


def steps_that_act(levels, looks, steps):
    """The looks (from 0) at which that acts which is to act in these steps."""
    counter, sigmas = StepCounter(), torch.tensor(levels)
    indices = [(counter.step_of(object(), sigma, sigmas), counter.passed) for sigma in looks]
    return [look for look, (index, passed) in enumerate(indices) if Step(index, len(levels) - 1, passed).acts_in(steps)]


@pytest.mark.parametrize(
    "looks, steps, acting",
    [
        ([1.0, 0.6, 0.4], range(1, 2), [1]),  # DPM fast, EasyCache: nobody looks at the second step
        ([1.0, 0.6, 0.4], range(2), [0]),
        ([1.0, 0.6, 0.4], range(1, 3), [1]),
        ([1.0, 0.4, 0.4], range(1, 3), [1]),
        ([1.0, 0.4, 0.6], range(1, 2), [1]),  # back again: it has had its turn
        ([0.6, 0.4], range(1), []),  # what begins late has left nothing out
        ([1.0, 0.8, 0.6, 0.4], range(2, 2), []),
        ([1.0, 0.8], range(2, 4), []),
    ],
)
def test_what_lies_between_two_looks_acts_in_the_later_one(looks, steps, acting):
    assert steps_that_act([1.0, 0.8, 0.6, 0.4, 0.0], looks, steps) == acting


@pytest.mark.parametrize("steps", range(1, 30))
@pytest.mark.parametrize("start, end", [(0.0, 0.001), (0.999, 1.0), (0.3, 0.4), (0.5, 0.51), (0.0, 0.4)])
def test_a_window_that_is_not_empty_acts_in_at_least_one_step(start, end, steps):
    assert set(window_steps(Settings(start=start, end=end), steps)) & set(range(steps))
    assert set(region_steps(Region(start=start, end=end), Settings(start=0, end=1), steps)) & set(range(steps))


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
