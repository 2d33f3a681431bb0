"""Recognition reads the ground truth of a scene back from its pixels, and sees what is wrong with a picture."""

import numpy as np
import pytest
from flux_regions.pocket.recognise import is_right, recognise
from flux_regions.pocket.scenes import PALETTE, named_scene, random_scene, render
from flux_regions.pocket.shapes import SHAPES


def kinds(scene):
    return [(item.shape, item.color) for item in scene.objects]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_ground_truth_is_read_back(count):
    scenes = [
        random_scene(np.random.default_rng([count, seed]), 256, 256, count, held_out=seed % 5 == 0)
        for seed in range(60)
    ]
    assert np.mean([is_right(render(scene), scene) for scene in scenes]) >= 0.98


def test_boxes_are_those_of_the_objects():
    scene = random_scene(np.random.default_rng(1), 256, 256, 3)
    squares = {(item.shape, item.color): item for item in scene.objects}
    for detected in recognise(render(scene)).objects:
        item = squares[detected.kind]
        box = (item.x, item.y, item.x + item.diameter, item.y + item.diameter)
        margin = 0.2 * item.diameter  # a silhouette does not fill its box
        assert all(abs(a - b) <= margin for a, b in zip(detected.box, box, strict=True))


def test_what_is_wrong_with_a_picture_is_seen():
    """A wrong color, a wrong shape, a missing and a surplus object, another background, noise."""
    scene = named_scene(np.random.default_rng(4), 256, 256, 2)
    image, (first, second) = render(scene), kinds(scene)
    recognition = recognise(image)
    assert recognition.shows([first, second]) and is_right(image, scene)
    other_shape = next(shape for shape in SHAPES if shape != first[0])
    other_color = next(color for color in PALETTE if color not in (first[1], scene.background))
    for wrong in (
        [second],
        [(other_shape, first[1]), second],
        [(first[0], other_color), second],
        [first, second, second],
    ):
        assert not recognition.shows(wrong)
    assert not is_right(render(named_scene(np.random.default_rng(5), 256, 256, 2)), scene)
    noise = np.random.default_rng(0).random(image.shape).astype(np.float32)
    assert not recognise(noise).shows([first, second])


def test_only_the_part_within_is_looked_at():
    scene = named_scene(np.random.default_rng(4), 192, 192, 2)
    first, second = scene.objects
    within = np.ones((192, 192), bool)
    within[second.y : second.y + second.diameter, second.x : second.x + second.diameter] = False
    assert recognise(render(scene), within).shows([(first.shape, first.color)])
