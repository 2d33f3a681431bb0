"""What the report says is hidden, against one token after the other; and what a region is told to be made of."""

import pytest
import torch
from flux_regions.attention import Settings
from flux_regions.regions import Rect, Region, RegionSet, ShapeOp, TokenGrid, coverage
from flux_regions.reports.region_report import Applied, report

GRID = TokenGrid.of_picture(128, 128)


def random_regions(seed):
    generator = torch.Generator().manual_seed(seed)
    windows = ((0.0, 1.0), (0.0, 0.4), (0.4, 1.0), (0.2, 0.6))
    return RegionSet(
        tuple(
            Region(
                shapes=(ShapeOp(Rect(x / 2, y / 2, 0.5, 0.5)),), start=windows[index % 4][0], end=windows[index % 4][1]
            )
            for index, (x, y) in enumerate(torch.rand(9, 2, generator=generator).tolist())
        )
    )


@pytest.mark.parametrize("seed", range(5))
def test_hidden_is_what_regions_above_cover_while_both_act(seed):
    regions = random_regions(seed)
    covered = coverage(regions, GRID).flatten(1).double()
    lines = report(regions, GRID).splitlines()
    for index, region in enumerate(regions.regions):
        visible, upper_ones = covered[index].clone(), []
        for upper in range(index + 1, len(regions)):
            above = regions.regions[upper]
            if above.start < region.end and region.start < above.end:
                visible *= 1 - covered[upper]
                upper_ones += [upper] * ((covered[index] * covered[upper]).sum() > 0.5)
        line = lines[index + 1]
        assert ("under" in line) == bool(upper_ones)
        names = ", ".join(f"Region {upper + 1}" for upper in upper_ones)
        hidden = 1 - (visible.sum() / covered[index].sum()).item()
        assert not upper_ones or f"{hidden:.0%} of it under {names};" in line or f"hidden under {names};" in line


def test_a_region_is_said_to_be_made_of_its_prompt_or_of_a_conditioning_in_its_place():
    whole = (ShapeOp(Rect(0, 0, 1, 1)),)
    regions = RegionSet().added(*[Region(name, prompt, shapes=whole) for name, prompt in (("a", "x\ny"), ("b", ""))])
    both = regions.with_conditioning("a", torch.zeros(1, 4, 8)).with_conditioning("b", torch.zeros(1, 4, 8))
    ends = [[line.rpartition("; ")[2] for line in report(some, GRID).splitlines()[1:3]] for some in (regions, both)]
    assert ends[0] == ['"x y"', "no prompt"]
    assert ends[1] == ['a conditioning of its own in place of "x y"', "a conditioning of its own"]


@pytest.mark.parametrize("is_known, end", [(True, "64 tokens"), (False, "is not known here: connect an image")])
def test_a_size_that_is_only_assumed_is_said_to_be(is_known, end):
    assert report(random_regions(1), GRID, is_size_known=is_known).splitlines()[0].endswith(end)


HALVES = (ShapeOp(Rect(0, 0, 0.5, 1)),), (ShapeOp(Rect(0.25, 0, 0.5, 1)),)


def two(**second):
    return RegionSet((Region(prompt="a", shapes=HALVES[0]), Region(prompt="b", shapes=HALVES[1], **second)))


def applied_report(regions, steps=0, **settings):
    applied = Applied(regions, Settings(**settings), [5] * len(regions), {})
    return report(regions, GRID, applied, steps).splitlines()


@pytest.mark.parametrize("overlap", ["blend", "union"])
def test_regions_that_share_their_tokens_are_not_said_to_lie_under_one_another(overlap):
    lines = applied_report(two(), overlap=overlap)
    assert "; 50% of it shared with Region 2;" in lines[1] and "; 50% of it shared with Region 1;" in lines[2]
    assert "under" not in "".join(lines) and "; 50% of it under Region 2;" in applied_report(two())[1]


def test_a_region_of_strength_0_is_said_never_to_act():
    lines = applied_report(two(strength=0.0), steps=8)
    assert "acts in steps 1 to 3 of 8" in lines[1] and "never acts: its strength is 0" in lines[2]


@pytest.mark.parametrize(
    "isolation, words, share",
    [
        ("regions", "Regions are kept apart in 1 in 1 double blocks", True),
        ("text", "Only prompts are kept apart, while pixels see the whole picture, in 1 in 1 double", True),
        ("modulate", "Nothing is kept apart; attention is drawn to the own region in 1 in 1 double", False),
        ("auto", "Regions, or with some models only their prompts (isolation auto), are kept apart in 1", True),
    ],
)
def test_what_is_kept_apart_is_what_isolation_says(isolation, words, share):
    lines = applied_report(two(), isolation=isolation)
    assert lines[-1].startswith(words) and ("The base prompt: a share" in "".join(lines)) is share


@pytest.mark.parametrize(
    "steps, start, shares",
    [
        (1, 0.0, "10% in step 1"),
        (2, 0.0, "10% in step 1 and 50% in step 2"),
        (4, 0.0, "10% in step 1 and 50% in steps 2 to 4"),
        (20, 0.0, "10% in steps 1 to 3 and 50% in steps 4 to 20"),
        (20, 0.5, "10% in steps 11 to 12 and 50% in steps 13 to 20"),
        (20, 0.95, "10% in step 20"),
        (3, 0.9, "10% in step 3"),
        (0, 0.0, "10% in the first 15% of the steps and 50% after that"),
        (0, 0.5, "10% in the first 15% of the steps from 50% on and 50% after that"),
    ],
)
def test_the_base_prompt_s_shares_of_auto_balance_are_those_of_the_steps_there_are(steps, start, shares):
    lines = applied_report(two(), steps, balance="auto", start=start)
    assert f"The base prompt: a share of {shares} in every region" in lines
