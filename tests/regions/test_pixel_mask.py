"""A region at the picture's pixels: its shapes and its mask, then its feather."""

import torch
from flux_regions.regions import Rect, Region, ShapeOp, region_mask


def test_shapes_and_mask_are_joined_at_the_pictures_size():
    mask = torch.zeros(2, 4)
    mask[0, 0] = 1
    region = Region(shapes=(ShapeOp(Rect(0.5, 0, 0.5, 1)),), mask=mask)
    expected = torch.zeros(4, 8)
    expected[:, 4:] = 1
    expected[:2, :2] = 1
    assert torch.equal(region_mask(region, 8, 4), expected)


def test_the_feather_is_measured_by_the_shorter_side():
    row = region_mask(Region(shapes=(ShapeOp(Rect(0, 0, 0.5, 1)),), feather=0.25), 200, 64)[32]
    assert row[99] > 0.4 and row[100] < 0.6 and row[88] > 0.97 and row[112] < 0.03, "it fades over 16 pixels"
