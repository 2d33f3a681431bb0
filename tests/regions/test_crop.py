"""A crop of a set shows what the whole has there: slices of the whole's coverage are the oracle."""

import math
from dataclasses import replace

import pytest
import torch
from flux_regions.regions import (
    Ellipse,
    Polygon,
    Rect,
    Region,
    RegionSet,
    ShapeOp,
    Stroke,
    TokenGrid,
    View,
    coverage,
    read_text,
    region_mask,
    write_document,
    write_text,
)
from flux_regions.regions.layouts.box_regions import box_around
from hypothesis import given, settings
from hypothesis import strategies as st

CANVAS = (1024, 768)  # 64 x 48 tokens
BOXES = [(16, 12, 32, 24), (0, 0, 20, 48), (40, 6, 24, 42), (5, 7, 11, 13)]
"""x, y, width, height in tokens of the whole."""


def mask():
    y, x = torch.meshgrid(torch.arange(96) / 96, torch.arange(128) / 128, indexing="ij")
    return ((x - 0.55).abs() + (y - 0.5).abs() < 0.33).float()


AREAS = {
    "rect": {"shapes": (ShapeOp(Rect(0.21, 0.13, 0.5, 0.6)),)},
    "ellipse": {"shapes": (ShapeOp(Ellipse(0.1, 0.1, 0.7, 0.75)),)},
    "polygon": {"shapes": (ShapeOp(Polygon(((0.1, 0.1), (0.9, 0.3), (0.5, 0.95)))),)},
    "stroke": {"shapes": (ShapeOp(Stroke(((0.1, 0.2, 1.0), (0.5, 0.6, 0.5), (0.9, 0.3, 1.0)), 0.2)),)},
    "subtract": {
        "shapes": (ShapeOp(Rect(0.05, 0.05, 0.9, 0.9)), ShapeOp(Ellipse(0.3, 0.2, 0.4, 0.5), mode="subtract"))
    },
    "mask": {"mask": mask()},
}


def set_of(*regions, canvas=CANVAS):
    return RegionSet(canvas=canvas).added(*regions)


def text_regions(text):
    return read_text(text, *CANVAS)


def fractions(box, tokens=(64, 48)):
    x, y, width, height = box
    return x / tokens[0], y / tokens[1], width / tokens[0], height / tokens[1]


def slice_of(whole, box, scale=1):
    x, y, width, height = (side * scale for side in box)
    return whole[:, y : y + height, x : x + width]


@pytest.mark.parametrize("feather", [0.0, 0.06, 0.3])
@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("scale", [1, 2])
def test_a_crop_is_a_slice_of_the_whole_at_any_size(area, feather, scale):
    regions = set_of(Region("a", "a", feather=feather, **AREAS[area]))
    for patch in (1, 2):
        whole = coverage(regions, TokenGrid(48 * patch * scale, 64 * patch * scale, patch))
        for box in BOXES:
            cropped = regions.crop(fractions(box))
            if not len(cropped):
                assert slice_of(whole, box, scale).max() < 0.01
                continue
            part = coverage(cropped, TokenGrid(box[3] * patch * scale, box[2] * patch * scale, patch))
            assert (part - slice_of(whole, box, scale)).abs().max() <= 6e-8, box


@pytest.mark.parametrize("area", AREAS)
def test_a_crop_of_a_crop_is_a_crop(area):
    regions = set_of(Region("a", "a", feather=0.1, **AREAS[area]))
    twice = regions.crop((0.125, 0.25, 0.75, 0.5)).crop((0.25, 0.25, 0.5, 0.5))
    once = regions.crop((0.125 + 0.25 * 0.75, 0.25 + 0.25 * 0.5, 0.375, 0.25))
    assert twice.canvas == once.canvas == (384, 192)
    assert torch.allclose(torch.tensor(twice.regions[0].view), torch.tensor(once.regions[0].view), atol=1e-12)
    grid = TokenGrid.of_picture(*once.canvas)
    assert torch.equal(coverage(twice, grid), coverage(once, grid))


def test_nothing_is_moved_and_the_original_stays():
    region = Region("a", "a cat", 0.7, 0.1, AREAS["ellipse"]["shapes"], start=0.2, end=0.9)
    regions = replace(set_of(region), base_prompt="base", background_prompt="background")
    cropped = regions.crop((0.25, 0.0, 0.5, 1.0))
    assert regions.regions == (region,) and regions.canvas == CANVAS and regions.crop((0, 0, 1, 1)) is regions
    assert cropped.canvas == (512, 768) and (cropped.base_prompt, cropped.background_prompt) == ("base", "background")
    (shown,) = cropped.regions
    assert replace(shown, view=None, number=None).__dict__ == region.__dict__ and shown.view == View(
        0.25, 0.0, 0.5, 1.0
    )


def test_regions_elsewhere_are_left_out_and_the_others_keep_their_numbers():
    regions = text_regions("left quarter: a\nright half, name b: b\nbox 45% 0% 2% 2%: c")
    cropped = regions.crop((0.5, 0.0, 0.5, 1.0))
    assert [cropped.label(index) for index in range(len(cropped))] == ["Region 2 ('b')"]
    assert not len(regions.crop((0.3, 0.5, 0.1, 0.1)))
    assert coverage(cropped.crop((0.0, 0.0, 0.1, 0.1)), TokenGrid(4, 4)).min() == 1


