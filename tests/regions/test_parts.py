"""Places, tiles, details and pasting, against the plainest way to say the same."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from flux_regions.regions import (
    BACKGROUND,
    Ellipse,
    Rect,
    Region,
    RegionSet,
    ShapeOp,
    TokenGrid,
    coverage,
    read_text,
)
from flux_regions.regions.parts import box_of_places, detail_of, pasted, picture_of_places, tile_boxes, with_base
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import interpolate


def text_regions(text, size=(512, 384)):
    return read_text(text, *size)


def picture(width=512, height=384, batch=1, channels=3):
    return torch.rand(batch, height, width, channels, generator=torch.Generator().manual_seed(1))


# Places


@settings(max_examples=80, deadline=None)
@given(*[st.integers(0, 300)] * 2, *[st.integers(2, 300)] * 2)
def test_a_cut_picture_of_places_tells_its_box(x, y, width, height):
    part = picture_of_places(640, 620)[:, y : y + height, x : x + width]
    assert box_of_places(part) == (x / 640, y / 620, width / 640, height / 620)


@pytest.mark.parametrize("mode", ["nearest-exact", "bicubic", "bilinear", "area"])
@pytest.mark.parametrize("size", [(512, 768), (160, 240), (384, 500)])
def test_a_scaled_one_tells_it_too(mode, size):
    part = picture_of_places(640, 400)[:, 40:296, 100:484]
    scaled = interpolate(part.movedim(-1, 1), size, mode=mode).movedim(1, -1)
    expected = (100 / 640, 40 / 400, 384 / 640, 256 / 400)
    assert box_of_places(scaled) == pytest.approx(expected, abs=2e-3)
    rounded = (scaled * 255).round() / 255  # as nodes that go through PIL leave it
    assert box_of_places(rounded) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize(
    "wrong",
    [
        picture(),
        torch.zeros(1, 64, 64, 3),
        picture_of_places(64, 64).flip(2),
        picture_of_places(64, 64).transpose(1, 2),
        picture_of_places(64, 64)[:, :1],
        picture_of_places(64, 64)[0],
        picture_of_places(64, 64) * float("nan"),
        torch.cat([picture_of_places(64, 64)] * 2, 2),
        picture_of_places(64, 64) * 2,
    ],
)
def test_another_picture_is_refused(wrong):
    with pytest.raises(ValueError, match=r"^The picture at place is no part of a Picture of Places"):
        box_of_places(wrong)


def test_a_batch_of_several_parts_is_refused_and_copies_of_one_are_not():
    whole = picture_of_places(64, 64)
    left, right = whole[:, :, :32], whole[:, :, 32:]
    assert box_of_places(torch.cat([right, right])) == (0.5, 0, 0.5, 1)
    with pytest.raises(ValueError, match=r"^The picture at place is a batch of 2 parts"):
        box_of_places(torch.cat([left, right]))


# Tiles

TILES = json.loads((Path(__file__).resolve().parents[1] / "golden" / "tile_boxes.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", TILES)
def test_tiles_are_where_the_hosts_splitter_cuts(case):
    assert tile_boxes(*case["size"], *case["tile"], case["overlap"]) == [tuple(box) for box in case["boxes"]]


@given(*[st.integers(64, 2000)] * 2, *[st.integers(64, 900)] * 2, st.integers(0, 300))
def test_tiles_cover_the_picture_and_stay_in_it(width, height, tile_width, tile_height, overlap):
    boxes = tile_boxes(width, height, tile_width, tile_height, overlap)
    assert len(set(boxes)) == len(boxes)
    for axis, (length, tile) in enumerate(((width, tile_width), (height, tile_height))):
        spans = sorted({(box[axis], box[axis] + box[axis + 2]) for box in boxes})
        assert all(end - start == min(tile, length) for start, end in spans)
        assert spans[0][0] == 0 and spans[-1][1] == length
        assert all(before[1] >= after[0] for before, after in pairwise(spans))


# The base prompt


def test_the_base_prompt_of_a_part():
    regions = text_regions(
        "base: a room\nbackground: wallpaper\nleft half: a cat.\nright half: a dog,\ntop half: a cat"
    )
    assert with_base(regions, "whole") is regions
    assert with_base(regions, "regions").base_prompt == "a cat, a dog"
    assert with_base(regions.crop((0.6, 0.6, 0.3, 0.3)), "regions").base_prompt == "a dog"
    empty = text_regions("base: a room\nbackground: wallpaper\nbox 0% 0% 10% 10%: a cat").crop((0.5, 0.5, 0.5, 0.5))
    assert with_base(empty, "regions").base_prompt == "wallpaper"
    assert with_base(text_regions("base: a room"), "regions").base_prompt == "a room"


# Details


def test_a_detail_is_the_box_around_its_region_with_a_margin():
    regions, image = text_regions("box 100px 120px 96px 64px: a"), picture()
    detail = detail_of(regions, 0, image, margin=0.25, size=0, soft=0.0)
    assert (detail.x, detail.y) == (72, 96)  # 24 px around it, out to multiples of 8
    assert detail.mask.shape == (1, 112, 152) and detail.box == (72 / 512, 96 / 384, 152 / 512, 112 / 384)
    assert detail.mask.sum() == 96 * 64 and detail.mask[0, 24:88, 28:124].min() == 1
    assert detail.image.shape == (1, 112, 160, 3)
    grown = detail_of(text_regions("box 96px 120px 96px 64px: a"), 0, image, 0.0, 0, 0.0)
    assert torch.equal(grown.image, image[:, 120:184, 96:192]) and grown.mask.min() == 1


def test_a_detail_is_enlarged_and_never_made_smaller():
    regions = text_regions("left half: a\nbox 160px 128px 64px 32px: b")
    large = detail_of(regions, 1, picture(batch=2), margin=0.0, size=1024, soft=0.1)
    assert large.image.shape == (2, 512, 1024, 3) and large.mask.shape == (1, 32, 64)
    assert large.image.min() >= 0 and large.image.max() <= 1
    same = detail_of(regions, 0, picture(), margin=0.0, size=128, soft=0.1)
    assert torch.equal(same.image, picture()[:, :, :256])


@pytest.mark.parametrize("size", [(500, 375), (512, 384), (61, 43)])
@pytest.mark.parametrize(
    "place", ["everywhere", "left half", "box 90% 90% 10% 10%", "box 0% 0% 3% 3%", "ellipse 20% 30% 50% 60%"]
)
def test_a_detail_stays_within_any_picture(size, place):
    regions = text_regions(f"{place}: a", size)
    detail = detail_of(regions, 0, picture(*size), margin=0.3, size=256, soft=0.1)
    height, width = detail.mask.shape[1:]
    assert detail.x >= 0 and detail.x + width <= size[0] and detail.y >= 0 and detail.y + height <= size[1]
    assert all(side % 16 == 0 for side in detail.image.shape[1:3]) and max(detail.image.shape[1:3]) >= 256
    assert detail.mask.max() > 0.89


@pytest.mark.parametrize("soft", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("feather", [0.0, 0.1])
def test_the_mask_fades_inwards_and_never_leaves_the_region(soft, feather):
    region = Region("a", "a", feather=feather, shapes=(ShapeOp(Ellipse(0.2, 0.2, 0.5, 0.5)),))
    regions = RegionSet(canvas=(512, 384)).added(region)
    hard = detail_of(regions, 0, picture(), 0.2, 0, 0.0).mask
    mask = detail_of(regions, 0, picture(), 0.2, 0, soft).mask
    assert (mask <= hard).all() and mask[hard == 0].max() == 0 and mask.max() > 0.89
    if soft and not feather:
        assert 0 < mask[0][(mask[0] > 0) & (hard[0] > 0)].min() < 0.1


def test_the_border_of_the_picture_is_no_edge_and_a_thin_region_keeps_its_middle():
    assert detail_of(text_regions("left half: a"), 0, picture(), 0.1, 0, 0.3).mask[0, 0, 0] > 0.99
    thin = detail_of(text_regions("box 10% 10% 80% 80% minus box 12% 12% 76% 76%: a"), 0, picture(), 0.1, 0, 0.5)
    assert thin.mask.max() > 0.89


@pytest.mark.parametrize("size", [0, 256, 1000])
@pytest.mark.parametrize(
    "box", [(0, 10, 480, 20), (10, 10, 4, 300), (100, 100, 3, 3), (500, 370, 12, 14), (50, 60, 131, 77)]
)
@pytest.mark.parametrize("picture_size", [(512, 384), (613, 411), (1216, 832)])
def test_what_a_mask_draws_is_sampled_in_a_detail_of_any_shape(size, box, picture_size):
    """Its sides become whole tokens, which changes the proportions of a narrow one much."""
    (width, height), (x, y, w, h) = picture_size, box
    mask = torch.zeros(height, width)
    mask[y : y + h, x : x + w] = 1
    regions = RegionSet(canvas=picture_size).added(Region("a", "a", mask=mask))
    detail = detail_of(regions, 0, picture(width, height), margin=0.0, size=size, soft=0.1)
    grid = TokenGrid.of_picture(detail.image.shape[2], detail.image.shape[1])
    covered = coverage(regions.crop(detail.box), grid)
    expected = interpolate(detail_mask(mask, detail)[None, None], (grid.rows, grid.cols), mode="area")[0]
    assert (covered.mean() - expected.mean()).abs() < 0.02 and covered.max() > 0.1


def test_a_region_that_fills_the_picture_is_sampled_in_its_detail_too():
    """Its box is the whole picture, so nothing is cropped, but the sides become whole tokens all the same."""
    regions = RegionSet().added(Region("a", "a", mask=torch.ones(256, 257)))
    detail = detail_of(regions, 0, picture(257, 256), margin=0.0, size=0, soft=0.1)
    assert detail.image.shape[1:3] == (256, 272) and detail.box == (0, 0, 1, 1)
    assert coverage(regions.crop(detail.box), TokenGrid.of_picture(272, 256)).min() == 1


def detail_mask(mask, detail):
    height, width = detail.mask.shape[1:]
    return mask[detail.y : detail.y + height, detail.x : detail.x + width]


def test_an_empty_region_has_no_detail():
    region = Region("far", "a", shapes=(ShapeOp(Rect(1.5, 0.0, 0.2, 0.2)),))
    with pytest.raises(ValueError, match=r"^Region 1 \('far'\) is empty"):
        detail_of(RegionSet((region,)), 0, picture(), 0.1, 0, 0.1)


# Pasting


@pytest.mark.parametrize("batch", [1, 2])
def test_pasting_changes_nothing_where_the_mask_is_black(batch):
    image, regions = picture(batch=batch), text_regions("ellipse 20% 20% 40% 50%: a")
    detail = detail_of(regions, 0, image, 0.15, 512, 0.1)
    result = pasted(image, 1 - detail.image, detail.mask, detail.x, detail.y)
    allowed = torch.zeros(384, 512, dtype=torch.bool)
    height, width = detail.mask.shape[1:]
    allowed[detail.y : detail.y + height, detail.x : detail.x + width] = detail.mask[0] > 0
    assert torch.equal(result[:, ~allowed], image[:, ~allowed]) and (result - image)[:, allowed].abs().mean() > 0.05
    assert torch.equal(image, picture(batch=batch))


def test_an_unchanged_crop_of_the_same_size_gives_the_picture_back():
    image = picture()
    detail = detail_of(text_regions("box 64px 64px 128px 96px: a"), 0, image, 0.0, 0, 0.2)
    assert torch.equal(pasted(image, detail.image, detail.mask, detail.x, detail.y), image)


def test_a_crop_that_does_not_fit_is_refused():
    mask, crop = torch.ones(1, 64, 64), picture(64, 64)
    with pytest.raises(ValueError, match=r"^A crop of 64x64 at x 480, y 0 does not lie within the picture of 512x384"):
        pasted(picture(), crop, mask, 480, 0)
    with pytest.raises(ValueError, match=r"^A crop is a batch of 3, but the picture one of 2"):
        pasted(picture(batch=2), crop.expand(3, -1, -1, -1), mask, 0, 0)
    with pytest.raises(ValueError, match=r"^A mask is a batch of 3, but the picture one of 2"):
        pasted(picture(batch=2), crop, mask.expand(3, -1, -1), 0, 0)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("crop_channels", [1, 3, 4])
def test_pictures_with_transparency_and_grey_ones(channels, crop_channels):
    """What a VAE decodes has 3 channels, whatever the picture has."""
    image, crop = picture(64, 64, channels=channels), picture(32, 32, channels=crop_channels)
    result = pasted(image, crop, torch.ones(1, 32, 32), 16, 8)
    colors = max(min(channels, 3), min(crop_channels, 3))
    assert result.shape[-1] == max(channels, colors)
    inside, as_color = result[:, 8:40, 16:48], crop[..., :colors].expand(-1, -1, -1, colors)
    assert (inside[..., :colors] - as_color).abs().max() < 1e-6
    if channels == 4 != crop_channels:
        assert torch.equal(result[..., 3], image[..., 3])
    inside.copy_(image[:, 8:40, 16:48])
    assert torch.equal(result, image.expand_as(result))


@pytest.mark.parametrize("size", [(32, 32), (1, 32, 32), (2, 32, 32)])
def test_masks_of_any_batch_and_with_values_past_one(size):
    image, crop = picture(64, 64, batch=2), picture(32, 32, batch=2)
    result = pasted(image, crop, torch.full(size, 1.4), 0, 0)
    assert (result[:, :32, :32] - crop).abs().max() < 1e-6 and torch.equal(result[:, 32:], image[:, 32:])
    with_one_black = torch.stack([torch.zeros(32, 32), torch.ones(32, 32)])
    assert torch.equal(pasted(image, crop, with_one_black, 0, 0)[0], image[0])


# Naming regions


def test_several_regions_are_named_with_commas():
    regions = text_regions("left half, name cat: a\nright half, name dog: b")
    assert regions.indices_of("dog, 1, 2") == [1, 0]
    with pytest.raises(ValueError, match=r"^There is no region"):
        regions.indices_of(f"1, {BACKGROUND}")


@pytest.mark.parametrize("dtype", [torch.uint8, torch.bool, torch.int64])
def test_pictures_of_whole_numbers_are_cut_and_pasted(dtype):
    white = 255 if dtype == torch.uint8 else 1
    image = torch.full((1, 64, 64, 3), white, dtype=dtype)
    detail = detail_of(text_regions("left: a", (64, 64)), 0, image, margin=0.0, size=128, soft=0.0)
    assert (detail.image - 1).abs().max() < 1e-6
    assert (pasted(image, detail.image, detail.mask, detail.x, detail.y) - 1).abs().max() < 1e-6
