"""Pictures of regions have the colours that the canvas has."""

import json
import time
from pathlib import Path

import pytest
import torch
from flux_regions.regions import Region, RegionSet, read_document, write_document
from flux_regions.reports.attention_picture import Title
from flux_regions.reports.font import has_letters
from flux_regions.reports.region_picture import BACKGROUND_COLOR, PALETTE, TINT, draw_regions, region_color

COLORS = json.loads((Path(__file__).resolve().parents[1] / "golden" / "palette.json").read_text("utf-8"))


def test_the_palette_is_the_canvases_and_begins_again():
    assert ["#{:02x}{:02x}{:02x}".format(*color) for color in PALETTE] == COLORS
    assert region_color(len(PALETTE) + 1) == PALETTE[1]


def test_a_region_has_the_colour_that_it_has_on_the_canvas():
    def region(x: float, **fields) -> dict:
        return {**fields, "shapes": [{"kind": "rect", "x": x, "y": 0, "width": 0.5, "height": 1}]}

    document = json.dumps(
        {
            "schema": 1,
            "regions": [region(0, visible=False), region(0, colour="#123456"), region(0.5, colour="nonsense")],
        }
    )
    regions = read_document(document)
    assert read_document(write_document(regions)).regions[0].color == "#123456"
    coverages = torch.zeros(2, 4, 8)
    coverages[0, :, :4] = coverages[1, :, 4:] = 1
    picture = draw_regions(regions, coverages, (128, 64), None, False)[0]
    expected = ((0x12, 0x34, 0x56), PALETTE[2])  # the canvas counts the hidden one
    for x, color in zip((4, 124), expected, strict=True):
        mixed = [TINT * c + (1 - TINT) * b for c, b in zip(color, BACKGROUND_COLOR, strict=True)]
        assert (picture[4, x] * 255).tolist() == pytest.approx(mixed, abs=2)


def picture(name: str) -> torch.Tensor:
    region = {"name": name, "shapes": [{"kind": "rect", "x": 0, "y": 0, "width": 0.5, "height": 1}]}
    regions = read_document(json.dumps({"schema": 1, "regions": [region]}))
    coverages = torch.zeros(1, 4, 8)
    coverages[0, :, :4] = 1
    return draw_regions(regions, coverages, (256, 128), None, False)


def test_a_picture_with_a_gradient_is_drawn_on():
    image = torch.rand(1, 32, 32, 3, requires_grad=True)
    assert not draw_regions(RegionSet(), torch.zeros(0, 2, 2), (32, 32), image, False).requires_grad


def test_many_small_regions_on_a_large_picture_cost_their_own_pixels_and_can_be_interrupted():
    count, calls = 200, []
    regions = RegionSet(tuple(Region(name=str(index)) for index in range(count)))
    coverages = torch.zeros(count, 64, 64)
    for index, coverage in enumerate(coverages):
        coverage[index % 64, 60] = 1
    started = time.process_time()
    picture = draw_regions(regions, coverages, (4096, 1024), None, False, lambda: calls.append(1))[0]
    assert time.process_time() - started < 2  # all of the picture for each: more than four
    assert len(calls) >= count and (picture != picture[0, 0]).any()


@pytest.mark.parametrize("name", ["猫🐉", "箱", "fox 猫", "كلب", "👩‍🚀", "a name much longer than its region is wide"])
def test_a_name_that_cannot_be_written_is_left_out(name):
    assert torch.equal(picture(name), picture(""))


@pytest.mark.parametrize("name", ["fox", "für", "é", "звезда", "αστέρι", "Đường", "“a”, b…", "e\u0301t\u00e9", "Żółw"])
def test_a_name_in_letters_that_the_font_has_is_written(name):
    assert not torch.equal(picture(name), picture(""))


def test_a_letter_and_its_accent_are_drawn_as_one():
    assert torch.equal(picture("e\u0301te\u0301"), picture("\u00e9t\u00e9"))


def test_no_letter_of_the_font_is_an_empty_box():
    assert has_letters("AzÀžΩωЖяԱא"[:9]) and not has_letters("א") and not has_letters("\ue000")


def test_an_attention_title_has_the_name_or_else_the_number():
    assert Title("Region 1 ('звезда')", "Region 1", "own text 3%").text() == "Region 1 ('звезда'): own text 3%"
    assert Title("Region 2 ('猫')", "Region 2", "own text 3%").text() == "Region 2: own text 3%"
    assert Title("Base text", "Base text").text() == "Base text"
