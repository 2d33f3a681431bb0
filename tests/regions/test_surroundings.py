"""Whether every region's prompt names what is around it, in all the ways in which prompts are put together."""

import pytest
import torch
from flux_regions.regions import Rect, Region, RegionSet, surroundings_are_named
from flux_regions.regions.region import ShapeOp

SHAPES = (ShapeOp(Rect(0, 0, 1, 1)),)
READY_MADE = Region(shapes=SHAPES, prompt="a dog", conditioning=torch.zeros(1, 2, 3))


def regions(*prompts, **fields):
    return RegionSet(tuple(Region(prompt=prompt, shapes=SHAPES) for prompt in prompts), **fields)


@pytest.mark.parametrize(
    "prompts, background, named",
    [
        (("a cat, A Meadow", "a dog on a meadow."), "a meadow", True),
        (("a cat, a meadow", "a dog"), "a meadow", False),
        (("a cat, oil painting, a meadow", "a dog, a meadow, oil painting"), "a meadow, oil painting", True),
        (("a cat, a meadow", ""), "a meadow", True),
        (("a cat", "a dog"), " , ", False),
        (("a cat in the snow", "a dog in the snow"), "", True),
        (("a cat in the snow", "a dog in the rain"), "", False),
        (("cat", "cat"), "", False),
        (("a cat in the snow",), "", False),
        (("",), "a meadow", True),
        ((), "", False),
    ],
)
def test_they_are_named_by_the_background_s_phrases_or_a_common_ending(prompts, background, named):
    assert surroundings_are_named(regions(*prompts, background_prompt=background)) == named


def test_what_came_ready_made_is_not_read():
    told = regions("a cat, a meadow", background_prompt="a meadow")
    assert surroundings_are_named(told.added(READY_MADE))
    alone = RegionSet((READY_MADE,))
    assert not surroundings_are_named(alone)
    assert surroundings_are_named(alone.with_conditioning("background", torch.zeros(1, 2, 3)))


@pytest.mark.parametrize("background", ["\u200b", "\u3000", ",", "..."])
def test_a_background_without_a_word_names_nothing(background):
    assert not surroundings_are_named(regions("a cat", "a dog", background_prompt=background))


def test_a_word_that_begins_like_the_background_does_not_name_it():
    assert not surroundings_are_named(regions("a cathedral", "a cat", background_prompt="cat"))


def test_a_crop_is_told_what_the_whole_is():
    halves = (ShapeOp(Rect(0, 0, 0.5, 1)),), (ShapeOp(Rect(0.5, 0, 0.5, 1)),)
    for second, named in (("a dog in the snow", True), ("a dog in the rain", False)):
        prompts = zip(("a cat in the snow", second), halves, strict=True)
        whole = RegionSet(tuple(Region(prompt=prompt, shapes=shapes) for prompt, shapes in prompts))
        left = whole.crop((0, 0, 0.5, 1)).crop((0, 0, 1, 0.5))
        assert len(left) == 1 and surroundings_are_named(whole) == surroundings_are_named(left) == named
