"""Settings: every value outside its range is refused with its name, its value, and what to give instead."""

import pytest
from flux_regions.attention import Settings, check_choice


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"base_ratio": -0.1}, r"^base_ratio is -0\.1; give a value from 0"),
        ({"base_ratio": 1.5}, r"^base_ratio is 1\.5; give a value from 0"),
        ({"start": -0.5}, r"^start -0\.5 and end 0\.4 are fractions of the steps"),
        ({"end": 1.5}, r"^start 0 and end 1\.5 are fractions of the steps"),
        ({"start": 0.4}, r"^start \(0\.4\) must be smaller than end \(0\.4\)"),
        ({"start": 0.6, "end": 0.5}, r"^start \(0\.6\) must be smaller than end \(0\.5\)"),
        ({"start": 1.0, "balance": "auto"}, r"^start is 1, so no step is left"),
        ({"double_interval": 0}, r"^double_interval is 0; give 1"),
        ({"single_interval": -3}, r"^single_interval is -3; give 1"),
        ({"image_stream": "both"}, r"^image_stream is 'both'; choose one of: shared, paper"),
        ({"overlap": "below"}, r"^overlap is 'below'; choose one of: top, blend, union"),
        ({"isolation": "none"}, r"^isolation is 'none'; choose one of: auto, regions, text, modulate"),
        ({"balance": "half"}, r"^balance is 'half'; choose one of: manual, auto"),
        ({"isolation": "modulate", "image_stream": "paper"}, r"'modulate'.*Set image_stream to 'shared'"),
        ({"isolation": "modulate", "balance": "auto"}, r"'modulate'.*Set balance to 'manual'"),
    ],
)
def test_a_wrong_value_is_refused_by_name(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Settings(**wrong)


@pytest.mark.parametrize("right", [{}, {"base_ratio": 0.0}, {"base_ratio": 1.0}, {"start": 0.0, "end": 1.0}])
def test_the_borders_of_the_ranges_are_inside(right):
    settings = Settings(**right)
    assert all(getattr(settings, name) == value for name, value in right.items())


def test_auto_balance_does_not_mind_an_end_before_its_start():
    assert Settings(start=0.6, end=0.5, balance="auto").start == 0.6


@pytest.mark.parametrize(
    "stream, block_type, copies",
    [("shared", "single", False), ("shared", "double", False), ("paper", "single", True), ("paper", "double", False)],
)
def test_only_the_papers_single_blocks_copy_the_base_image(stream, block_type, copies):
    assert Settings(image_stream=stream).copies_base_image(block_type) is copies


def test_a_choice_that_is_not_known_yet_is_not_checked():
    assert check_choice("grid", None, ("a", "b")) and check_choice("grid", "b", ("a", "b"))
    with pytest.raises(ValueError, match=r"^grid is 'c'; choose one of: a, b\.$"):
        check_choice("grid", "c", ("a", "b"))
