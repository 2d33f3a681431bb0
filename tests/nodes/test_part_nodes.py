"""Crop Regions, Picture of Places, Regions for Tiles, Region Crops and Paste Region Crops, as the host calls them."""

from dataclasses import replace

import pytest
import torch
from flux_regions.regions import TokenGrid, coverage

from support.pieces import Box, TiledModel
from support.regional import random_text

pytestmark = pytest.mark.host

TEXT = "base: a room\nbackground: a wall\nleft quarter, name cat: a cat\nbox 50% 0% 25% 50%, name dog: a dog\nbox 70% 60% 30% 40%, name cow: a cow"  # fmt: skip


@pytest.fixture
def regions(nodes):
    return nodes.FromText(text=TEXT, width=512, height=256)[0]


def regions_of(conditioning):
    from flux_regions.adapter import regions_of

    return regions_of(conditioning)


def picture(width=512, height=256, batch=1):
    return torch.rand(batch, height, width, 3, generator=torch.Generator().manual_seed(1))


def names(regions):
    return [region.name for region in regions.regions]


@pytest.mark.parametrize(
    "name, inputs, outputs",
    [
        ("Crop", ["regions", "conditioning", "x", "y", "width", "height", "place"], ["regions", "conditioning"]),
        ("Places", ["image"], ["image"]),
        ("ForTiles", ["regions", "image_list", "final_width", "final_height", "overlap", "part", "base"], ["regions"]),
        (
            "Details",
            ["regions", "image", "region", "margin", "size", "soft", "base"],
            ["image", "mask", "regions", "x", "y", "width", "height"],
        ),
        ("Paste", ["image", "crops", "masks", "x", "y"], ["image"]),
    ],
)
def test_the_contract_of_saved_workflows(nodes, name, inputs, outputs):
    schema = getattr(nodes.classes, name).define_schema()
    assert schema.node_id == f"FluxRegions_{name}"
    assert [item.id for item in schema.inputs] == inputs and all(item.tooltip for item in schema.inputs)
    assert [item.display_name for item in schema.outputs] == outputs


# Crop Regions


def test_a_crop_by_numbers_and_by_place(nodes, regions):
    by_numbers = nodes.Crop(regions=regions, x=0.5, y=0.0, width=0.5, height=0.5)[0]
    (places,) = nodes.Places(image=picture())
    assert places.shape == (1, 256, 512, 3)
    by_place = nodes.Crop(regions=regions, place=places[:, :128, 256:])[0]
    assert names(by_numbers) == names(by_place) == ["dog"] and by_numbers.canvas == by_place.canvas == (256, 128)
    assert by_numbers.regions[0].view == by_place.regions[0].view == (0.5, 0.0, 0.5, 0.5)


def test_regions_in_a_conditioning_are_cropped_without_encoding(nodes, regions):
    for index in range(3):
        (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=random_text(index))
    regions = replace(regions, background_prompt="")
    (conditioning,) = nodes.Conditioning(regions=regions, conditioning=random_text(9))
    (cropped,) = nodes.Crop(conditioning=conditioning, x=0.5, y=0.0, width=0.5, height=0.5)[1:]
    before, after = regions_of(conditioning), regions_of(cropped)
    assert names(before.prompt.regions) == ["cat", "dog", "cow"] and names(after.prompt.regions) == ["dog"]
    assert torch.equal(after.prompt.texts[0], random_text(1)[0][0]) and len(after.prompt.texts) == 1
    assert after.cache is not before.cache and after.settings == before.settings
    only = nodes.Crop(regions=regions, x=0.5, y=0.0, width=0.5, height=0.5)[0]
    grid = TokenGrid(16, 32)
    assert torch.equal(coverage(after.prompt.regions, grid), coverage(only, grid))


def test_a_crop_without_regions_is_the_plain_prompt(nodes, regions, scene, sample, tiny_flux, caplog):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(((0.0, 0.0, 0.2, 1.0),)))
    with caplog.at_level("INFO"):
        cropped = nodes.Crop(conditioning=positive, x=0.5, y=0.0, width=0.5, height=1.0)[1]
    assert regions_of(cropped) is None and "No region lies in the box" in caplog.text
    assert torch.equal(sample(model, cropped), sample(tiny_flux(), random_text(0, 12)))


