"""The rest of the family, on the host's own classes at tiny size: Krea, FLUX.2, Klein and Chroma follow regions as
FLUX.1 does.
"""

import pytest
import torch

from support.models import tiny_model
from support.regional import random_text, with_text

pytestmark = pytest.mark.host

KINDS = ["krea", "flux2", "klein", "chroma"]
NUMBERED = ["flux2", "klein"]
FULL = ((0.0, 0.0, 1.0, 1.0),)
HALVES = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0))


@pytest.fixture(scope="module")
def family(comfy):
    return tiny_model


@pytest.fixture
def draw(sample):
    """draw(kind, model, positive, ...) -> the latent of a 96 x 128 px picture, 6 x 8 tokens."""

    def run(kind, *args, **more):
        latent = torch.zeros(1, 128, 6, 8) if kind in NUMBERED else torch.zeros(1, 16, 12, 16)
        return sample(*args, latent=latent, **more)

    return run


def left_and_right(latent):
    middle = latent.shape[-1] // 2
    return latent[..., :middle], latent[..., middle:]


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_region_over_everything_is_the_plain_model_with_its_prompt(nodes, scene, draw, family, kind, image_stream):
    base = random_text(0, 12)
    model, positive, _ = nodes.Apply(
        model=family(kind),
        regional_prompt=scene(boxes=FULL, seeds=(1,), base=base),
        base_ratio=0.0,
        end=1.0,
        image_stream=image_stream,
    )
    expected = draw(kind, family(kind), with_text(base, random_text(1)))
    assert (draw(kind, model, positive) - expected).abs().max() < 1e-4
    assert (draw(kind, family(kind), base) - expected).abs().max() > 1e-2, "the base prompt draws something else"


@pytest.mark.parametrize("kind", KINDS)
def test_a_region_s_text_moves_only_its_own_pixels(nodes, scene, draw, family, kind):
    """At beta 0 another prompt on the right changes nothing on the left in the first model call."""
    out = []
    for seeds in ((1, 2), (1, 3)):
        model, positive, _ = nodes.Apply(
            model=family(kind), regional_prompt=scene(seeds=seeds), base_ratio=0.0, end=1.0
        )
        out.append(left_and_right(draw(kind, model, positive, steps=1)))
    left, right = ((a - b).abs().max() for a, b in zip(*out, strict=True))
    assert left < 1e-5 and right > 1e-2


@pytest.mark.parametrize("kind", KINDS)
def test_a_region_s_picture_does_not_depend_on_how_many_prompts_come_before_its_own(nodes, scene, draw, family, kind):
    """Positions restart in every region: the last of four draws what it would draw as the only other one."""
    quarter = ((0.0, 0.0, 0.5, 0.25), (0.0, 0.25, 0.5, 0.25), (0.0, 0.5, 0.5, 0.5), HALVES[1])
    pictures = []
    for boxes, seeds in ((quarter, (1, 2, 3, 4)), (HALVES, (1, 4))):
        model, positive, _ = nodes.Apply(
            model=family(kind), regional_prompt=scene(boxes=boxes, seeds=seeds), base_ratio=0.0, end=1.0
        )
        pictures.append(left_and_right(draw(kind, model, positive, steps=1)))
    assert (pictures[0][1] - pictures[1][1]).abs().max() < 1e-5
    assert (pictures[0][0] - pictures[1][0]).abs().max() > 1e-2


@pytest.mark.parametrize("kind", KINDS)
def test_outside_the_window_the_model_is_untouched(nodes, scene, draw, family, recorder, kind):
    def first_step(conditioning):
        denoised = []
        draw(kind, family(kind), conditioning, steps=2, callback=lambda step, x0, *_: denoised.append(x0.clone()))
        return denoised[0]

    _, positive, _ = nodes.Apply(model=family(kind), regional_prompt=scene(), start=0.5, end=1.0)
    assert torch.equal(first_step(positive), first_step(random_text(0, 12)))
    model, positive, _ = nodes.Apply(model=recorder.on(family(kind)), regional_prompt=scene(), end=0.34)
    draw(kind, model, positive, steps=3)
    plain = {((512 if kind in NUMBERED else 12) + 48,) * 2}
    regional, others = recorder.tokens[: -2 * (2 + 3)], recorder.tokens[-2 * (2 + 3) :]
    assert set(others) == plain, "not one extra token after the first step"
    assert set(regional) > plain, "and regions in it"


