"""Regions run together with everything else a workflow may hold, on the host's own classes at tiny size."""

import gc

import pytest
import torch

from support.regional import random_text

pytestmark = [pytest.mark.host, pytest.mark.slow]

SIGMA = 0.73


def noise(batch=1, height=12, width=16, seed=0):
    return torch.randn(batch, 16, height, width, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def plain(tiny_flux, velocity):
    """What the base prompt alone makes of noise(): far from what it is with regions."""
    return velocity(tiny_flux(), random_text(0, 12), noise(), SIGMA)


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_a_batch_gives_each_picture_what_it_gets_alone(nodes, scene, velocity, tiny_flux, plain, image_stream):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0, image_stream=image_stream)
    latents = noise(4)
    together = velocity(model, positive, latents, SIGMA)
    alone = torch.cat([velocity(model, positive, latents[i : i + 1], SIGMA) for i in range(4)])
    assert (together - alone).abs().max() < 1e-5
    assert (velocity(model, positive, noise(), SIGMA) - plain).abs().max() > 1e-2


def test_cfg_with_a_negative_of_another_length(nodes, scene, velocity, tiny_flux, plain):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    negative = random_text(7, 19)
    cond, uncond = velocity(model, positive, noise(), SIGMA), velocity(tiny_flux(), negative, noise(), SIGMA)
    guided = velocity(model, positive, noise(), SIGMA, negative=negative, cfg=3.0)
    assert (guided - (uncond + 3 * (cond - uncond))).abs().max() < 1e-4
    assert (cond - plain).abs().max() > 1e-2


def test_a_negative_with_regions_of_its_own(nodes, scene, velocity, tiny_flux):
    model, positive, negative = nodes.Apply(
        model=tiny_flux(), regional_prompt=scene(), negative=scene(boxes=((0.2, 0.2, 0.5, 0.5),), seeds=(8,)), end=1.0
    )
    cond, uncond = velocity(model, positive, noise(), SIGMA), velocity(model, negative, noise(), SIGMA)
    assert (cond - uncond).abs().max() > 1e-2
    guided = velocity(model, positive, noise(), SIGMA, negative=negative, cfg=3.0)
    assert (guided - (uncond + 3 * (cond - uncond))).abs().max() < 1e-4


def test_the_same_regions_as_positive_and_negative_may_share_a_batch(nodes, scene, velocity, tiny_flux, plain):
    """Guidance towards and away from the same thing cancels; also when the host runs both in one batch."""
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    once = velocity(model, positive, noise(), SIGMA)
    assert (velocity(model, positive, noise(), SIGMA, negative=positive, cfg=3.0) - once).abs().max() < 1e-4
    assert (once - plain).abs().max() > 1e-2


@pytest.mark.parametrize("height, width", [(135, 60), (11, 17), (3, 40), (2, 2)])
def test_odd_sizes(nodes, scene, velocity, tiny_flux, height, width):
    """135 x 60 latent cells are 1080 x 480 px; the host pads 135 rows to 68 tokens."""
    pictures = []
    for seeds in ((1, 2), (2, 1)):
        model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(seeds=seeds), end=1.0)
        pictures.append(velocity(model, positive, noise(height=height, width=width), SIGMA))
    assert pictures[0].shape[-2:] == (height, width) and torch.isfinite(pictures[0]).all()
    assert (pictures[0] - pictures[1]).abs().max() > 1e-3


def test_image_to_image_counts_the_window_over_the_steps_it_makes(nodes, scene, sample, tiny_flux, recorder):
    model, positive, _ = nodes.Apply(model=recorder.on(tiny_flux()), regional_prompt=scene(), end=0.5)
    out = sample(model, positive, latent=noise(seed=3), steps=4, denoise=0.6)
    regional = [tokens for tokens in recorder.tokens if tokens == (8 + 24, 8 + 24)]
    assert len(regional) == 2 * 7, "2 of 4 steps, 2 equal regions in one call, 7 blocks"
    plain = sample(tiny_flux(), random_text(0, 12), latent=noise(seed=3), steps=4, denoise=0.6)
    assert (out - plain).abs().mean() > 1e-3


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_a_kontext_reference_is_seen_by_every_region(nodes, scene, velocity, tiny_flux, recorder, image_stream):
    import node_helpers

    pictures = []
    for seed in (11, 12):
        base = node_helpers.conditioning_set_values(
            random_text(0, 12), {"reference_latents": [noise(seed=seed, height=8, width=8)]}
        )
        model, positive, _ = nodes.Apply(
            model=recorder.on(tiny_flux()),
            regional_prompt=scene(base=base),
            base_ratio=0.0,
            end=1.0,
            image_stream=image_stream,
        )
        pictures.append(velocity(model, positive, noise(), SIGMA))
    assert (pictures[0] - pictures[1]).abs().mean() > 1e-3, (
        "at beta 0 it can only come through the regions' own attention"
    )
    keys = {tokens[1] for tokens in recorder.tokens}
    assert 8 + 24 + 16 in keys, "text of the region, its half of the image, and the 16 tokens of the reference"


