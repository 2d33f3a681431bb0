"""Pictures that other nodes cut into pieces within the sampling run: each piece has what the whole has there.

The oracle: each piece sampled as a picture of its own, with masks cut from the whole's coverage.
"""

import pytest
import torch

from support.pieces import Box, TiledModel, as_picture_of_its_own, mean_of, tiles, with_context_windows
from support.regional import random_text

pytestmark = pytest.mark.host

HEIGHT, WIDTH, SIGMA = 24, 40, 0.7  # not 32 rows: some hosts cut a text embedding of that width as well
BOXES = ((0.0, 0.0, 0.3, 0.6), (0.35, 0.3, 0.3, 0.7), (0.7, 0.1, 0.3, 0.5))
SAME, OTHER = 2e-5, 1e-2
SETTINGS = {"base_ratio": 0.2, "end": 1.0, "balance": "manual"}


def latent(batch=1, height=HEIGHT, width=WIDTH):
    return torch.randn(batch, 16, height, width, generator=torch.Generator().manual_seed(3))


def difference(a, b):
    return (a - b).abs().max()


@pytest.fixture
def applied(nodes, tiny_flux):
    """applied(prompt, **settings) -> (model, positive)"""

    def build(prompt, **settings):
        return nodes.Apply(model=tiny_flux(), regional_prompt=prompt, **{**SETTINGS, **settings})[:2]

    return build


@pytest.fixture
def expected(applied, velocity):
    """expected(prompt, boxes, x, ...) -> the mean of the pieces of x, each a picture of its own."""

    def build(prompt, boxes, x, base=None, **settings):
        def piece(box):
            alone = as_picture_of_its_own(prompt, box, x.shape[-2:])
            if alone is None:
                model, positive = applied(prompt, **settings)[0], base or random_text(0, 12)
            else:
                model, positive = applied(alone, **settings)
            return velocity(model, positive, box.of(x), SIGMA)

        return mean_of(((box, piece(box)) for box in boxes), x)

    return build


WINDOWS = {
    2: [Box(range(y, y + 16), range(WIDTH)) for y in (0, 8)],
    3: [Box(range(HEIGHT), range(x, x + 16)) for x in (0, 8, 16, 24)],
}


@pytest.mark.parametrize("dim", WINDOWS)
@pytest.mark.parametrize("settings", [{}, {"overlap": "union"}, {"image_stream": "paper"}, {"isolation": "text"}])
def test_context_windows(scene, applied, expected, velocity, dim, settings):
    prompt, x = scene(BOXES, feather=0.1), latent()
    model, positive = applied(prompt, **settings)
    windowed = velocity(with_context_windows(model, dim), positive, x, SIGMA)
    assert difference(windowed, expected(prompt, WINDOWS[dim], x, **settings)) < SAME
    assert difference(windowed, velocity(model, random_text(0, 12), x, SIGMA)) > OTHER
