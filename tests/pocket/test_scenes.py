"""Scenes are seeded, and their ground truth is exact."""

import numpy as np
import pytest
from flux_regions.pocket.scenes import HELD_OUT, random_scene, render
from flux_regions.pocket.shapes import SHAPES, coverage

SIZES = [(64, 64), (96, 160), (256, 256)]


def scene(seed, size=(256, 256), count=4, **options):
    return random_scene(np.random.default_rng(seed), *size, count, **options)


def test_the_same_seed_gives_the_same_picture():
    assert scene(3) == scene(3) != scene(4)
    assert np.array_equal(render(scene(3)), render(scene(3)))


@pytest.mark.parametrize("size", SIZES)
def test_objects_stay_on_the_canvas_and_do_not_touch(size):
    for seed in range(20):
        drawn = scene(seed, size, 3)
        assert drawn.objects and render(drawn).shape == (size[1], size[0], 3)
        covered = np.zeros(size[::-1])
        for item in drawn.objects:
            box = np.s_[item.y : item.y + item.diameter, item.x : item.x + item.diameter]
            covered[box] += coverage(item.shape, item.diameter)
        assert covered.max() <= 1
        for item in drawn.objects:
            assert item.x >= 0 and item.x + item.diameter <= size[0]
            assert item.y >= 0 and item.y + item.diameter <= size[1]


def test_the_caption_names_every_object_and_no_location():
    for seed in range(20):
        drawn = scene(seed)
        assert all(f"{item.color} {item.shape}" in drawn.caption for item in drawn.objects)
        assert not {"left", "right", "top", "bottom", "above", "below"} & set(drawn.caption.split())


def test_no_object_has_the_color_of_its_background():
    assert all(item.color != scene(seed).background for seed in range(50) for item in scene(seed).objects)


def test_held_out_pairs_are_drawn_only_when_asked_for():
    assert len(HELD_OUT) == len(SHAPES)
    kinds = {(item.shape, item.color) for seed in range(60) for item in scene(seed).objects}
    assert not kinds & HELD_OUT
    unseen = {(i.shape, i.color) for seed in range(60) for i in scene(seed, count=1, held_out=True).objects}
    assert unseen <= HELD_OUT
