"""Masked conditioning, through the host's own sampler, is the blend that RPG words; and an ordinary CONDITIONING."""

import logging
from dataclasses import replace

import pytest
import torch

from support.regional import in_windows, random_text, with_regions

pytestmark = pytest.mark.host

SIGMA = 0.73
HEIGHT, WIDTH = 12, 16
"""Of the reference latent, in cells."""


@pytest.fixture
def alone(tiny_flux, velocity, reference):
    """alone(seed, tokens): what the model predicts for that prompt, with the base prompt's summary vector."""

    def run(seed, tokens, **extra):
        (embedding, _), (_, base) = random_text(seed, tokens)[0], random_text(0, 12)[0]
        return velocity(tiny_flux(), [[embedding, {**base, **extra}]], reference["lat"], SIGMA)

    return run


@pytest.fixture
def blend(nodes, tiny_flux, velocity, reference):
    """blend(prompt, ...): what the host makes of the node's conditioning, with the plain model."""

    def run(prompt, **inputs):
        inputs = {"base_ratio": 0.2, "latent": {"samples": reference["lat"]}} | inputs
        (conditioning,) = nodes.MaskedConditioning(regional_prompt=prompt, **inputs)
        return velocity(tiny_flux(), conditioning, reference["lat"], SIGMA)

    return run


def box(x, y, width, height):
    """[12, 16] mask of a box on whole cells."""
    mask = torch.zeros(HEIGHT, WIDTH)
    mask[round(y * HEIGHT) : round((y + height) * HEIGHT), round(x * WIDTH) : round((x + width) * WIDTH)] = 1
    return mask


BOXES = ((0.0, 0.0, 0.5, 1.0), (0.25, 0.25, 0.5, 0.5), (0.75, 0.0, 0.25, 0.5))
"""The second lies on the first."""


