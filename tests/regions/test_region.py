"""Regions are immutable values; what is wrong with one is said in a sentence that names it."""

import pytest
import torch
from flux_regions.regions import Mark, Rect, Region, RegionSet


def test_adding_makes_a_new_set():
    first = RegionSet().added(Region("a"))
    second = first.added(Region("b"))
    assert len(first) == 1 and [region.name for region in second.regions] == ["a", "b"]


def test_regions_are_found_by_name_or_number():
    regions = RegionSet((Region("sky"), Region(""), Region("7")))
    assert regions.find("sky") == 0 and regions.find("2") == 1 and regions.find(" 3 ") == 2
    assert regions.find("7") == 2, "a name wins over a number"


@pytest.mark.parametrize("wanted", ["0", "4", "ship", "", "-1"])
def test_an_unknown_region_is_answered_with_those_that_exist(wanted):
    with pytest.raises(ValueError, match=r"There is no region .*1 'sky', 2, 3 'sea'"):
        RegionSet((Region("sky"), Region(), Region("sea"))).find(wanted)


def test_an_ambiguous_name_asks_for_the_number():
    with pytest.raises(ValueError, match=r"Regions 1, 2 are all called 'cat'"):
        RegionSet((Region("cat"), Region("cat"))).find("cat")


def test_the_background_can_be_given_a_conditioning():
    text = torch.ones(1, 3, 4)
    regions = RegionSet((Region("cat"),)).with_conditioning("background", text)
    assert regions.background_conditioning is text and regions.regions[0].conditioning is None
    named = RegionSet((Region("background"),)).with_conditioning("background", text)
    assert named.regions[0].conditioning is text and named.background_conditioning is None


@pytest.mark.parametrize(
    "mask, what",
    [
        (torch.full((4, 4), float("nan")), "NaN"),
        (torch.full((4, 4), float("inf")), "infinite"),
        (torch.full((4, 4), 255.0), "from 255 to 255"),
        (torch.full((4, 4), -1.0), "from -1 to -1"),
        (torch.zeros(4, 4), "empty"),
        (torch.ones(2, 4, 4), "shape"),
        (torch.ones(0, 4), "shape"),
    ],
)
def test_a_bad_mask_is_refused_by_name(mask, what):
    with pytest.raises(ValueError, match=what) as error:
        RegionSet().added(Region("sun")).added(Region("moon", mask=mask))
    assert str(error.value).startswith("Region 2 ('moon')")


@pytest.mark.parametrize(
    "field, value", [("strength", -0.1), ("strength", 2.1), ("strength", float("nan")), ("feather", 0.6)]
)
def test_a_value_out_of_range_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=rf"Region 1 \('moon'\): {field}"):
        RegionSet().added(Region("moon", **{field: value}))


def test_masks_of_different_proportions_do_not_go_together():
    regions = (
        RegionSet().added(Region("a", mask=torch.ones(64, 64))).added(Region("box", marks=(Mark(Rect(0, 0, 1, 1)),)))
    )
    regions.added(Region("b", mask=torch.ones(128, 128)))
    with pytest.raises(ValueError, match=r"Region 3 \('b'\): its mask is 32x64 but that of Region 1 \('a'\) is 64x64"):
        regions.added(Region("b", mask=torch.ones(64, 32)))


def test_a_set_over_another_lies_on_top_and_its_prompts_win():
    below = RegionSet((Region("a"),), (64, 64), "a base", "a background")
    both = RegionSet((Region("b"), Region("c")), base_prompt="another base", background_prompt=" ").over(below)
    assert [region.name for region in both.regions] == ["a", "b", "c"] and both.canvas == (64, 64)
    assert (both.base_prompt, both.background_prompt) == ("another base", "a background")
