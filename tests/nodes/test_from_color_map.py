"""Regions from Colour Map: a picture and its legend become regions with masks."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

pytestmark = pytest.mark.host

PAGE = Path(__file__).resolve().parents[2] / "js" / "docs" / "FluxRegions_FromColorMap.md"


@pytest.fixture(scope="module")
def color_map(nodes):
    return nodes.classes.FromColorMap


def painting(size=(96, 64)):
    """White paper, a red left half, a blue ellipse over it: [1, H, W, 3], smoothed as a drawing program does."""
    large = Image.new("RGB", (size[0] * 4, size[1] * 4), "white")
    pen = ImageDraw.Draw(large)
    pen.rectangle([0, 0, size[0] * 2 - 1, size[1] * 4], fill=(255, 0, 0))
    pen.ellipse([size[0], size[1], size[0] * 3 - 1, size[1] * 3 - 1], fill=(0, 0, 255))
    return torch.from_numpy(np.asarray(large.resize(size, Image.Resampling.BOX)).astype(np.float32) / 255)[None]


def test_the_contract_of_saved_workflows(color_map):
    schema = color_map.define_schema()
    assert schema.node_id == "FluxRegions_FromColorMap"
    assert [given.id for given in schema.inputs] == ["image", "legend", "tolerance", "regions"]
    assert [out.display_name for out in schema.outputs] == ["regions"]
    assert all(given.tooltip for given in schema.inputs)


def test_a_painting_becomes_regions_of_its_size(nodes):
    legend = "base = a street\nbackground = fog\nred, strength 1.5, name car = a car\nrgb(0,0,255) feather 3% = a pond"
    (regions,) = nodes.FromColorMap(image=painting(), legend=legend)
    car, pond = regions.regions
    assert (car.prompt, car.name, car.strength, pond.prompt, pond.feather) == ("a car", "car", 1.5, "a pond", 0.03)
    assert (regions.base_prompt, regions.background_prompt, regions.canvas) == ("a street", "fog", (96, 64))
    assert car.mask.shape == pond.mask.shape == (64, 96)
    # An ellipse of half axes 24 and 16 pixels, half of it on the red half.
    assert pond.mask.sum() == pytest.approx(3.1416 * 24 * 16, rel=0.01)
    assert car.mask.sum() == pytest.approx(96 * 64 / 2 - 3.1416 * 24 * 16 / 2, rel=0.01)
    nodes.Preview(regions=regions)


def test_a_fourth_channel_and_16_bits_make_no_difference(nodes):
    image = torch.cat([painting(), torch.zeros(1, 64, 96, 1)], dim=-1).half()
    assert len(nodes.FromColorMap(image=image, legend="#f00 = a car")[0]) == 1


def test_the_map_lies_on_top_of_what_came_in(nodes):
    (below,) = nodes.FromBox(prompt="a box", x=0, y=0, width=1, height=1)
    (regions,) = nodes.FromColorMap(image=painting(), legend="red = a car", regions=below)
    assert [region.prompt for region in regions.regions] == ["a box", "a car"]


@pytest.mark.parametrize(
    "inputs, said",
    [
        ({"legend": "red = a\nlime = b"}, r"^Line 2, column 1: the picture has no #00ff00\. The nearest to it is #"),
        ({"legend": "red = a\n#ff0000 = b"}, r"^Line 2, column 1: this colour is there already, in line 1, column 1"),
        ({"legend": "rgb(300, 0, 0) = a"}, r"^Line 1, column 1: 'rgb\(300, 0, 0\)' is no colour"),
        ({"image": torch.zeros(2, 8, 8, 3), "legend": "black = a"}, "^A batch of 2 pictures came in as image"),
        ({"legend": "red = a", "tolerance": -1}, "^tolerance is -1; give 0 to 255"),
    ],
)
def test_what_cannot_be_is_said(nodes, inputs, said):
    with pytest.raises(ValueError, match=said):
        nodes.FromColorMap(**{"image": painting(), **inputs})


def test_a_colour_that_is_only_a_blend_of_others_is_said(nodes):
    image = torch.zeros(1, 32, 33, 3)
    image[:, :, :16, 0], image[:, :, 17:, 2] = 1, 1
    image[:, :, 16] = torch.tensor([0.5, 0, 0.5])
    with pytest.raises(ValueError, match=r"^Line 2, column 1: #800080 is only there where other colours blend"):
        nodes.FromColorMap(image=image, legend="red = a\npurple = b\nblue = c")


def test_what_is_typed_is_checked_at_queue_time(color_map):
    assert color_map.validate_inputs() and color_map.validate_inputs(legend="red = a", tolerance=0)
    for legend, said in (("", "names no colour"), ("reed = a", "'reed' is no colour"), ("red", "there is no '='")):
        with pytest.raises(ValueError, match=said):
            color_map.validate_inputs(legend=legend)
    assert color_map.validate_inputs(legend=color_map.define_schema().inputs[1].default)
    assert color_map.validate_inputs(legend=PAGE.read_text("utf-8").split("```")[1])


def test_what_is_in_no_colour_is_said_in_the_log(nodes, caplog):
    with caplog.at_level("INFO"):
        nodes.FromColorMap(image=painting(), legend="red = a car\nblue = a pond")
    (said,) = [record.getMessage() for record in caplog.records if "colour map" in record.getMessage()]
    assert said == "40 % of the colour map is in no colour of its legend: it is background."


def segmentation():
    """Ids 0, 3 and 4 in three columns of a picture: [1, 8, 12, 3]."""
    ids = torch.tensor([0, 3, 4]).repeat_interleave(4)
    return (ids / 255).expand(1, 8, 12)[..., None].expand(-1, -1, -1, 3).clone()


def test_a_map_of_ids_is_read_exactly(nodes):
    """Ids that lie next to each other are not near colours; id 4 is not in the legend, so it is background."""
    (regions,) = nodes.FromColorMap(image=segmentation(), legend="id(3), name car = a car\nID ( 0 ) = a wall")
    car, wall = regions.regions
    assert (car.name, car.prompt, wall.prompt) == ("car", "a car", "a wall")
    assert car.mask.sum() == wall.mask.sum() == 32
    assert car.mask[:, 4:8].all() and wall.mask[:, :4].all()


def test_pixels_between_two_ids_belong_to_none(nodes):
    picture = segmentation()
    picture[:, :, 4] = 1.5 / 255  # what scaling leaves between ids 0 and 3
    picture[:, :, 5, 0] = 200 / 255  # no grey
    (regions,) = nodes.FromColorMap(image=picture, legend="id(3) = a car")
    assert regions.regions[0].mask.sum() == 16


@pytest.mark.parametrize(
    ("legend", "sentence"),
    [
        ("id(7) = a", r"^Line 1, column 1: the picture has no pixel of id\(7\). Its largest ids are (0|3|4), "),
        ("id(3) = a\nred = b", r"^Line 2, column 1: the other lines have ids"),
        ("id(70000) = a", r"^Line 1, column 1: 'id\(70000\)' is no id. Write it as id\(0\) to id\(65535\)"),
        ("id 3 = a", r"^Line 1, column 1: 'id' is no id"),
        ("3 = a", r"^Line 1, column 1: a colour was expected here, .*id\(3\)"),
    ],
)
def test_a_legend_of_ids_that_cannot_be_says_so(nodes, legend, sentence):
    with pytest.raises(ValueError, match=sentence):
        nodes.FromColorMap(image=segmentation(), legend=legend)
    if "id(7)" not in legend:  # which only the picture tells
        with pytest.raises(ValueError):
            nodes.classes.FromColorMap.validate_inputs(legend=legend)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "pixels",
    [
        lambda ids: ids / 255,
        lambda ids: ids / 65535,  # a file of 16 bits
        lambda ids: ids * 256 / 65535,  # a grey file of 8 bits, as ComfyUI 0.33 loads it
        lambda ids: (ids / 255).half(),
        lambda ids: ids,  # as some nodes send them
        lambda ids: ids.int(),
    ],
)
def test_ids_are_the_same_in_whatever_units_they_come(nodes, pixels, channels):
    wanted = [0, 3, 64, 65, 200, 254, 255]
    ids = torch.tensor(wanted).float().repeat_interleave(2)
    image = pixels(ids).expand(1, 4, 14)[..., None].expand(-1, -1, -1, channels).clone()
    (regions,) = nodes.FromColorMap(image=image, legend="\n".join(f"id({number}) = {number}" for number in wanted))
    areas = [region.mask.nonzero()[:, 1].unique().tolist() for region in regions.regions]
    assert areas == [[2 * n, 2 * n + 1] for n in range(7)]


@pytest.mark.parametrize("number", [1, 2, 64, 65, 128, 254, 255])
def test_a_single_id_is_told_from_the_next_in_a_grey_file_of_newer_hosts(nodes, number):
    image = torch.zeros(1, 8, 8, 3)
    image[:, 2:6, 2:6] = number * 256 / 65535
    (regions,) = nodes.FromColorMap(image=image, legend=f"id({number}) = a")
    assert regions.regions[0].mask.sum() == 16


def test_ids_above_those_of_eight_bits(nodes):
    ids = torch.tensor([0.0, 1, 300, 65535]).repeat_interleave(2).expand(1, 4, 8)[..., None].expand(-1, -1, -1, 3)
    for image in (ids / 65535, ids.clone()):
        (regions,) = nodes.FromColorMap(image=image, legend="id(300) = a\nid(65535) = b\nid(1) = c")
        assert [region.mask[0].nonzero()[:, 0].tolist() for region in regions.regions] == [[4, 5], [6, 7], [2, 3]]


@pytest.mark.slow  # the host's own nodes
def test_a_grey_file_as_this_host_loads_it(nodes, comfy):
    import folder_paths

    import nodes as host

    folder = Path(folder_paths.get_input_directory())
    folder.mkdir(exist_ok=True, parents=True)
    ids = np.array([0, 3, 65, 200, 255], np.uint8).repeat(8)[None].repeat(16, 0)
    Image.fromarray(ids).save(folder / "ids.png")
    image = host.LoadImage().load_image("ids.png")[0]
    (regions,) = nodes.FromColorMap(image=image, legend="id(3) = a\nid(65) = b\nid(200) = c\nid(255) = d")
    assert all(region.mask.sum() == 8 * 16 for region in regions.regions)


@pytest.mark.parametrize("by", [2, 3, 7])
def test_a_scaled_map_says_so_and_its_ids_stay_what_they_were(nodes, caplog, by):
    picture = torch.nn.functional.interpolate(segmentation().permute(0, 3, 1, 2), scale_factor=by, mode="bilinear")
    with caplog.at_level("INFO"):
        (regions,) = nodes.FromColorMap(image=picture.permute(0, 2, 3, 1), legend="id(3) = a\nid(4) = b")
    assert "scale maps of ids with nearest-exact" in caplog.text
    for region, middle in zip(regions.regions, (6, 11), strict=True):
        assert region.mask[:, middle * by].all() and not region.mask[:, by].any()


def test_the_signs_of_other_keyboards_are_read_in_a_legend(nodes):
    def full_width(text):
        return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)

    (regions,) = nodes.FromColorMap(image=segmentation(), legend=full_width("id(3)=A\nid(0):b\nbase:c"))
    assert [region.prompt for region in regions.regions] == [full_width("A"), full_width("b")]
    (regions,) = nodes.FromColorMap(image=painting(), legend=full_width("#ff0000=a\nrgb(0,0,255)=b"))
    assert len(regions) == 2 and regions.base_prompt == ""
