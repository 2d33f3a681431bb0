"""Apply, on the host's own Flux and sampler: exactly nothing when there is nothing to do, and never a void region."""

import logging

import pytest
import torch

from support.regional import random_text

pytestmark = pytest.mark.host

BLOCKS = 2 + 5
IMAGE = 6 * 8
BASE = 12


def test_swapped_prompts_give_different_pictures(nodes, scene, sample, tiny_flux):
    model, one, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(seeds=(1, 2)), end=1.0)
    _, other, _ = nodes.Apply(model=model, regional_prompt=scene(seeds=(2, 1)), end=1.0)
    difference = (sample(model, one) - sample(model, other)).abs().mean()
    assert difference > 1e-2


def test_a_region_draws_only_where_it_is(nodes, scene, velocity, tiny_flux, reference):
    """At beta 0 another prompt on the right changes nothing on the left in the first model call."""
    latent, sigma = reference["lat"], 0.73
    out = []
    for seeds in ((1, 2), (1, 3)):
        model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(seeds=seeds), base_ratio=0.0, end=1.0)
        out.append(velocity(model, positive, latent, sigma))
    difference = (out[0] - out[1]).abs()
    assert difference[..., :8].max() < 1e-5 and difference[..., 8:].max() > 1e-2


def test_a_window_shorter_than_a_step_has_one_step(nodes, scene, sample, tiny_flux, caplog):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), start=0.0, end=0.1)
    with caplog.at_level(logging.INFO):
        out = sample(model, positive, steps=3)
    assert not torch.equal(out, sample(tiny_flux(), random_text(0, 12), steps=3))
    assert "steps 1 to 1 of 3" in caplog.text


def test_a_conditioning_without_regions_is_bit_identical_on_the_patched_model(nodes, scene, sample, tiny_flux):
    model, _, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene())
    assert torch.equal(sample(model, random_text(0, 12)), sample(tiny_flux(), random_text(0, 12)))


@pytest.mark.parametrize("chosen, region", [({"base_ratio": 1.0}, {}), ({}, {"strength": 0.0})])
@pytest.mark.parametrize("overlap", ["top", "blend", "union"])
def test_beta_one_or_strength_zero_is_the_plain_model(nodes, scene, sample, tiny_flux, chosen, region, overlap):
    model, positive, _ = nodes.Apply(
        model=tiny_flux(), regional_prompt=scene(**region), start=0.0, end=1.0, overlap=overlap, **chosen
    )
    assert (sample(model, positive) - sample(tiny_flux(), random_text(0, 12))).abs().max() < 1e-5


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_a_region_over_everything_with_the_base_prompt_is_the_plain_model(
    nodes, scene, sample, tiny_flux, image_stream
):
    """One region that says what the base prompt says, and has the whole canvas, changes nothing; another prompt
    does.
    """
    plain = sample(tiny_flux(), random_text(0, 12))
    for seed, least, most in ((0, 0, 1e-4), (1, 1e-2, 1e3)):
        prompt = scene(boxes=((0, 0, 1, 1),), seeds=(seed,), tokens=12)
        model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0, image_stream=image_stream)
        assert least <= (sample(model, positive) - plain).abs().max() < most