def test_a_crop_remembers_the_regions_that_it_leaves_out():
    """Its background acts while they do."""
    regions = text_regions("background: a room\nleft quarter: a cat\nright quarter: a dog")
    middle = regions.crop((0.5, 0.0, 0.5, 1.0)).crop((0.0, 0.0, 0.25, 1.0))
    assert not len(middle) and [region.prompt for region in middle.elsewhere] == ["a cat", "a dog"] and middle.can_act
    hidden = replace(regions, regions=tuple(replace(region, strength=0.0) for region in regions.regions))
    assert not hidden.crop((0.5, 0.0, 0.25, 1.0)).can_act and not replace(regions, regions=()).can_act


def test_a_region_smaller_than_a_token_is_not_blown_up_in_a_crop():
    regions = set_of(Region("dot", "a", shapes=(ShapeOp(Rect(0.5, 0.5, 0.004, 0.004)),)))
    assert coverage(regions, TokenGrid.of_picture(*CANVAS)).max() == 1
    cropped = regions.crop((0.25, 0.25, 0.5, 0.5))
    assert 0.01 < coverage(cropped, TokenGrid.of_picture(*cropped.canvas)).max() < 0.2
    # Where the picture is so small that nothing of it is left, that is no error either.
    assert coverage(cropped, TokenGrid(2, 2)).max() < 0.01


def test_a_large_region_counts_where_it_fills_the_box():
    regions = text_regions("top half: sky\nbox 0% 50% 30% 50%: dog")
    names = {"sky": 0, "dog": 1}

    def seen(box, part):
        numbers = {region.number for region in regions.crop(box, part).regions}
        return {name for name, index in names.items() if index + 1 in numbers}

    assert seen((0.0, 0.3, 0.25, 0.25), 0.3) == {"sky"}  # a tenth of the sky, but most of the box; a twelfth of the dog
    assert seen((0.0, 0.3, 0.25, 0.25), 0.0) == {"sky", "dog"}
    assert seen((0.0, 0.45, 0.25, 0.25), 0.3) == {"dog"}


def test_masks_of_other_views_may_have_other_proportions():
    cropped = set_of(Region("a", "a", **AREAS["mask"])).crop((0.25, 0.0, 0.25, 1.0))
    added = cropped.added(Region("b", "b", mask=torch.ones(384, 128)))
    grid = TokenGrid.of_picture(*added.canvas)
    assert coverage(added, grid)[1].min() == 1
    with pytest.raises(ValueError, match=r"Region 3 .*its mask is 64x64 but that of Region 2"):
        added.added(Region("c", "c", mask=torch.ones(64, 64)))
    with pytest.raises(ValueError, match=r"^Region 1 \('a'\): its mask is 128x96 but the picture is 4096x1024"):
        coverage(cropped, TokenGrid(128, 128))


def test_pixel_masks_and_boxes_are_those_of_the_view():
    regions = set_of(Region("a", "a", feather=0.1, **AREAS["ellipse"]))
    cropped = regions.crop((0.25, 0.25, 0.5, 0.5)).regions[0]
    whole = region_mask(regions.regions[0], 256, 192)
    assert (region_mask(cropped, 128, 96) - whole[48:144, 64:192]).abs().max() <= 6e-8
    (half,) = text_regions("left half: a").crop((0.25, 0.0, 0.5, 1.0)).regions
    assert box_around(half, "a") == Rect(0.0, 0.0, 0.5, 1.0)


@pytest.mark.parametrize("write", [write_document, write_text])
def test_what_cannot_be_written_is_said(write):
    cropped = text_regions("left half: a").crop((0.0, 0.0, 0.5, 1.0))
    with pytest.raises(ValueError, match=r"^Region 1 has been cropped, which"):
        write(cropped)


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 1), (-0.1, 0, 0.5, 1), (0.6, 0, 0.5, 1), (0, 0, math.nan, 1), (0, 0.5, 1, math.inf)]
)
def test_a_box_that_is_no_part_of_the_picture_is_refused(box):
    with pytest.raises(ValueError, match=r"^The box x .* is no part of the picture"):
        text_regions("left half: a").crop(box)


SIDES = st.floats(0, 1, exclude_max=True).flatmap(
    lambda start: st.tuples(st.just(start), st.floats(0.02, 1).map(lambda size: min(size, 1 - start)))
)


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 2]), st.sampled_from(list(AREAS)))
def test_any_box_and_size_gives_a_coverage(across, down, height, width, patch, area):
    (x, size_x), (y, size_y) = across, down
    if not (size_x > 1e-3 and size_y > 1e-3):
        return
    region = replace(Region("a", "a", feather=0.2, **AREAS[area]), view=View(x, y, size_x, size_y), mask=None)
    covered = coverage(RegionSet((region,)), TokenGrid(height, width, patch))
    assert covered.shape == (1, -(-height // patch), -(-width // patch))
    assert torch.isfinite(covered).all() and covered.min() >= 0 and covered.max() <= 1


def test_how_much_of_a_region_a_crop_keeps_is_measured_interruptibly_and_once():
    stroke = Stroke(tuple((x / 400, x / 400, 1.0) for x in range(400)), 0.5)
    calls, regions = [], RegionSet((Region(shapes=(ShapeOp(stroke),)),))
    counts = []
    for _ in range(2):
        calls.clear()
        assert len(regions.crop((0, 0, 0.5, 0.5), 0.1, lambda: calls.append(1))) == 1
        counts.append(len(calls))
    assert counts[1] + 10 < counts[0]
