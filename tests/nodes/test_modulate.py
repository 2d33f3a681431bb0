"""Isolation 'modulate' on the host's own Flux: attention is drawn to the own region in the window, and only there."""

import pytest
import torch

from support.regional import in_windows, random_text

pytestmark = pytest.mark.host

BASE, TEXT, IMAGE = 12, 8, 6 * 8
HALVES = ((0, 0, 0.5, 1), (0.5, 0, 0.5, 1))


@pytest.fixture
def modulate(nodes, tiny_flux):
    def run(prompt, model=None, **settings):
        settings = {"end": 1.0} | settings
        return nodes.Apply(model=model or tiny_flux(), regional_prompt=prompt, isolation="modulate", **settings)

    return run


@pytest.fixture
def joint(tiny_flux, velocity, reference):
    """joint(sigma): the plain model with all texts, the regions' before the base's, in one prompt."""

    def run(sigma):
        texts = [random_text(seed, TEXT)[0][0] for seed in (1, 2)] + [random_text(0, BASE)[0][0]]
        return velocity(tiny_flux(), [[torch.cat(texts, 1), random_text(0, BASE)[0][1]]], reference["lat"], sigma)

    return run


def test_where_the_weight_is_nothing_it_is_the_plain_model_with_all_texts(
    modulate, scene, velocity, joint, reference, monkeypatch
):
    model, positive, _ = modulate(scene())
    assert (velocity(model, positive, reference["lat"], 0.95) - joint(0.95)).abs().max() > 1e-2
    assert (velocity(model, positive, reference["lat"], 0.05) - joint(0.05)).abs().max() < 1e-5, "lambda is 3e-7"
    monkeypatch.setattr("flux_regions.attention.dense_diffusion.TEXT_WEIGHT", 0.0)
    monkeypatch.setattr("flux_regions.attention.dense_diffusion.IMAGE_WEIGHT", 0.0)
    assert (velocity(model, positive, reference["lat"], 0.95) - joint(0.95)).abs().max() < 2e-5


def test_swapped_prompts_give_different_pictures(modulate, scene, sample):
    model, one, _ = modulate(scene(seeds=(1, 2)))
    _, other, _ = modulate(scene(seeds=(2, 1)))
    assert (sample(model, one) - sample(model, other)).abs().mean() > 1e-3


def test_strength_zero_is_the_plain_model(modulate, scene, sample, tiny_flux):
    model, positive, _ = modulate(scene(strength=0.0))
    assert torch.equal(sample(model, positive), sample(tiny_flux(), random_text(0, BASE)))


def test_strength_says_how_much(modulate, scene, velocity, joint, reference):
    effect = []
    for strength in (0.25, 1.0, 2.0):
        model, positive, _ = modulate(scene(strength=strength))
        effect.append((velocity(model, positive, reference["lat"], 0.95) - joint(0.95)).abs().mean())
    assert effect[0] < effect[1] < effect[2]


def test_the_base_ratio_is_not_used(modulate, scene, sample, tiny_flux):
    pictures = []
    for beta in (0.0, 1.0):
        model, positive, _ = modulate(scene(), base_ratio=beta)
        pictures.append(sample(model, positive))
    assert torch.equal(*pictures)
    assert (pictures[0] - sample(tiny_flux(), random_text(0, BASE))).abs().max() > 1e-2


def test_after_the_window_there_is_not_one_extra_token(modulate, scene, sample, tiny_flux, recorder):
    """In the window the host's backend is not asked, but in the blocks that an interval leaves out."""
    model, positive, _ = modulate(scene(), recorder.on(tiny_flux()), end=0.5, single_interval=2)
    sample(model, positive, steps=4)
    whole = (2 * TEXT + BASE + IMAGE,) * 2
    assert recorder.tokens == [whole] * 2 * 2 + [(BASE + IMAGE,) * 2] * 2 * 7


@pytest.mark.parametrize("overlap", ["top", "blend", "union"])
@pytest.mark.parametrize("background", [None, 40])
def test_overlaps_soft_edges_batches_and_odd_sizes_go_together(modulate, scene, sample, tiny_flux, overlap, background):
    boxes = ((0, 0, 0.6, 1), (0.4, 0.2, 0.6, 0.6))
    model, positive, _ = modulate(scene(boxes=boxes, feather=0.1, background=background), overlap=overlap)
    out = sample(model, positive, batch=2, size=(88, 136), cfg=2.0)
    assert out.shape == (2, 16, 11, 17) and torch.isfinite(out).all()
    unguided = sample(model, positive, batch=2, size=(88, 136))
    plain = sample(tiny_flux(), random_text(0, BASE), batch=2, size=(88, 136))
    assert (out - unguided).abs().max() > 1e-3 and (unguided - plain).abs().max() > 1e-3


def test_reference_pictures_are_in_no_region(modulate, scene, sample, tiny_flux):
    tokens, extra = random_text(0, BASE)[0]
    out = []
    for seed in (1, 2):
        picture = torch.randn(1, 16, 12, 16, generator=torch.Generator().manual_seed(seed))
        base = [[tokens, {**extra, "reference_latents": [picture]}]]
        model, positive, _ = modulate(scene(base=base))
        out.append(sample(model, positive))
    assert torch.isfinite(out[0]).all() and (out[0] - out[1]).abs().max() > 1e-3
    assert (out[1] - sample(tiny_flux(), base)).abs().max() > 1e-3


def test_a_region_s_own_window_holds_here_as_well(modulate, scene, sample, recorder, tiny_flux):
    prompt = in_windows(scene(), (0, 1), (0.5, 1))
    model, positive, _ = modulate(prompt, recorder.on(tiny_flux()), double_interval=2, single_interval=64)
    sample(model, positive, steps=4)
    early, late = (texts * TEXT + BASE + IMAGE for texts in (1, 2))
    left_out = 1 + 4
    assert [count for count, _ in recorder.tokens] == [early] * 2 * left_out + [late] * 2 * left_out


def test_areas_are_those_of_the_whole_picture_in_a_piece_too(modulate, scene):
    from flux_regions.adapter import regions_of
    from flux_regions.regions import Piece, TokenGrid, coverage

    applied = regions_of(modulate(scene(HALVES))[1])
    left = TokenGrid(24, 20, piece=Piece(tuple(range(24)), tuple(range(20)), 24, 40))
    in_piece = applied.cache.memberships(applied, left)
    assert in_piece.gain.tolist() == [0.5, 0.5, 1.0] and in_piece.membership.mean(0).tolist() == [1, 0, 0]
    assert torch.equal(in_piece.membership[:, :2].T.view(2, 12, 10), coverage(applied.prompt.regions, left))


def test_a_second_image_stream_is_refused_before_the_run(nodes):
    apply = nodes.classes.Apply
    with pytest.raises(ValueError, match=r"'modulate'.*Set image_stream to 'shared'"):
        apply.validate_inputs(isolation="modulate", image_stream="paper")
    assert apply.validate_inputs(isolation="modulate", image_stream="shared")
