"""Scenes are seeded, their ground truth is exact, and the judge reads it back from the pixels."""

import numpy as np
import pytest
from flux_regions.pocket.judge import judge
from flux_regions.pocket.scenes import HELD_OUT, PALETTE, random_scene, render
from flux_regions.pocket.shapes import SHAPES, coverage

SIZES = [(64, 64), (96, 160), (256, 256)]


def scene(seed, size=(256, 256), count=4, **more):
    return random_scene(np.random.default_rng(seed), *size, count, **more)


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
            covered[item.y : item.y + item.diameter, item.x : item.x + item.diameter] += coverage(
                item.shape, item.diameter
            )
        assert covered.max() <= 1
        for item in drawn.objects:
            assert (
                item.x >= 0 and item.x + item.diameter <= size[0] and item.y >= 0 and item.y + item.diameter <= size[1]
            )


def test_the_caption_names_every_object_and_no_place():
    for seed in range(20):
        drawn = scene(seed)
        assert all(f"{item.colour} {item.shape}" in drawn.caption for item in drawn.objects)
        assert not {"left", "right", "top", "bottom", "above", "below"} & set(drawn.caption.split())


def test_no_object_has_the_colour_of_its_background():
    assert all(item.colour != scene(seed).background for seed in range(50) for item in scene(seed).objects)


def test_held_out_pairs_are_drawn_only_when_asked_for():
    assert len(HELD_OUT) == len(SHAPES)
    kinds = {(item.shape, item.colour) for seed in range(60) for item in scene(seed).objects}
    assert not kinds & HELD_OUT
    unseen = {(i.shape, i.colour) for seed in range(60) for i in scene(seed, count=1, held_out=True).objects}
    assert unseen <= HELD_OUT


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_judge_reads_the_ground_truth_back(count):
    drawn = [scene([count, seed], count=count, held_out=seed % 5 == 0) for seed in range(60)]
    right = [
        judge(render(s)).background == s.background and judge(render(s)).shows([(i.shape, i.colour) for i in s.objects])
        for s in drawn
    ]
    assert np.mean(right) >= 0.98


def test_the_judge_is_not_easily_pleased():
    """A wrong colour, a wrong shape, a missing object and noise are all found out."""
    drawn = next(two for two in (scene(seed, count=2) for seed in range(99)) if len(two.objects) == 2)
    image, wanted = render(drawn), [(item.shape, item.colour) for item in drawn.objects]
    assert judge(image).shows(wanted)
    (shape, colour), other = wanted
    other_shape = next(s for s in SHAPES if s != shape)
    other_colour = next(c for c in PALETTE if c not in (colour, drawn.background))
    for wrong in ([other], [(other_shape, colour), other], [(shape, other_colour), other], [*wanted, other]):
        assert not judge(image).shows(wrong)
    noise = np.random.default_rng(0).random(image.shape).astype(np.float32)
    assert not judge(noise).shows(wanted)
