"""A set of regions is an immutable value; what is asked of it in vain is answered in a sentence."""

import pytest
import torch
from flux_regions.regions import Rect, Region, RegionSet, ShapeOp


def test_adding_makes_a_new_set():
    first = RegionSet().added(Region("a"))
    second = first.added(Region("b"))
    assert len(first) == 1 and [region.name for region in second.regions] == ["a", "b"]


def test_regions_are_found_by_name_or_number():
    regions = RegionSet((Region("sky"), Region(""), Region("7")))
    assert regions.index_of("sky") == 0 and regions.index_of("2") == 1 and regions.index_of(" 3 ") == 2
    assert regions.index_of("7") == 2, "a name wins over a number"


@pytest.mark.parametrize("wanted", ["0", "4", "ship", "", "-1"])
def test_an_unknown_region_is_answered_with_those_that_exist(wanted):
    with pytest.raises(ValueError, match=r"There is no region .*1 'sky', 2, 3 'sea'"):
        RegionSet((Region("sky"), Region(), Region("sea"))).index_of(wanted)


def test_a_name_is_found_as_it_is_shown():
    """Without the marks of text direction, and other characters that nobody sees."""
    regions = RegionSet((Region(name="\u202eabc\u202c"), Region(name="abc d"), Region(name="a\u200bbc")))
    assert [regions.index_of(name) for name in ("\u202eabc\u202c", "a\u200bbc", "abc\u200f  d", "1")] == [0, 2, 1, 0]
    with pytest.raises(ValueError, match="Regions 1, 3 are all called 'abc'"):
        regions.index_of("abc")


def test_an_ambiguous_name_asks_for_the_number():
    with pytest.raises(ValueError, match=r"Regions 1, 2 are all called 'cat'"):
        RegionSet((Region("cat"), Region("cat"))).index_of("cat")


def test_the_background_can_be_given_a_conditioning():
    text = torch.ones(1, 3, 4)
    regions = RegionSet((Region("cat"),)).with_conditioning("background", text)
    assert regions.background_conditioning is text and regions.regions[0].conditioning is None
    named = RegionSet((Region("background"),)).with_conditioning("background", text)
    assert named.regions[0].conditioning is text and named.background_conditioning is None


def test_masks_of_different_proportions_do_not_go_together():
    regions = (
        RegionSet()
        .added(Region("a", mask=torch.ones(64, 64)))
        .added(Region("box", shapes=(ShapeOp(Rect(0, 0, 1, 1)),)))
    )
    regions.added(Region("b", mask=torch.ones(128, 128)))
    with pytest.raises(ValueError, match=r"Region 3 \('b'\): its mask is 32x64 but that of Region 1 \('a'\) is 64x64"):
        regions.added(Region("b", mask=torch.ones(64, 32)))


def test_a_set_over_another_lies_on_top_and_its_prompts_win():
    below = RegionSet((Region("a"),), (64, 64), "a base", "a background")
    both = RegionSet((Region("b"), Region("c")), base_prompt="another base", background_prompt=" ").on_top_of(below)
    assert [region.name for region in both.regions] == ["a", "b", "c"] and both.canvas == (64, 64)
    assert (both.base_prompt, both.background_prompt) == ("another base", "a background")


def test_a_subset_keeps_the_numbers_that_people_know():
    regions = RegionSet((Region("sky"), Region(), Region("sea")), canvas=(64, 32), base_prompt="a coast")
    subset = regions.subset((0, 2))
    assert [region.name for region in subset.regions] == ["sky", "sea"]
    assert [subset.label(index) for index in range(2)] == ["Region 1 ('sky')", "Region 3 ('sea')"]
    assert subset.subset((1,)).label(0) == "Region 3 ('sea')"
    assert (subset.canvas, subset.base_prompt) == ((64, 32), "a coast")
