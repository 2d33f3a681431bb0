"""Regional Prompt: whatever samples the conditioning draws its regions, and nothing is left on any model."""

import gc
import logging

import pytest
import torch
from flux_regions.attention import AttentionPlan

from support.regional import in_windows, random_text

pytestmark = pytest.mark.host

HALVES = {"padding": "keep", "balance": "manual", "isolation": "regions", "end": 1.0}
STEPS = 4


@pytest.fixture(scope="session")
def regional(nodes, scene):
    """regional(conditioning=None, **settings) -> the CONDITIONING of two halves on a base text, by Regional Prompt."""

    def build(conditioning=None, prompt=None, **settings):
        prompt = prompt or scene()
        return nodes.Conditioning(
            regions=prompt.regions, conditioning=conditioning or prompt.base, **{**HALVES, **settings}
        )[0]

    return build


@pytest.fixture(scope="session")
def guide(comfy):
    """guide(guider) -> the latent that it samples in a few steps, from the same noise every time."""

    def run(guider, steps=STEPS, sigmas=None, **more):
        import comfy.samplers

        latent = torch.zeros(1, 16, 12, 16)
        noise = torch.randn(latent.shape, generator=torch.Generator().manual_seed(3))
        sampling = guider.model_patcher.get_model_object("model_sampling")
        if sigmas is None:
            sigmas = comfy.samplers.calculate_sigmas(sampling, "simple", steps)
        sampler = comfy.samplers.sampler_object("euler")
        return guider.sample(noise, latent, sampler, sigmas, disable_pbar=True, seed=3, **more)

    return run


def basic(model, positive):
    from comfy_extras.nodes_custom_sampler import Guider_Basic

    guider = Guider_Basic(model)
    guider.set_conds(positive)
    return guider


def with_cfg(model, positive, negative, cfg=3.0):
    import comfy.samplers

    guider = comfy.samplers.CFGGuider(model)
    guider.set_conds(positive, negative)
    guider.set_cfg(cfg)
    return guider


def dual_cfg(model, positive, middle, negative):
    from comfy_extras.nodes_custom_sampler import Guider_DualCFG

    guider = Guider_DualCFG(model)
    guider.set_conds(positive, middle, negative)
    guider.set_cfg(3.0, 2.0, nested=False)
    return guider


def perp_neg(model, positive, negative, empty):
    from comfy_extras.nodes_perpneg import Guider_PerpNeg

    guider = Guider_PerpNeg(model)
    guider.set_conds(positive, negative, empty)
    guider.set_cfg(3.0, 1.0)
    return guider


GUIDERS = {
    "basic": lambda model, positive, other: basic(model, positive),
    "cfg": lambda model, positive, other: with_cfg(model, positive, other),
    "dual cfg": lambda model, positive, other: dual_cfg(model, positive, other, random_text(8, 12)),
    "perp neg": lambda model, positive, other: perp_neg(model, positive, other, random_text(8, 12)),
}


def left_on(model):
    """What a run has left on a MODEL or in memory."""
    options = model.model_options.get("transformer_options", {})
    wrappers = {kind: keys for kind, keys in {**model.wrappers, **options.get("wrappers", {})}.items() if keys}
    gc.collect()
    return wrappers, [thing for thing in gc.get_objects() if type(thing) is AttentionPlan]


@pytest.mark.parametrize("kind", GUIDERS)
def test_every_guider_draws_the_regions_on_the_model_as_it_comes_from_the_loader(regional, guide, tiny_flux, kind):
    model = tiny_flux()
    plain = guide(GUIDERS[kind](model, random_text(0, 12), random_text(9, 12)))
    drawn = guide(GUIDERS[kind](model, regional(), random_text(9, 12)))
    assert (drawn - plain).abs().max() > 1e-2
    assert left_on(model) == ({}, [])
    assert torch.equal(guide(GUIDERS[kind](model, random_text(0, 12), random_text(9, 12))), plain)


@pytest.mark.parametrize("kind", GUIDERS)
def test_watching_finds_the_positive_whatever_the_guiders_order(nodes, regional, guide, tiny_flux, kind):
    from flux_regions.adapter import regions_of

    positive, other = regional(), regional(random_text(9, 12))
    model, records = nodes.WatchAttention(model=tiny_flux())
    guide(GUIDERS[kind](model, positive, other))
    assert records.latest.applied is regions_of(positive) and records.latest.passes == STEPS * 7