@pytest.mark.parametrize("beta", [0.0, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("background", [None, 40])
def test_it_is_the_base_prompt_and_the_composed_passes_at_their_shares(scene, alone, blend, beta, background):
    """Naively: paint the passes over each other in drawing order, then beta * base + (1 - beta) * composed."""
    base = alone(0, 12)
    composed = base if background is None else alone(background, 5)
    for seed, drawn in enumerate(BOXES, start=1):
        composed = torch.where(box(*drawn) > 0, alone(seed, 8), composed)
    expected = beta * base + (1 - beta) * composed
    found = blend(scene(boxes=BOXES, background=background), base_ratio=beta)
    assert (found - expected).abs().max() < 2e-5
    assert beta == 1 or (found - base).abs().max() > 1e-2


def test_soft_edges_and_strengths_share_each_place_out_completely(scene, alone, blend):
    """An upper region hides those below it as far as it covers; what is left of the weight is the base prompt's."""
    from flux_regions.regions import TokenGrid, coverage

    prompt = scene(boxes=BOXES[:2], feather=0.4, strength=0.5)
    lower, upper = coverage(prompt.regions, TokenGrid(HEIGHT, WIDTH, patch=1))
    assert ((upper > 0.1) & (upper < 0.9)).any()
    parts = {1: 0.8 * 0.5 * lower * (1 - upper), 2: 0.8 * 0.5 * upper}
    expected = (1 - sum(parts.values())) * alone(0, 12) + sum(w * alone(seed, 8) for seed, w in parts.items())
    assert (blend(prompt) - expected).abs().max() < 0.02, "but for parts under one percent, which go to the base"


@pytest.mark.parametrize("size", [(12, 16), (24, 32), (17, 21), (9, 40)])
def test_masks_add_up_to_one_on_a_latent_of_any_size(nodes, scene, size):
    """The host stretches each mask on its own; no place may be lost or counted twice."""
    from comfy.samplers import resolve_areas_and_cond_masks_multidim

    (parts,) = nodes.MaskedConditioning(regional_prompt=scene(boxes=BOXES, feather=0.1), base_ratio=0.3)
    conds = [dict(extra) for _, extra in parts]
    resolve_areas_and_cond_masks_multidim(conds, size, "cpu")
    total = sum(cond["mask"] * cond["mask_strength"] for cond in conds)
    assert total.shape[1:] == size and (total - 1).abs().max() < 1e-5


def test_without_a_latent_masks_are_made_for_the_canvas(nodes, scene):
    prompt = scene()
    prompt = replace(prompt, regions=replace(prompt.regions, canvas=(1280, 765)))
    (parts,) = nodes.MaskedConditioning(regional_prompt=prompt, base_ratio=0.2)
    assert all(extra["mask"].shape == (1, 96, 160) for _, extra in parts)


def test_without_a_canvas_masks_have_the_proportions_of_what_was_painted(nodes):
    (regions,) = nodes.FromMask(mask=torch.ones(1, 100, 400))
    (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=random_text(1))
    (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    (parts,) = nodes.MaskedConditioning(regional_prompt=prompt, base_ratio=0.2)
    assert parts[0][1]["mask"].shape == (1, 64, 256)


def test_every_setting_of_the_base_goes_with_every_region(nodes, scene):
    tokens, extra = random_text(0, 12)[0]
    control, hooks = object(), object()
    own = {"guidance": 7.0, "control": control, "hooks": hooks, "reference_latents": [torch.zeros(1, 16, 2, 2)]}
    base = [[tokens, {**extra, **own, "attention_mask": torch.ones(1, 12)}]]
    (parts,) = nodes.MaskedConditioning(regional_prompt=scene(base=base), base_ratio=0.2)
    assert len(parts) == 3
    for _, settings in parts:
        assert settings["control"] is control and settings["hooks"] is hooks and settings["guidance"] == 7.0
        assert settings["pooled_output"] is extra["pooled_output"] and len(settings["reference_latents"]) == 1
    assert [("attention_mask" in settings) for _, settings in parts] == [True, False, False], (
        "its tokens are not theirs"
    )
    assert set(base[0][1]) == {"pooled_output", "attention_mask", *own}, "the given one stays as it was"


def test_a_base_of_two_parts_with_masks_of_their_own_blends_each_of_them(nodes, scene, alone, blend):
    """As Conditioning (Combine) of two masked prompts makes it."""
    left, right = box(0, 0, 0.5, 1), box(0.5, 0, 0.5, 1)
    parts = [
        [tokens, {**random_text(0, 12)[0][1], "mask": mask[None], "mask_strength": 2.0, "set_area_to_bounds": False}]
        for tokens, mask in ((random_text(0, 12)[0][0], left), (random_text(7, 12)[0][0], right))
    ]
    found = blend(scene(boxes=((0.25, 0, 0.5, 1),), base=parts))
    base = torch.where(left > 0, alone(0, 12), alone(7, 12))
    expected = torch.where(box(0.25, 0, 0.5, 1) > 0, 0.2 * base + 0.8 * alone(1, 8), base)
    assert (found - expected).abs().max() < 2e-5


def test_regions_that_an_apply_node_put_into_the_base_are_left_out(nodes, scene, tiny_flux):
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene())
    (parts,) = nodes.MaskedConditioning(regional_prompt=scene(base=positive), base_ratio=0.2)
    assert not any("flux_regions" in extra.get("model_conds", {}) for _, extra in parts)


def test_a_base_cut_to_the_bounds_of_its_mask_is_refused(nodes, scene):
    import nodes as host_nodes

    (base,) = host_nodes.ConditioningSetMask().append(random_text(0, 12), torch.ones(1, 12, 16), "mask bounds", 1.0)
    with pytest.raises(ValueError, match=r"mask bounds.*'default'"):
        nodes.MaskedConditioning(regional_prompt=scene(base=base), base_ratio=0.2)


@pytest.mark.parametrize("steps", [4, 10, 20])
@pytest.mark.parametrize("cut", [0.25, 0.5])
def test_a_region_s_own_window_opens_and_shuts_at_its_share_of_the_steps(nodes, scene, tiny_flux, sample, steps, cut):
    """Scheduler simple: each step runs the base, and the one region whose turn it is."""
    prompt = in_windows(scene(boxes=((0, 0, 1, 1), (0, 0, 1, 1))), (0, cut), (cut, 1))
    (parts,) = nodes.MaskedConditioning(regional_prompt=prompt, base_ratio=0.2)
    ran, model = [], tiny_flux()

    def record(apply_model, call):
        ran.append(call["c"]["c_crossattn"])
        return apply_model(call["input"], call["timestep"], **call["c"])

    model.set_model_unet_function_wrapper(record)
    sample(model, parts, steps=steps)
    texts = [text for text in ran if text.shape[1] == 8]
    assert len(texts) == steps, "one region in every step, never both, never none"
    turns = [torch.equal(text, prompt.texts[1]) for text in texts]
    assert turns == [step / steps >= cut for step in range(steps)]


def test_while_no_region_acts_the_base_prompt_is_alone(nodes, scene, tiny_flux, sample):
    prompt = in_windows(scene(background=40), (0, 0.5), (0, 0.5))
    (parts,) = nodes.MaskedConditioning(regional_prompt=prompt, base_ratio=0.2)
    late = [tokens.shape[1] for tokens, extra in parts if extra.get("end_percent", 1.0) == 1.0]
    assert late == [12]


def test_an_empty_region_is_named(nodes, scene):
    prompt = scene()
    first, second = prompt.regions.regions
    prompt = with_regions(prompt, first, replace(second, shapes=()))
    with pytest.raises(ValueError, match="Region 2 is empty"):
        nodes.MaskedConditioning(regional_prompt=prompt, base_ratio=0.2)


def test_a_batch_and_a_negative_go_as_with_any_conditioning(nodes, scene, velocity, tiny_flux, caplog):
    """Odd sides, two pictures, guidance: away from the negative, and each picture as it is alone."""
    (parts,) = nodes.MaskedConditioning(regional_prompt=scene(), base_ratio=0.2)
    latents = torch.randn(2, 16, 11, 17, generator=torch.Generator().manual_seed(0))
    negative = random_text(9, 12)
    with caplog.at_level(logging.WARNING):
        guided = velocity(tiny_flux(), parts, latents, SIGMA, negative=negative, cfg=3.0)
    assert not [record.getMessage() for record in caplog.records]
    for index in range(2):
        latent = latents[index : index + 1]
        cond, uncond, plain = (
            velocity(tiny_flux(), conditioning, latent, SIGMA) for conditioning in (parts, negative, random_text(0, 12))
        )
        assert (guided[index : index + 1] - (uncond + 3 * (cond - uncond))).abs().max() < 1e-4
        assert (cond - plain).abs().max() > 1e-2