@pytest.mark.parametrize("tokens", [3, 400])
def test_short_and_long_prompts(nodes, scene, velocity, tiny_flux, tokens):
    base = random_text(0, 403 - tokens)
    pictures = [velocity(tiny_flux(), base, noise(), SIGMA)]
    for seeds in ((1, 2), (1, 3)):
        prompt = scene(tokens=tokens, seeds=seeds, base=base)
        model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, base_ratio=0.0, end=1.0)
        pictures.append(velocity(model, positive, noise(), SIGMA))
    plain, first, second = pictures
    assert (first - plain).abs().amax((0, 1, 2)).min() > 1e-3, "every column is in one of the regions"
    assert (first - second)[..., :8].abs().max() < 1e-5 and (first - second)[..., 8:].abs().max() > 1e-2


def test_two_apply_nodes_in_one_graph_each_keep_their_regions(nodes, scene, velocity, tiny_flux):
    """Side by side on one model, and one after the other: a conditioning brings its own regions."""
    base = tiny_flux()
    halves, rows = scene(), scene(boxes=((0, 0, 1, 0.5), (0, 0.5, 1, 0.5)), seeds=(3, 4))
    model_1, positive_1, _ = nodes.Apply(model=base, regional_prompt=halves, end=1.0)
    model_2, positive_2, _ = nodes.Apply(model=base, regional_prompt=rows, end=1.0)
    stacked, positive_3, _ = nodes.Apply(model=model_1, regional_prompt=rows, end=1.0)
    first, second = velocity(model_1, positive_1, noise(), SIGMA), velocity(model_2, positive_2, noise(), SIGMA)
    assert (first - second).abs().max() > 1e-2
    assert torch.equal(velocity(model_1, positive_1, noise(), SIGMA), first), "another node's run left nothing behind"
    assert torch.equal(velocity(stacked, positive_3, noise(), SIGMA), second)
    assert torch.equal(velocity(stacked, positive_1, noise(), SIGMA), first)


def test_combined_conditionings_each_act(nodes, scene, velocity, tiny_flux):
    """ConditioningCombine of two regional prompts averages their predictions."""
    model, halves, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    _, rows, _ = nodes.Apply(model=model, regional_prompt=scene(boxes=((0, 0, 1, 0.5),), seeds=(3,)), end=1.0)
    first, second = velocity(model, halves, noise(), SIGMA), velocity(model, rows, noise(), SIGMA)
    assert (velocity(model, halves + rows, noise(), SIGMA) - (first + second) / 2).abs().max() < 1e-4
    assert (first - second).abs().max() > 1e-2


@pytest.mark.parametrize("order", ["before", "after"])
def test_guidance_before_and_after(nodes, scene, velocity, tiny_flux, order):
    import node_helpers

    pictures = []
    for guidance in (1.0, 30.0):
        prompt = scene()
        if order == "before":
            prompt = scene(base=node_helpers.conditioning_set_values(prompt.base, {"guidance": guidance}))
        model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
        if order == "after":
            positive = node_helpers.conditioning_set_values(positive, {"guidance": guidance})
        pictures.append(velocity(model, positive, noise(), SIGMA))
        plain = node_helpers.conditioning_set_values(random_text(0, 12), {"guidance": guidance})
        assert (pictures[-1] - velocity(tiny_flux(), plain, noise(), SIGMA)).abs().max() > 1e-3
    assert (pictures[0] - pictures[1]).abs().max() > 1e-3