@pytest.mark.parametrize(
    "guider",
    [
        lambda model, regions, other: dual_cfg(model, other, regions, other),
        lambda model, regions, other: dual_cfg(model, other, other, regions),
        lambda model, regions, other: with_cfg(model, other, regions),
        lambda model, regions, other: perp_neg(model, other, other, regions),
    ],
    ids=["dual cfg, second", "dual cfg, negative", "cfg, negative", "perp neg, empty"],
)
def test_watching_finds_regions_that_no_positive_has(nodes, regional, guide, tiny_flux, guider):
    from flux_regions.adapter import regions_of

    regions = regional()
    model, records = nodes.WatchAttention(model=tiny_flux())
    guide(guider(model, regions, random_text(9, 12)))
    assert records.latest.applied is regions_of(regions) and records.latest.passes == STEPS * 7


@pytest.mark.parametrize("kind", ["negative", "second of two"])
def test_regions_that_a_sampler_does_not_look_at_are_said(regional, guide, tiny_flux, caplog, kind):
    plain, model = random_text(0, 12), tiny_flux()
    guider = with_cfg(model, plain, regional(), 1.0)
    if kind == "second of two":
        guider = dual_cfg(model, plain, regional(), plain)
        guider.set_cfg(1.0, 1.0)
    with caplog.at_level(logging.WARNING):
        guide(guider)
    assert "acted in none of the steps of this run: they are in the " in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        guide(with_cfg(model, regional(), regional(), 1.0))
    assert not caplog.text, "a negative without CFG is no mistake where the positive has regions"


@pytest.mark.parametrize("cfg, warned", [(1.0, False), (3.0, True)])
def test_regions_that_cfg_takes_out_again_are_said(regional, guide, tiny_flux, caplog, cfg, warned):
    """ComfyUI's zeroed conditioning keeps the regions of what it was made of."""
    from nodes import ConditioningZeroOut

    positive = regional()
    (negative,) = ConditioningZeroOut().zero_out(positive)
    with caplog.at_level(logging.WARNING):
        guide(with_cfg(tiny_flux(), positive, negative, cfg))
    assert ("The same regions are in the positive and in the negative" in caplog.text) is warned


@pytest.mark.parametrize("sampler, window, acts", [("dpm_fast", (0.125, 0.25), True), ("dpm_fast", (0.9, 1.0), False)])
def test_a_region_whose_steps_a_sampler_leaves_out_acts_later_or_is_named(
    nodes, scene, sample, tiny_flux, caplog, sampler, window, acts
):
    """DPM fast makes as many looks as there are steps, at levels of its own, none of them in the last step."""
    prompt = in_windows(scene(), (0.0, 1.0), window)
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
    alone = scene(boxes=((0.0, 0.0, 0.5, 1.0),))
    _, without, _ = nodes.Apply(model=tiny_flux(), regional_prompt=alone, end=1.0)
    with caplog.at_level(logging.WARNING):
        drawn = sample(tiny_flux(), positive, steps=8, sampler=sampler)
    assert ("Region 2 did not act in this run" in caplog.text) is not acts
    assert torch.equal(drawn, sample(tiny_flux(), without, steps=8, sampler=sampler)) is not acts


def test_it_is_the_same_picture_as_encode_and_apply_make(nodes, scene, regional, sample, tiny_flux):
    settings = {"base_ratio": 0.1, "image_stream": "paper", "overlap": "union", "single_interval": 2}
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0, **settings)
    assert torch.equal(sample(model, positive), sample(tiny_flux(), regional(**settings)))


def test_two_halves_of_ksampler_advanced_make_what_one_sampler_makes(regional, tiny_flux):
    """Regions that act to the end, each half with the same positive."""
    import nodes as host

    def sampled(latent, **span):
        positive, negative = regional(), random_text(9, 12)
        return host.common_ksampler(tiny_flux(), 5, STEPS, 1.0, "euler", "simple", positive, negative, latent, **span)[
            0
        ]

    empty = {"samples": torch.zeros(1, 16, 12, 16)}
    first = sampled(empty, last_step=2)
    second = sampled(first, start_step=2, disable_noise=True, force_full_denoise=True)
    assert (second["samples"] - sampled(empty)["samples"]).abs().max() < 1e-4
    assert (first["samples"] - second["samples"]).abs().max() > 1e-2


