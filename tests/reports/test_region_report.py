"""What the report says is hidden, against one token after the other; and what a region is told to be made of."""

import pytest
import torch
from flux_regions.regions import Rect, Region, RegionSet, ShapeOp, TokenGrid, coverage
from flux_regions.reports.region_report import report

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
