"""The window of steps, the step a noise level belongs to, and the intervals of blocks."""

import pytest
import torch
from flux_regions.attention import Settings, keeps_apart, step_at, window_steps


@pytest.mark.parametrize(
    "start, end, steps, expected",
    [
        (0.0, 10 / 24, 24, range(0, 10)),
        (0.0, 0.417, 24, range(0, 10)),
        (0.0, 1.0, 4, range(0, 4)),
        (0.25, 0.75, 4, range(1, 3)),
        (0.0, 0.1, 4, range(0, 0)),
        (0.0, 0.4, 1, range(0, 0)),
        (0.0, 0.5, 1, range(0, 1)),
        (0.0, 0.5, 3, range(0, 2)),
        (0.0, 0.5, 5, range(0, 3)),
        (0.0, 0.6, 1, range(0, 1)),
    ],
)
def test_the_window_is_a_share_of_the_steps(start, end, steps, expected):
    assert list(window_steps(Settings(start=start, end=end), steps)) == list(expected)


def test_every_step_is_recognised_by_its_noise_level():
    sigmas = torch.tensor([1.0, 0.9, 0.7, 0.4, 0.1, 0.0])
    assert [step_at(sigma, sigmas) for sigma in sigmas[:-1].tolist()] == [0, 1, 2, 3, 4]
    assert [step_at(sigma + 1e-6, sigmas) for sigma in sigmas[:-1].tolist()] == [0, 1, 2, 3, 4], (
        "fp16 rounding is no step"
    )


def test_a_level_between_two_steps_belongs_to_the_earlier():
    sigmas = torch.tensor([1.0, 0.5, 0.0])
    assert step_at(0.75, sigmas) == 0 and step_at(0.2, sigmas) == 1 and step_at(0.0, sigmas) == 1
    assert step_at(1.2, sigmas) == 0


def test_intervals_pick_every_nth_block_from_the_first():
    chosen = Settings(double_interval=1, single_interval=3)
    assert [keeps_apart("single", i, chosen) for i in range(6)] == [True, False, False, True, False, False]
    assert all(keeps_apart("double", i, chosen) for i in range(5))


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
