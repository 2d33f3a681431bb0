"""The host's memory estimate counts the tokens of the regions."""

import pytest

from support.regional import random_text

pytestmark = pytest.mark.host


@pytest.fixture
def estimates(monkeypatch, comfy):
    """The picture shapes that the host estimated memory for."""
    import comfy.sampler_helpers

    seen, real = [], comfy.sampler_helpers.estimate_memory

    def spy(model, noise_shape, conds):
        seen.append(list(noise_shape))
        return real(model, noise_shape, conds)

    monkeypatch.setattr(comfy.sampler_helpers, "estimate_memory", spy)
    return seen


@pytest.mark.parametrize("image_stream, rows", [("shared", 12 + 4), ("paper", 2 * 12 + 4)])
def test_region_tokens_count(nodes, scene, sample, tiny_flux, estimates, image_stream, rows):
    """Two prompts of 8 tokens are 64 latent cells: four rows of 16 more."""
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), image_stream=image_stream)
    latent = sample(model, positive, steps=1)
    assert list(latent.shape) == [1, 16, 12, 16]
    assert estimates == [[1, 16, rows, 16]]


def test_without_regions_nothing_changes(nodes, scene, sample, tiny_flux, estimates):
    model, _, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene())
    sample(model, random_text(0, 12), steps=1)
    assert estimates == [[1, 16, 12, 16]]
