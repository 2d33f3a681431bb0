"""Auto balance: the base ratio follows the step and the prompts, regions act to the end, and manual stays."""

import pytest
from flux_regions.attention import EARLY_FRACTION, Settings, balanced, base_ratios, is_early_step

AUTO = Settings(balance="auto", single_interval=3, double_interval=2, base_ratio=0.9, start=0.25)


def test_manual_changes_nothing():
    settings = Settings(base_ratio=0.3, end=0.7)
    assert balanced(settings, True, True) is settings


@pytest.mark.parametrize("named, early, late", [(True, 0.0, 0.3), (False, 0.1, 0.5)])
def test_the_base_ratio_is_low_in_the_first_steps_and_higher_where_surroundings_are_not_named(named, early, late):
    assert balanced(AUTO, named, True).base_ratio == early == base_ratios(named).early_base_ratio
    assert balanced(AUTO, named, False).base_ratio == late == base_ratios(named).late_base_ratio


def test_what_no_region_covers_sees_no_text_in_the_first_steps():
    assert balanced(AUTO, False, True).uncovered == "alone"
    assert balanced(AUTO, False, False).uncovered == "base", "what only the base prompt names has its place there"


@pytest.mark.parametrize("early", [True, False])
def test_regions_act_from_the_start_to_the_last_step_in_every_single_block(early):
    settings = balanced(AUTO, True, early)
    assert (settings.start, settings.end, settings.single_interval, settings.double_interval) == (0.25, 1.0, 1, 2)
    assert settings.balance == "manual", "what is worked out is not worked out again"


@pytest.mark.parametrize(
    "start, steps, first", [(0, 20, 3), (0, 40, 6), (0, 8, 1), (0, 4, 1), (0, 1, 1), (0.5, 20, 12), (0.25, 4, 2)]
)
def test_a_share_of_the_steps_from_the_start_is_early(start, steps, first):
    settings = Settings(balance="auto", start=start)
    assert EARLY_FRACTION == 0.15
    assert [is_early_step(step, steps, settings) for step in range(steps)] == [step < first for step in range(steps)]


def test_what_has_no_meaning_with_auto_is_refused_and_end_is_not_looked_at():
    assert Settings(start=0.5, end=0.4, balance="auto").start == 0.5
    for wrong in ({"isolation": "modulate"}, {"start": 1.0}):
        with pytest.raises(ValueError, match=r"balance|start"):
            Settings(balance="auto", **wrong)
    with pytest.raises(ValueError, match="balance is 'more'; choose one of: manual, auto"):
        Settings(balance="more")