@pytest.mark.parametrize("typed_in_encode", [False, True])
def test_a_crop_without_regions_has_the_background_that_the_whole_has_there(
    nodes, scene, velocity, tiny_flux, typed_in_encode
):
    prompt = scene(((0.0, 0.0, 0.2, 1.0),), background=7)
    if typed_in_encode:
        prompt = replace(prompt, regions=replace(prompt.regions, background_conditioning=None))
    settings = {"end": 1.0, "base_ratio": 0.2, "balance": "manual"}
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, **settings)
    x = torch.randn(1, 16, 24, 40, generator=torch.Generator().manual_seed(3))
    right = Box(range(24), range(20, 40))
    cropped = nodes.Crop(conditioning=positive, x=0.5, y=0.0, width=0.5, height=1.0)[1]
    as_piece = velocity(TiledModel([Box(range(24), range(20)), right], 1).on(model), positive, x, 0.7)
    as_crop = velocity(model, cropped, right.of(x), 0.7)
    assert (as_crop - right.of(as_piece)).abs().max() < 2e-5
    assert (as_crop - velocity(model, random_text(0, 12), right.of(x), 0.7)).abs().max() > 1e-3


@pytest.mark.parametrize(
    "overlap, windows",
    [
        ("top", [(0.0, 0.5), (0.5, 1.0)]),
        ("union", [(0.5, 1.0), (0.0, 0.5)]),
        ("blend", [(0.0, 0.5), (0.25, 0.5)]),
        ("top", [(0.25, 0.75)]),
    ],
)
def test_the_background_of_a_crop_acts_when_any_region_of_the_whole_does(
    nodes, scene, sample, tiny_flux, overlap, windows
):
    """In each of four steps the model answers in a crop of the right half as in a piece of the whole there; windows:
    of a region on the left, which the crop leaves out, and of one on the right.
    """
    boxes = ((0.0, 0.0, 0.3, 1.0), (0.6, 0.0, 0.3, 0.5))
    prompt = scene(boxes[: len(windows)], background=7)
    regions = [
        replace(region, start=start, end=end)
        for region, (start, end) in zip(prompt.regions.regions, windows, strict=True)
    ]
    prompt = replace(prompt, regions=replace(prompt.regions, regions=tuple(regions)))
    model, whole, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, base_ratio=0.2, end=1.0, overlap=overlap)
    cropped = nodes.Crop(conditioning=whole, x=0.5, width=0.5)[1]
    x = torch.randn(1, 16, 24, 40, generator=torch.Generator().manual_seed(3))
    left, right = Box(range(24), range(20)), Box(range(24), range(20, 40))

    def answers(positive, latent, boxes):
        given = []

        def answer(apply_model, call):
            given.append(TiledModel(boxes)(apply_model, {**call, "input": latent}))
            return given[-1]

        asked = model.clone()
        asked.set_model_unet_function_wrapper(answer)
        sample(asked, positive, latent=torch.zeros_like(latent), steps=4)
        return given

    in_pieces = [right.of(answer) for answer in answers(whole, x, [left, right])]
    in_crop = answers(cropped, right.of(x), [Box(range(24), range(20))])
    assert all(torch.equal(a, b) for a, b in zip(in_pieces, in_crop, strict=True))