def test_a_lora_before_or_after_apply(nodes, scene, velocity, tiny_flux):
    """What LoraLoaderModelOnly does, with a LoRA of the double blocks' attention."""
    import comfy.sd

    def weights(name, down, up):
        generator = torch.Generator().manual_seed(5)
        return {
            f"diffusion_model.{name}.lora_A.weight": torch.randn(4, down, generator=generator),
            f"diffusion_model.{name}.lora_B.weight": torch.randn(up, 4, generator=generator),
        }

    lora = weights("double_blocks.0.img_attn.qkv", 48, 144)
    plain, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    without = velocity(plain, positive, noise(), SIGMA)
    after, _ = comfy.sd.load_lora_for_models(plain, None, lora, 1.0, 0)
    with_lora, _ = comfy.sd.load_lora_for_models(tiny_flux(), None, lora, 1.0, 0)
    before, positive_2, _ = nodes.Apply(model=with_lora, regional_prompt=scene(), end=1.0)
    first, second = velocity(after, positive, noise(), SIGMA), velocity(before, positive_2, noise(), SIGMA)
    assert (first - second).abs().max() < 1e-5 and (first - without).abs().max() > 1e-3
    assert (first - velocity(with_lora, random_text(0, 12), noise(), SIGMA)).abs().max() > 1e-2, "the regions show"


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_the_hosts_controlnet(nodes, scene, velocity, tiny_flux, image_stream):
    """A tiny ControlNetFlux: it acts, and one region that says what the base prompt says still changes nothing."""
    control = tiny_controlnet()

    def with_control(conditioning):
        hint = torch.rand(1, 3, 96, 128, generator=torch.Generator().manual_seed(2))
        return [
            [tokens, {**extra, "control": control.copy().set_cond_hint(hint, 0.8, (0.0, 1.0), vae=_AverageVAE())}]
            for tokens, extra in conditioning
        ]

    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0, image_stream=image_stream)
    controlled = velocity(model, with_control(positive), noise(), SIGMA)
    assert (controlled - velocity(model, positive, noise(), SIGMA)).abs().max() > 1e-3

    plain = velocity(tiny_flux(), with_control(random_text(0, 12)), noise(), SIGMA)
    for seed, least, most in ((0, 0, 1e-4), (1, 1e-2, 1e3)):
        prompt = scene(boxes=((0, 0, 1, 1),), seeds=(seed,), tokens=12)
        model, positive, _ = nodes.Apply(
            model=tiny_flux(), regional_prompt=prompt, end=1.0, image_stream=image_stream, base_ratio=0.0
        )
        assert least <= (velocity(model, with_control(positive), noise(), SIGMA) - plain).abs().max() < most


def tiny_controlnet():
    import comfy.controlnet
    import comfy.latent_formats
    import comfy.ldm.flux.controlnet
    import comfy.ldm.flux.model
    import comfy.ops

    torch.manual_seed(3)
    newer = {"txt_ids_dims": []} if "txt_ids_dims" in comfy.ldm.flux.model.FluxParams.__dataclass_fields__ else {}
    network = comfy.ldm.flux.controlnet.ControlNetFlux(
        in_channels=16, patch_size=2, out_channels=16, vec_in_dim=16, context_in_dim=32, hidden_size=48, mlp_ratio=4.0,
        num_heads=2, depth=2, depth_single_blocks=2, axes_dim=[4, 10, 10], theta=10000, qkv_bias=True, guidance_embed=True,
        num_union_modes=0, latent_input=True, dtype=torch.float32, device="cpu", operations=comfy.ops.disable_weight_init, **newer,
    )  # fmt: skip
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    patcher_latents = comfy.latent_formats.Flux()
    return comfy.controlnet.ControlNet(
        network,
        compression_ratio=1,
        latent_format=patcher_latents,
        load_device=torch.device("cpu"),
        extra_conds=["y", "guidance"],
    )


class _AverageVAE:
    """Stands for a VAE that the hint passes through: 8 x 8 averages, repeated to 16 channels."""

    def spacial_compression_encode(self):
        return 8

    def encode(self, pixels):
        return torch.nn.functional.avg_pool2d(pixels.movedim(-1, 1).mean(1, keepdim=True), 8).repeat(1, 16, 1, 1)


@pytest.mark.parametrize("in_channels", [32, 96])
def test_fill_and_control_models_with_more_input_channels(nodes, scene, velocity, tiny_flux, in_channels):
    model, positive, _ = nodes.Apply(model=tiny_flux(in_channels), regional_prompt=scene(), end=1.0)
    out = velocity(model, positive, noise(), SIGMA)
    assert out.shape == (1, 16, 12, 16) and torch.isfinite(out).all()
    assert (out - velocity(tiny_flux(in_channels), random_text(0, 12), noise(), SIGMA)).abs().max() > 1e-2


def test_an_interrupt_leaves_nothing_behind(nodes, scene, sample, tiny_flux):
    import comfy.model_management
    from flux_regions.attention import AttentionPlan

    def stop(step, *_):
        if step == 1:
            raise comfy.model_management.InterruptProcessingException()

    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    good = sample(model, positive)
    assert (good - sample(tiny_flux(), random_text(0, 12))).abs().max() > 1e-2
    with pytest.raises(comfy.model_management.InterruptProcessingException):
        sample(model, positive, callback=stop)
    gc.collect()
    assert not [thing for thing in gc.get_objects() if type(thing) is AttentionPlan], "plans are freed on interrupt too"
    assert torch.equal(sample(model, positive), good)