@pytest.mark.parametrize("kind", KINDS)
def test_a_real_negative_with_another_length_and_with_regions_of_its_own(nodes, scene, draw, family, kind):
    """CFG above 1, as Chroma runs."""
    pictures = {}
    prompt = scene(seeds=(1, 2), base=random_text(0, 12))
    for name, negative in {"plain": None, "regional": scene(seeds=(5, 6)), "other": scene(seeds=(5, 7))}.items():
        model, positive, regional = nodes.Apply(
            model=family(kind), regional_prompt=prompt, negative=negative, base_ratio=0.0, end=1.0
        )
        wanted = random_text(9, 5) if negative is None else regional
        pictures[name] = draw(kind, model, positive, negative=wanted, cfg=3.0, steps=1)
    assert all(torch.isfinite(picture).all() for picture in pictures.values())
    left, right = (
        (a - b).abs().max()
        for a, b in zip(*map(left_and_right, (pictures["regional"], pictures["other"])), strict=True)
    )
    assert left < 1e-4 and right > 1e-2
    assert (pictures["plain"] - pictures["regional"]).abs().max() > 1e-2


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_stream_draws_apart_as_well(nodes, scene, draw, family, kind):
    """It differs from the shared stream by a fraction of what regions change at all."""
    out = {"plain": draw(kind, family(kind), random_text(0, 12), steps=1)}
    for image_stream in ("shared", "paper"):
        model, positive, _ = nodes.Apply(
            model=family(kind), regional_prompt=scene(), end=1.0, base_ratio=0.3, image_stream=image_stream
        )
        out[image_stream] = draw(kind, model, positive, steps=1)
    difference = (out["shared"] - out["paper"]).abs().mean() / (out["paper"] - out["plain"]).abs().mean()
    assert 5e-4 < difference < 0.05


def test_the_second_stream_on_chroma_refuses_a_controlnet_of_the_single_blocks(nodes, scene, family):
    from flux_regions.adapter import regions_of
    from flux_regions.adapter.sampling_hooks import _diffusion_model

    model, positive, _ = nodes.Apply(model=family("chroma"), regional_prompt=scene(), end=1.0, image_stream="paper")
    call = {"context": positive[0][0], "guidance": torch.zeros(1), "flux_regions": regions_of(positive)}
    options = {"wrappers": {"diffusion_model": {"flux_regions": [_diffusion_model]}}, "patches_replace": {}}
    with pytest.raises(ValueError, match="With Chroma, image_stream 'paper' and a ControlNet"):
        model.model.diffusion_model(
            torch.zeros(1, 16, 12, 16),
            torch.ones(1),
            control={"output": [torch.zeros(1, 48, 48)]},
            transformer_options=options,
            **call,
        )


@pytest.mark.parametrize("kind", NUMBERED)
def test_every_text_is_padded_and_numbered_as_a_prompt_of_its_own(nodes, scene, draw, family, kind):
    """What the blocks get: 512 tokens of each text, the host's zeros in front, numbered from 0 to 511 each time."""
    seen = []

    def look(args):
        seen.append((args["txt"].shape[1], args["txt_ids"][0, :, 3].tolist()))
        return args

    model, positive, _ = nodes.Apply(model=family(kind), regional_prompt=scene(), end=1.0)
    embedder = model.model.diffusion_model.pe_embedder
    positions = []
    embedder.register_forward_pre_hook(lambda module, args: positions.append(args[0][0, :, 3].tolist()))
    model.set_model_post_input_patch(look)
    draw(kind, model, positive, steps=1)
    count = [float(i) for i in range(512)]
    assert seen == [(512, count)], "the patches of others see the base text alone"
    assert positions[0] == count * 3 + [0.0] * 48