def test_after_the_window_there_is_not_one_extra_token(nodes, scene, sample, tiny_flux, recorder):
    model, positive, _ = nodes.Apply(model=recorder.on(tiny_flux()), regional_prompt=scene(), end=0.5)
    sample(model, positive, steps=4)
    plain = [(BASE + IMAGE, BASE + IMAGE)] * BLOCKS
    assert recorder.tokens[-2 * BLOCKS :] == plain * 2
    regional = recorder.tokens[: -2 * BLOCKS]
    assert len(regional) == 2 * BLOCKS * 2, "two steps, every block: two equal regions in one call, and the base branch"
    assert set(regional) == {(8 + IMAGE // 2, 8 + IMAGE // 2), (BASE + IMAGE, BASE + IMAGE)}


def test_after_the_window_steps_are_bit_identical(nodes, scene, sample, tiny_flux):
    """Each model call after the window, replayed on a model that never saw a region, gives the same bits."""
    calls = []

    def record(apply_model, call):
        out = apply_model(call["input"], call["timestep"], **call["c"])
        calls.append(
            (call["input"], call["timestep"], {k: v for k, v in call["c"].items() if k != "transformer_options"}, out)
        )
        return out

    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=0.5)
    model.set_model_unet_function_wrapper(record)
    sample(model, positive, steps=4)
    plain = tiny_flux().model
    same = [torch.equal(plain.apply_model(x, t, transformer_options={}, **c), out) for x, t, c, out in calls]
    assert same == [False, False, True, True]


def test_a_foreign_override_is_called_not_lost(nodes, scene, sample, tiny_flux, recorder):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    recorded, positive_2, _ = nodes.Apply(model=recorder.on(tiny_flux()), regional_prompt=scene(), end=1.0)
    assert torch.equal(sample(model, positive), sample(recorded, positive_2))
    assert len(recorder.tokens) == 3 * BLOCKS * 2
    late = recorder.on(model)
    before = len(recorder.tokens)
    assert torch.equal(sample(late, positive), sample(model, positive)), "also when it is installed after Apply"
    assert len(recorder.tokens) == 2 * before


@pytest.mark.parametrize("backend", ["attention_sub_quad", "attention_split", "attention_basic"])
def test_every_backend_gives_the_same_picture(nodes, scene, sample, tiny_flux, backend, monkeypatch):
    import comfy.ldm.flux.math
    import comfy.ldm.modules.attention as backends

    pictures = []
    for name in ("attention_pytorch", backend):
        monkeypatch.setattr(comfy.ldm.flux.math, "optimized_attention", getattr(backends, name))
        model, positive, _ = nodes.Apply(
            model=tiny_flux(), regional_prompt=scene(boxes=((0, 0, 0.6, 1), (0.4, 0.2, 0.6, 0.6)), feather=0.1), end=1.0
        )
        pictures.append(sample(model, positive))
    assert (pictures[0] - pictures[1]).abs().max() < 1e-4
    assert (pictures[0] - sample(tiny_flux(), random_text(0, 12))).abs().max() > 1e-2


def test_a_model_that_bypasses_the_hooks_is_an_error_not_a_silent_nothing(nodes, scene, sample, tiny_flux, monkeypatch):
    """As TeaCache's copy of forward_orig does: it calls the blocks without transformer_options."""
    import comfy.ldm.flux.layers as layers

    for block in (layers.DoubleStreamBlock, layers.SingleStreamBlock):
        original = block.forward
        monkeypatch.setattr(
            block,
            "forward",
            lambda self, *args, transformer_options=None, original=original, **kwargs: original(self, *args, **kwargs),
        )
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    with pytest.raises(ValueError, match=r"The regions had no effect.*TeaCache"):
        sample(model, positive)


def test_the_log_says_once_what_is_active(nodes, scene, sample, tiny_flux, caplog):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=0.5)
    with caplog.at_level(logging.INFO):
        sample(model, positive, steps=4)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("flux_regions")]
    assert lines == [
        "2 of 2 regions, 16 region text tokens on 48 image tokens, steps 1 to 2 of 4, 2 double and 5 single blocks."
    ]


def test_the_given_conditioning_and_model_stay_as_they_were(nodes, scene, tiny_flux):
    base = random_text(0, 12)
    prompt, model = scene(base=base), tiny_flux()
    nodes.Apply(model=model, regional_prompt=prompt)
    assert set(base[0][1]) == {"pooled_output"}
    assert not model.wrappers and "optimized_attention_override" not in model.model_options["transformer_options"]


def test_settings_downstream_keep_their_meaning(nodes, scene, tiny_flux):
    """FluxGuidance before or after, ControlNet, start and end percent: every key of the conditioning is kept."""
    import node_helpers

    base = node_helpers.conditioning_set_values(scene().base, {"guidance": 7.0, "start_percent": 0.1})
    _, positive, negative = nodes.Apply(model=tiny_flux(), regional_prompt=scene(base=base))
    assert positive[0][1]["guidance"] == 7.0 and positive[0][1]["start_percent"] == 0.1
    after = node_helpers.conditioning_set_values(positive, {"guidance": 2.0})
    assert after[0][1]["guidance"] == 2.0 and "flux_regions" in after[0][1]["model_conds"]
    assert (
        not negative[0][0].any() and not negative[0][1]["pooled_output"].any() and "model_conds" not in negative[0][1]
    )