def test_the_same_model_unpatched_beside_it(nodes, scene, sample, tiny_flux):
    base = tiny_flux()
    before = sample(base, random_text(0, 12))
    model, positive, _ = nodes.Apply(model=base, regional_prompt=scene(), end=1.0)
    assert (sample(model, positive) - before).abs().max() > 1e-3
    assert torch.equal(sample(base, random_text(0, 12)), before)


@pytest.mark.parametrize("sampler", ["euler", "heun", "dpmpp_2m", "uni_pc", "lcm", "euler_ancestral"])
def test_samplers_of_every_kind(nodes, scene, sample, tiny_flux, sampler):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=0.5)
    out = sample(model, positive, steps=4, sampler=sampler)
    assert torch.isfinite(out).all()
    assert (out - sample(tiny_flux(), random_text(0, 12), steps=4, sampler=sampler)).abs().max() > 1e-2


def test_a_second_pass_at_another_size_reuses_the_drawing(nodes, scene, sample, tiny_flux):
    """A hires fix: the same model and conditioning, another latent; the right half of each size follows its prompt."""
    model, first, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(seeds=(1, 2)), base_ratio=0.0, end=1.0)
    _, second, _ = nodes.Apply(model=model, regional_prompt=scene(seeds=(1, 3)), base_ratio=0.0, end=1.0)
    for height, width in ((96, 128), (192, 256)):
        one, other, plain = (
            sample(source, positive, size=(height, width), steps=1)
            for source, positive in ((model, first), (model, second), (tiny_flux(), random_text(0, 12)))
        )
        assert one.shape[-2:] == (height // 8, width // 8)
        left, right = (one - other).abs().split(width // 16, dim=-1)
        assert left.max() < 1e-5 and right.max() > 1e-2
        assert (one - plain).abs().max() > 1e-2


@pytest.mark.parametrize("order", ["cache outside", "cache inside"])
def test_a_cache_that_skips_steps_is_not_taken_for_a_missing_hook(nodes, scene, sample, tiny_flux, order):
    """The host's EasyCache may answer for the model on the very first step of the window."""
    from comfy_extras.nodes_easycache import EasyCacheNode

    def cached(model):
        return EasyCacheNode.execute(
            model, reuse_threshold=3.0, start_percent=0.0, end_percent=1.0, verbose=False
        ).result[0]

    model = tiny_flux() if order == "cache inside" else cached(tiny_flux())
    model, positive, _ = nodes.Apply(model=model, regional_prompt=scene(), start=0.3, end=1.0)
    model = cached(model) if order == "cache inside" else model
    out, plain = sample(model, positive, steps=8), sample(cached(tiny_flux()), random_text(0, 12), steps=8)
    assert torch.isfinite(out).all() and (out - plain).abs().max() > 1e-2


def test_a_zeroed_negative_carries_no_regions_of_an_earlier_apply(nodes, scene, tiny_flux):
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene())
    _, _, negative = nodes.Apply(model=tiny_flux(), regional_prompt=scene(base=positive))
    assert "flux_regions" not in negative[0][1]["model_conds"]


def test_a_flux_that_numbers_its_text_tokens_is_refused(nodes, scene, tiny_flux):
    """LongCat and Ovis of newer hosts use the same class."""
    model = tiny_flux()
    model.model.diffusion_model.params.txt_ids_dims = [1, 2]
    with pytest.raises(ValueError, match=r"Regions need a FLUX.1 .*LongCat"):
        nodes.Apply(model=model, regional_prompt=scene())


@pytest.mark.parametrize("block", [("double_block", 1), ("single_block", 4)])
def test_a_node_that_adds_tokens_to_one_block_alone_is_an_error(nodes, scene, velocity, tiny_flux, block):
    """All other blocks have the regions, so a picture would come, but a wrong one."""

    def with_one_more(args, extra):
        positions = torch.cat([args["pe"], args["pe"][:, :, -1:]], 2)
        longer = {**args, "img": torch.cat([args["img"], args["img"][:, -1:]], 1), "pe": positions}
        output = extra["original_block"](longer)
        return {**output, "img": output["img"][:, :-1]}

    model = tiny_flux()
    model.set_model_patch_replace(with_one_more, "dit", *block)
    _, positive, _ = nodes.Apply(model=model, regional_prompt=scene(), end=1.0)
    with pytest.raises(ValueError, match="77 tokens where 76 were expected"):
        velocity(model, positive, noise(), SIGMA)