@pytest.mark.parametrize("kind", NUMBERED)
@pytest.mark.parametrize("cut, first", [(0, 504), (504, 0), (100, 404)])
def test_a_trimmed_text_keeps_each_word_s_position(nodes, scene, draw, family, kind, cut, first):
    """cut 0: Mistral, whose words end at 511. cut 504: Qwen, whose words begin at 0 and have their padding behind."""
    from dataclasses import replace

    prompt = replace(scene(boxes=FULL), trimmed=(cut,))
    model, positive, _ = nodes.Apply(model=family(kind), regional_prompt=prompt, end=1.0)
    positions = []
    model.model.diffusion_model.pe_embedder.register_forward_pre_hook(
        lambda module, args: positions.append(args[0][0, :, 3].tolist())
    )
    assert torch.isfinite(draw(kind, model, positive, steps=1)).all()
    assert positions[0][:8] == [float(i) for i in range(first, first + 8)]
    assert positions[0][8 : 8 + 512] == [float(i) for i in range(512)]


@pytest.mark.parametrize("kind", ["krea", *NUMBERED])
@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_reference_latents_are_seen(nodes, scene, draw, family, kind, image_stream):
    """Kontext and FLUX.2: reference pictures are tokens behind the image, which all image tokens see."""
    import node_helpers

    shape = (1, 128, 4, 6) if kind in NUMBERED else (1, 16, 8, 12)
    pictures = []
    for seed in (1, 2):
        reference = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        base = node_helpers.conditioning_set_values(random_text(0, 12), {"reference_latents": [reference]})
        settings = {"base_ratio": 0.0, "end": 1.0, "image_stream": image_stream}
        model, positive, _ = nodes.Apply(model=family(kind), regional_prompt=whole_picture(scene, 0, base), **settings)
        _, other, _ = nodes.Apply(model=model, regional_prompt=whole_picture(scene, 1, base), **settings)
        pictures.append(draw(kind, model, positive, steps=1))
        assert (pictures[-1] - draw(kind, family(kind), base, steps=1)).abs().max() < 1e-4, "parity with references"
        assert (pictures[-1] - draw(kind, model, other, steps=1)).abs().max() > 1e-2, (
            "another prompt draws another picture"
        )
    assert (pictures[0] - pictures[1]).abs().max() > 1e-2


def whole_picture(scene, seed, base):
    """One region over everything; of seed 0 it says what the base prompt says."""
    return scene(boxes=FULL, seeds=(seed,), base=base, tokens=12)


