"""What the report says is hidden, against one token after the other."""

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