def test_a_lora_on_the_model_or_as_a_hook_on_the_conditioning(regional, guide, tiny_flux):
    import comfy.hooks
    import comfy.sd

    generator = torch.Generator().manual_seed(5)
    lora = {
        f"diffusion_model.double_blocks.0.img_attn.qkv.lora_{side}.weight": torch.randn(shape, generator=generator)
        for side, shape in (("A", (4, 48)), ("B", (144, 4)))
    }
    without = guide(basic(tiny_flux(), regional()))
    loaded, _ = comfy.sd.load_lora_for_models(tiny_flux(), None, lora, 1.0, 0)
    on_model = guide(basic(loaded, regional()))
    hook = comfy.hooks.create_hook_lora(lora, 1.0, 0.0)
    before = regional(comfy.hooks.set_hooks_for_conditioning(random_text(0, 12), hook))
    after = comfy.hooks.set_hooks_for_conditioning(regional(), hook)
    assert (on_model - without).abs().max() > 1e-3
    for positive in (before, after):
        assert (guide(basic(tiny_flux(), positive)) - on_model).abs().max() < 1e-5


def test_a_shift_of_the_sampling_may_stand_anywhere(regional, guide, tiny_flux):
    from comfy_extras.nodes_model_advanced import ModelSamplingFlux

    (shifted,) = ModelSamplingFlux().patch(tiny_flux(), 1.15, 0.5, 1024, 1024)
    assert (guide(basic(shifted, regional())) - guide(basic(shifted, random_text(0, 12)))).abs().max() > 1e-2


@pytest.mark.parametrize("window", [(0.0, 1.0), (0.5, 0.6)])
def test_easycache_may_skip_any_step(regional, sample, tiny_flux, window, caplog):
    from comfy_extras.nodes_easycache import EasyCacheNode

    (model,) = EasyCacheNode.execute(
        tiny_flux(), reuse_threshold=0.2, start_percent=0.15, end_percent=0.95, verbose=False
    ).result
    start, end = window
    with caplog.at_level(logging.INFO):
        drawn = sample(model, regional(start=start, end=end), steps=20)
    assert torch.isfinite(drawn).all()
    acted = "2 of 2 regions" in caplog.text
    assert acted or "acted in none of the steps of this run" in caplog.text
    assert torch.equal(drawn, sample(model, random_text(0, 12), steps=20)) is not acted


def test_a_time_range_ends_the_regions_and_the_plain_prompt_goes_on(nodes, regional, sample, tiny_flux):
    import node_helpers

    def ranged(conditioning, start, end):
        return node_helpers.conditioning_set_values(conditioning, {"start_percent": start, "end_percent": end})

    plain = random_text(0, 12)
    both = ranged(regional(), 0.0, 0.5) + ranged(plain, 0.5, 1.0)
    drawn = sample(tiny_flux(), both, steps=STEPS)
    assert (drawn - sample(tiny_flux(), plain, steps=STEPS)).abs().max() > 1e-2
    assert (drawn - sample(tiny_flux(), regional(), steps=STEPS)).abs().max() > 1e-3


def test_two_regional_prompts_combined_are_the_mean_of_both(scene, regional, velocity, tiny_flux):
    rows = regional(prompt=scene(boxes=((0, 0, 1, 0.5), (0, 0.5, 1, 0.5)), seeds=(3, 4)))
    latent = torch.randn(1, 16, 12, 16, generator=torch.Generator().manual_seed(0))
    first, second = (velocity(tiny_flux(), positive, latent, 0.7) for positive in (regional(), rows))
    both = velocity(tiny_flux(), regional() + rows, latent, 0.7)
    assert (first - second).abs().max() > 1e-2 and (both - (first + second) / 2).abs().max() < 1e-4


def test_an_interrupt_and_an_error_leave_nothing_behind(regional, sample, tiny_flux):
    import comfy.model_management

    model, positive = tiny_flux(), regional()
    good = sample(model, positive)
    for error in (comfy.model_management.InterruptProcessingException, RuntimeError):

        def stop(step, *_, error=error):
            if step == 1:
                raise error()

        with pytest.raises(error):
            sample(model, positive, callback=stop)
        assert left_on(model) == ({}, [])
    assert torch.equal(sample(model, positive), good)


def test_a_conditioning_without_its_hooks_is_an_error_and_no_plain_picture(regional, sample, tiny_flux):
    stripped = [
        [tokens, {key: value for key, value in extra.items() if key != "hooks"}] for tokens, extra in regional()
    ]
    with pytest.raises(ValueError, match="The regions were lost on the way to the sampler"):
        sample(tiny_flux(), stripped)