def test_a_cropped_conditioning_samples_as_cropped_regions_do(nodes, scene, sample, tiny_flux):
    box = {"x": 0.25, "y": 0.0, "width": 0.75, "height": 1.0}
    prompt = scene(feather=0.1)
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
    cropped = nodes.Crop(conditioning=positive, **box)[1]
    (regions,) = nodes.Crop(regions=prompt.regions, **box)[:1]
    (again,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    _, encoded, _ = nodes.Apply(model=tiny_flux(), regional_prompt=again, end=1.0)
    one, other, whole = (sample(tiny_flux(), c) for c in (cropped, encoded, positive))
    assert torch.equal(one, other) and (one - whole).abs().max() > 1e-3


def test_a_plain_conditioning_and_missing_ones(nodes, regions):
    from comfy_execution.graph_utils import ExecutionBlocker

    plain = random_text(1)
    result = nodes.Crop(conditioning=plain, width=0.5)
    assert isinstance(result[0], ExecutionBlocker) and torch.equal(result[1][0][0], plain[0][0])
    assert isinstance(nodes.Crop(regions=regions, width=0.5)[1], ExecutionBlocker)
    with pytest.raises(ValueError, match=r"^There is nothing to crop: connect"):
        nodes.Crop(width=0.5)
    with pytest.raises(ValueError, match=r"is no part of the picture"):
        nodes.classes.Crop.validate_inputs(x=0.6, y=0.0, width=0.5, height=1.0)


# Regions for Tiles


def tiles_of(image, width, height, overlap):
    """As ComfyUI's own node makes them, where this host has it."""
    try:
        from comfy_extras.nodes_images import SplitImageToTileList
    except ImportError:
        pytest.skip("this ComfyUI has no Split Image into List of Tiles")
    return SplitImageToTileList.execute(image, width, height, overlap).result[0]


@pytest.mark.parametrize("seed", range(12))
def test_tiles_are_where_the_host_cut_them(nodes, regions, seed):
    generator = torch.Generator().manual_seed(seed)
    width, height, tile_width, tile_height, overlap = (
        int(torch.randint(low, high, (), generator=generator))
        for low, high in ((8, 90), (8, 90), (8, 40), (8, 40), (0, 200))
    )
    size, tile, overlap = (8 * width, 8 * height), (8 * tile_width, 8 * tile_height), overlap
    (places,) = nodes.Places(image=picture(*size))
    tiles = tiles_of(places, *tile, overlap)
    sets = nodes.ForTiles(
        regions=[regions],
        image_list=tiles,
        final_width=[size[0]],
        final_height=[size[1]],
        overlap=[overlap],
        part=[0.0],
    )[0]
    assert len(sets) == len(tiles)
    for tile, made in zip(tiles, sets, strict=True):
        cropped = nodes.Crop(regions=regions, place=tile)[0]
        assert names(made) == names(cropped)
        for region, other in zip(made.regions, cropped.regions, strict=True):
            assert (region.view or (0, 0, 1, 1)) == pytest.approx(other.view or (0, 0, 1, 1), abs=1e-9)


def cut(image, boxes):
    return [image[:, y : y + h, x : x + w] for x, y, w, h in boxes]


FOUR = [(0, 0, 256, 128), (256, 0, 256, 128), (0, 128, 256, 128), (256, 128, 256, 128)]


def test_each_tile_has_its_regions_and_their_base_prompt(nodes, regions):
    inputs = {
        "regions": [regions], "image_list": cut(picture(), FOUR),
        "final_width": [512], "final_height": [256], "overlap": [0],
    }  # fmt: skip
    sets = nodes.ForTiles(**inputs)[0]
    assert [names(tile) for tile in sets] == [["cat"], ["dog"], ["cat"], ["cow"]]
    assert [tile.base_prompt for tile in sets] == ["a cat", "a dog", "a cat", "a cow"]
    assert [tile.base_prompt for tile in nodes.ForTiles(**inputs, base=["whole"])[0]] == ["a room"] * 4
    more = [{**inputs, "regions": [replace(regions, regions=regions.regions[:1])]}]
    assert nodes.ForTiles(**more[0])[0][1].base_prompt == "a wall"


def test_a_sliver_is_left_out_by_part(nodes, regions):
    tiles = cut(picture(), [(0, 0, 288, 256), (224, 0, 288, 256)])
    inputs = {"regions": [regions], "image_list": tiles, "final_width": [512], "final_height": [256], "overlap": [64]}
    assert [names(tile) for tile in nodes.ForTiles(**inputs, part=[0.0])[0]] == [["cat", "dog"], ["dog", "cow"]]
    assert [names(tile) for tile in nodes.ForTiles(**inputs, part=[0.3])[0]] == [["cat"], ["dog", "cow"]]


def test_what_does_not_fit_is_said(nodes, regions):
    inputs = {"regions": [regions], "final_width": [512], "final_height": [256], "overlap": [0]}
    with pytest.raises(
        ValueError, match=r"^There are 3 tiles, but 512x256 cut into tiles of 256x128 with overlap 0 makes 4\."
    ):
        nodes.ForTiles(**inputs, image_list=cut(picture(), FOUR[:3]))
    with pytest.raises(ValueError, match=r"^The tiles are 250x128, which .* Set tile_width to 256 where"):
        nodes.ForTiles(**inputs, image_list=[picture(250, 128)] * 6)
    with pytest.raises(ValueError, match=r"^The tiles have to be of one size, but these are 256x128, 128x128\."):
        nodes.ForTiles(**inputs, image_list=[picture(256, 128), picture(128, 128)])
    for wrong, said in (({"part": [1.5]}, "part is 1.5; give 0 to 1"), ({"base": ["x"]}, "base is 'x'; choose one of")):
        with pytest.raises(ValueError, match=said):
            nodes.classes.ForTiles.validate_inputs(**wrong)


@pytest.mark.parametrize("wrong", [{"final_width": [8]}, {"overlap": [-1]}, {"part": [1.5]}, {"part": [float("nan")]}])
def test_numbers_that_come_over_a_wire_are_checked_too(nodes, regions, wrong):
    inputs = {"final_width": [512], "final_height": [256], "overlap": [0]}
    ((name, _),) = wrong.items()
    with pytest.raises(ValueError, match=rf"^{name} "):
        nodes.ForTiles(regions=[regions], image_list=cut(picture(), FOUR), **{**inputs, **wrong})


# Region Crops, Paste Region Crops


@pytest.mark.parametrize("masked", [False, True])
def test_nothing_outside_of_the_regions_changes(nodes, regions, masked):
    """A model that draws noise, over all of a crop or, behind Set Latent Noise Mask, over the mask's part alone."""
    image = picture()
    crops, masks, sets, x, y, width, height = nodes.Details(regions=regions, image=image, size=256)
    assert len(crops) == len(masks) == len(sets) == len(x) == len(y) == 3
    assert [mask.shape[1:] for mask in masks] == list(zip(height, width, strict=True))
    redone = [torch.rand_like(crop) for crop in crops]
    if masked:
        masks_there = [
            torch.nn.functional.interpolate(m[None], c.shape[1:3])[0, ..., None]
            for m, c in zip(masks, crops, strict=True)
        ]
        redone = [torch.where(m > 0, new, old) for m, new, old in zip(masks_there, redone, crops, strict=True)]
    (result,) = nodes.Paste(image=[image], crops=redone, masks=masks, x=x, y=y)
    outside = torch.ones(256, 512, dtype=torch.bool)
    for index in range(3):
        (mask,) = nodes.Details(regions=regions, image=image, region=str(index + 1), soft=0.0)[1]
        part = outside[y[index] : y[index] + height[index], x[index] : x[index] + width[index]]
        part &= mask[0] == 0
    assert 0.3 < outside.float().mean() < 0.8
    assert torch.equal(result[:, outside], image[:, outside])
    assert (result != image).any(-1)[0][~outside].float().mean() > 0.8


def test_each_crop_has_the_regions_that_lie_in_it(nodes, regions):
    _, _, sets, x, y, width, height = nodes.Details(regions=regions, image=picture(), region="dog, 1", size=0)
    assert [names(part)[-1] for part in sets] == ["dog", "cat"] and x == [232, 0]
    assert [part.base_prompt for part in sets] == [", ".join(f"a {name}" for name in names(part)) for part in sets]
    for index, part in enumerate(sets):
        expected = nodes.Crop(
            regions=regions, x=x[index] / 512, y=y[index] / 256, width=width[index] / 512, height=height[index] / 256
        )[0]
        assert [region.view for region in part.regions] == [region.view for region in expected.regions]
    with pytest.raises(ValueError, match=r"^There is no region 'cow 2'"):
        nodes.Details(regions=regions, image=picture(), region="cow 2")


def test_lists_of_other_lengths_are_refused(nodes, regions):
    crops, masks, _, x, y, _, _ = nodes.Details(regions=regions, image=picture(), size=64)
    with pytest.raises(ValueError, match=r"^There are 2 crops, 3 masks, 3 x, 3 y, and 1 pictures"):
        nodes.Paste(image=[picture()], crops=crops[:2], masks=masks, x=x, y=y)
    with pytest.raises(ValueError, match=r"does not lie within the picture of 64x64"):
        nodes.Paste(image=[picture(64, 64)], crops=crops, masks=masks, x=x, y=y)