def test_references_at_timestep_zero_work_in_one_stream_and_are_refused_for_two(nodes, scene, draw, family):
    """Newer hosts modulate such references by ranges of tokens, which a second stream would shift.

    Of the models here only FLUX.2 can: the host itself fails where every block has a modulation of its own.
    """
    import node_helpers

    reference = torch.randn((1, 128, 4, 6), generator=torch.Generator().manual_seed(1))
    settings = {"reference_latents": [reference], "reference_latents_method": "index_timestep_zero"}
    base = node_helpers.conditioning_set_values(random_text(0, 12), settings)
    inputs = {"model": family("flux2"), "base_ratio": 0.0, "end": 1.0}
    model, positive, _ = nodes.Apply(**inputs, regional_prompt=whole_picture(scene, 0, base))
    _, other, _ = nodes.Apply(**inputs, regional_prompt=whole_picture(scene, 1, base))
    plain = draw("flux2", family("flux2"), base, steps=1)
    assert (draw("flux2", model, positive, steps=1) - plain).abs().max() < 1e-4
    assert (draw("flux2", model, other, steps=1) - plain).abs().max() > 1e-2
    inputs["image_stream"] = "paper"
    model, positive, _ = nodes.Apply(**inputs, regional_prompt=whole_picture(scene, 0, base))
    with pytest.raises(ValueError, match="image_stream 'paper' does not go together with reference latents"):
        draw("flux2", model, positive, steps=1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_conditioning_of_many_tokens_in_one_region(nodes, draw, family, kind):
    """As Redux makes it: the prompt's tokens and 729 of a picture, one text for the region."""

    out = []
    for seed in (3, 4):
        redux = [[torch.cat([random_text(1, 8)[0][0], random_text(seed, 729)[0][0]], 1), {}]]
        regions = None
        for box in HALVES:
            (regions,) = nodes.FromBox(**dict(zip(("x", "y", "width", "height"), box, strict=True)), regions=regions)
        (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=random_text(2, 8))
        (regions,) = nodes.SetConditioning(regions=regions, region="2", conditioning=redux)
        (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
        model, positive, _ = nodes.Apply(model=family(kind), regional_prompt=prompt, base_ratio=0.0, end=1.0)
        out.append(left_and_right(draw(kind, model, positive, steps=1)))
    left, right = ((a - b).abs().max() for a, b in zip(*out, strict=True))
    assert left < 1e-5 and right > 1e-3


@pytest.mark.parametrize("kind, tokens", [("flux2", 2 * 512), ("klein", 2 * 512), ("chroma", 2 * 8)])
def test_the_memory_estimate_counts_the_tokens_of_this_model(nodes, scene, draw, family, monkeypatch, kind, tokens):
    import comfy.sampler_helpers

    seen, real = [], comfy.sampler_helpers.estimate_memory
    monkeypatch.setattr(
        comfy.sampler_helpers,
        "estimate_memory",
        lambda model, shape, conds: seen.append(shape) or real(model, shape, conds),
    )
    model, positive, _ = nodes.Apply(model=family(kind), regional_prompt=scene(), end=1.0)
    draw(kind, model, positive, steps=1)
    patch = 1 if kind in NUMBERED else 2
    height, width = seen[0][-2:]
    assert width == 8 * patch and (height - 6 * patch) * width == tokens * patch**2


def test_a_mask_has_the_proportions_of_a_flux_2_picture(nodes, draw, family):
    """A latent cell of FLUX.2 is 16 pixels, not 8."""
    (regions,) = nodes.FromMask(mask=torch.ones(1, 192, 128))
    (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=random_text(1))
    (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    model, positive, _ = nodes.Apply(model=family("flux2"), regional_prompt=prompt)
    with pytest.raises(ValueError, match="its mask is 128x192 but the picture is 128x96"):
        draw("flux2", model, positive)


def test_chroma_skips_the_blocks_it_is_told_to_skip(nodes, scene, draw, family):
    """The second stream begins in the first single block that runs, and ends in the last."""
    models = [family("chroma"), family("chroma")]
    for model in models:
        model.model.diffusion_model.skip_dit = [0, 2]
    prompt = scene(boxes=FULL, seeds=(1,))
    model, positive, _ = nodes.Apply(
        model=models[0], regional_prompt=prompt, base_ratio=0.0, end=1.0, image_stream="paper"
    )
    expected = draw("chroma", models[1], with_text(random_text(0, 12), random_text(1)), steps=1)
    assert (draw("chroma", model, positive, steps=1) - expected).abs().max() < 1e-4


@pytest.mark.parametrize("kind, length", [("krea", 8), ("flux2", 512), ("klein", 512), ("chroma", 8)])
def test_the_report_states_the_text_s_length_in_this_model(nodes, scene, family, kind, length):
    prompt = scene()
    _, positive, _ = nodes.Apply(model=family(kind), regional_prompt=prompt)
    _, report = nodes.Preview(regions=prompt.regions, positive=positive)
    assert report.count(f"; text of {length} tokens; ") == 2
    assert "2 of 2 double blocks and 3 of 3 single blocks" in report


def test_relatives_that_are_not_supported_are_refused_by_name(family):
    import comfy.ldm.chroma_radiance.model
    from flux_regions.adapter.families import FAMILIES, family_names, family_of

    radiance = comfy.ldm.chroma_radiance.model.ChromaRadiance.__new__(comfy.ldm.chroma_radiance.model.ChromaRadiance)
    with pytest.raises(ValueError, match=r"Regions need a FLUX.1 .* model, but this one is ChromaRadiance"):
        family_of(radiance)
    for kind in KINDS:
        model = family(kind).model.diffusion_model
        assert [record for record in FAMILIES if record.matches(model)] == [family_of(model)], "one record and no other"
    assert all(record.name in family_names() for record in FAMILIES)