def test_a_model_without_a_place_for_regions_is_named_when_the_sampler_starts(regional, guide, tiny_flux):
    model = tiny_flux()
    model.model.diffusion_model.params.txt_ids_dims = [1, 2]
    with pytest.raises(ValueError, match=r"Regions need a .* model, but this one is LongCat or Ovis"):
        guide(basic(model, regional()))


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"prompt": {"strength": 0.0}}, "No region can act"),
        ({"prompt": {"boxes": ()}}, "No region can act"),
    ],
)
def test_without_a_region_that_can_act_it_is_the_plain_conditioning(
    nodes, scene, sample, tiny_flux, caplog, changes, said
):
    from flux_regions.regions import RegionSet

    prompt = scene(**changes["prompt"]) if changes["prompt"].get("boxes", True) else None
    regions = RegionSet() if prompt is None else prompt.regions
    base = random_text(0, 12)
    with caplog.at_level(logging.INFO):
        (positive,) = nodes.Conditioning(regions=regions, conditioning=base)
    assert said in caplog.text
    assert torch.equal(sample(tiny_flux(), positive), sample(tiny_flux(), base))


def test_a_picture_of_other_proportions_than_the_canvas_is_said(nodes, scene, sample, tiny_flux, caplog):
    from dataclasses import replace

    regions = replace(scene().regions, canvas=(1024, 1024))
    (positive,) = nodes.Conditioning(regions=regions, conditioning=random_text(0, 12), **HALVES)
    with caplog.at_level(logging.WARNING):
        sample(tiny_flux(), positive, size=(96, 128))
        assert caplog.text.count("The picture sampled is 128x96, but the regions were drawn for 1024x1024") == 1
        caplog.clear()
        sample(tiny_flux(), positive, size=(96, 96))
    assert "regions were drawn for" not in caplog.text


@pytest.mark.parametrize("cfg, warned", [(1.0, False), (3.0, True)])
def test_a_zeroed_negative_with_cfg_is_said(regional, guide, tiny_flux, caplog, cfg, warned):
    zeros = [[torch.zeros(1, 12, 32), {"pooled_output": torch.zeros(1, 16)}]]
    with caplog.at_level(logging.WARNING):
        guide(with_cfg(tiny_flux(), regional(), zeros, cfg))
    assert ("the negative conditioning is all zeros" in caplog.text) is warned


def with_nag(model):
    """As NAGuidance of newer hosts patches it: with a function that waits for both sides in one call."""

    def guide(out, extra_options):
        both = {0, 1} <= set(extra_options["cond_or_uncond"])
        return out * 2 if both else out

    guide.__module__ = "comfy_extras.nodes_nag"
    model = model.clone()
    model.set_model_attn1_output_patch(guide)
    return model


def test_guidance_that_needs_both_sides_in_one_call_is_said_to_do_nothing(regional, sample, tiny_flux, caplog):
    text = random_text(99, 12)
    sample(with_nag(tiny_flux()), random_text(0, 12), text, cfg=3.0)
    assert "NAGuidance" not in caplog.text, "without regions it is none of our business"
    found = sample(with_nag(tiny_flux()), regional(), text, cfg=3.0)
    assert torch.equal(found, sample(tiny_flux(), regional(), text, cfg=3.0))
    assert caplog.text.count("NAGuidance has no effect with regions") == 1


def test_a_changed_setting_or_prompt_encodes_nothing_else_again(nodes, monkeypatch):
    _, clip, _ = nodes.PocketModel()
    encoded = []
    real = clip.encode_from_tokens_scheduled
    monkeypatch.setattr(clip, "encode_from_tokens_scheduled", lambda tokens: encoded.append(1) or real(tokens))

    def build(prompts=("a red circle", "a blue star"), **settings):
        regions = None
        for prompt in prompts:
            (regions,) = nodes.FromBox(prompt=prompt, regions=regions)
        nodes.Conditioning(regions=regions, conditioning=random_text(0), clip=clip, **settings)
        count = len(encoded)
        encoded.clear()
        return count

    assert build() == 2
    for settings in ({"base_ratio": 0.5}, {"end": 0.9, "balance": "manual"}, {"padding": "keep"}, {"overlap": "blend"}):
        assert build(**settings) == 0, settings
    assert build(prompts=("a red circle", "a green ring")) == 1
    assert build(background_prompt="a lawn") == 3, "the background, and every region with its words"


def test_kept_embeddings_stay_within_their_bytes_and_die_with_their_clip():
    from flux_regions.nodes.text_encoding import EmbeddingCache

    class Clip:
        def tokenize(self, text):
            return text

        def encode_from_tokens_scheduled(self, text):
            return [[torch.full((1, 4, 8), float(len(text))), {}]]

    cache, clip = EmbeddingCache(max_bytes=3 * 4 * 8 * 4), Clip()

    def tokens(words, clip=clip):
        return cache.encode(clip, words)[0][0]

    kept = [tokens("x" * length) for length in range(1, 6)]
    assert tokens("xxxxx") is kept[4] and tokens("xxx") is kept[2]
    assert tokens("x") is not kept[0], "the longest unused went first"
    assert tokens("xxx", Clip()) is not kept[2], "another CLIP has embeddings of its own"


def test_a_node_that_changes_its_conditioning_changes_nothing_for_the_next_run():
    from flux_regions.nodes.text_encoding import EmbeddingCache

    class Clip:
        def tokenize(self, text):
            return text

        def encode_from_tokens_scheduled(self, text):
            return [[torch.full((1, 4, 8), float(len(text))), {"pooled_output": None}]]

    cache, clip = EmbeddingCache(), Clip()
    for _ in range(2):
        conditioning = cache.encode(clip, "a fox")
        assert len(conditioning) == 1 and conditioning[0][1] == {"pooled_output": None}
        conditioning[0][1]["area"] = (1, 1, 0, 0)
        conditioning[0][0] = None
        conditioning.append("more")


@pytest.mark.parametrize(
    "prompt, background_in_regions, expected",
    [
        ("a fox", "auto", "a fox, soft light, a lawn"),
        ("a fox on A LAWN", "auto", "a fox on A LAWN, soft light"),
        ("a fox on a lawn", "always", "a fox on a lawn, soft light, a lawn"),
        ("a fox.", "never", "a fox. soft light"),
        ("", "always", ""),
        ("\u200b", "always", "\u200b"),
        ("a fox, A  Lawn!", "auto", "a fox, A  Lawn! soft light"),
        ("a fox beside a lawnmower", "auto", "a fox beside a lawnmower, soft light, a lawn"),
        ("狐。", "never", "狐。 soft light"),
    ],
)
def test_shared_words_and_the_background_join_the_regions_prompts(prompt, background_in_regions, expected):
    from flux_regions.nodes.region_prompts import with_shared_words
    from flux_regions.regions import Region, RegionSet

    regions = RegionSet((Region(prompt=prompt), Region(prompt="own", conditioning=torch.zeros(1, 1, 1))))
    worded = with_shared_words(regions, "a lawn", "soft light", background_in_regions)
    assert worded.regions[0].prompt == expected and worded.regions[1].prompt == "own"
    assert worded.background_prompt == "a lawn, soft light"
    assert with_shared_words(regions, "", "", "always").regions[0].prompt == prompt


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\u3000", ","])
def test_words_that_nobody_can_read_are_added_to_no_prompt(nothing):
    from flux_regions.nodes.region_prompts import with_shared_words
    from flux_regions.regions import Region, RegionSet

    worded = with_shared_words(RegionSet((Region(prompt="a fox"),)), nothing, nothing, "always")
    assert worded.regions[0].prompt == "a fox" and worded.background_prompt == ""
    own = RegionSet((Region(prompt="a fox"),), background_prompt="a lawn")
    assert with_shared_words(own, nothing, "", "auto").regions[0].prompt == "a fox, a lawn"


def test_a_new_graphs_defaults(nodes):
    schema = nodes.classes.Conditioning.define_schema()
    names = [schema_input.id for schema_input in schema.inputs]
    assert names[:3] == ["regions", "conditioning", "clip"]
    assert names[3:] == [
        "background_prompt", "shared_prompt", "background_in_regions", "balance", "base_ratio", "start", "end",
        "overlap", "isolation", "padding", "double_interval", "single_interval", "image_stream",
    ]  # fmt: skip
    defaults = {i.id: i.default for i in schema.inputs[3:]}
    assert defaults["balance"] == defaults["isolation"] == defaults["background_in_regions"] == "auto"
    assert defaults["padding"] == "trim" and defaults["image_stream"] == "shared"
    assert all(i.optional for i in schema.inputs[1:])
