"""The speed benchmark: the dense mask computes the same as grouped attention, and operations are counted right."""

import pytest
import torch
from flux_regions.attention import AttentionPlan, Settings, TokenLayout, grouped_attention, route_tokens
from flux_regions.regions import TokenGrid
from torch.nn import functional as F

from benchmarks.dense_mask import dense_attention, dense_masks
from benchmarks.dispatched_ops import DispatchedOps
from benchmarks.flux_width import applied, grid_of, model, model_config, text
from benchmarks.memory.__main__ import measure as measure_memory
from benchmarks.memory.live_bytes import LiveBytes
from benchmarks.speed import families, flops, kernels
from benchmarks.speed.report import families_section
from support.model_families import FAMILIES


def attend(q, k, v):
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


def plan(regions, side=8, **settings):
    grid, settings = TokenGrid(2 * side, 2 * side), Settings(**settings)
    routing = route_tokens(grid_of(regions), settings, grid, background=False)
    return AttentionPlan(
        TokenLayout((3,) * regions, 5, grid.tokens), routing, settings, torch.device("cpu"), torch.float32
    )


@pytest.mark.parametrize("block", ["double", "single"])
@pytest.mark.parametrize("settings", [{}, {"image_stream": "paper", "overlap": "union"}, {"base_ratio": 0.0}])
@pytest.mark.parametrize("regions", [1, 2, 4, 16])
def test_the_dense_mask_computes_the_same(regions, settings, block):
    attention_plan = plan(regions, **settings)
    total = attention_plan.layout.with_base_image_copy(attention_plan.settings.copies_base_image(block)).total
    q, k, v = (torch.randn(2, 2, total, 4, generator=torch.Generator().manual_seed(i)) for i in range(3))
    packs = attention_plan.packs(block, 0)
    grouped, dense = (function(q, k, v, packs, attend) for function in (grouped_attention, dense_attention))
    assert (grouped - dense).abs().max() < 1e-5


def test_the_arithmetic_counts_the_pairs_that_are_attended():
    """Four quarters: each token sees its quarter; beside it the base branch sees everything."""
    four, one = flops.step_flops(1024, 4), flops.step_flops(1024, 1)
    image, words, base = 4096, flops.TRIMMED_TOKENS, flops.BASE_TOKENS
    blocks = flops.DOUBLE + flops.SINGLE
    pairs = 4 * (image // 4 + words) ** 2 + (image + base) ** 2
    tokens = image + base + 4 * words
    assert four["trim"] == pytest.approx(blocks * (tokens * flops.PER_TOKEN + pairs * flops.PER_PAIR) / 1e12, abs=0.01)
    assert four["plain"] == one["plain"] < four["trim"] < four["keep"] < four["paper"] < four["passes"] * 1.5
    assert four["passes"] == pytest.approx(5 * four["plain"], abs=0.02)


def test_the_arithmetic_agrees_with_pytorchs_own_count_of_a_tiny_model(comfy):
    """FLOPs of the blocks of ComfyUI's Flux, per token and pair, as PyTorch counts them."""
    from comfy import ops
    from comfy.ldm.flux.layers import SingleStreamBlock
    from torch.utils.flop_counter import FlopCounterMode

    width, tokens = 64, 40
    block = SingleStreamBlock(width, 2, dtype=torch.float32, device="cpu", operations=ops.disable_weight_init)
    with FlopCounterMode(display=False) as counter:
        block.linear1(torch.zeros(1, tokens, width))
        block.linear2(torch.zeros(1, tokens, 5 * width))
        q = torch.zeros(1, 2, tokens, width // 2)
        (q @ q.transpose(2, 3)) @ q
    scaled = flops.PER_TOKEN * (width / flops.WIDTH) ** 2 * tokens + flops.PER_PAIR * (width / flops.WIDTH) * tokens**2
    assert counter.get_total_flops() == scaled


@pytest.mark.parametrize(
    "pixels, case, most", [(1024, 4, 24), (1024, 16, 24), (1024, 64, 24), (1024, "16_unequal", 60), (2048, 16, 120)]
)
def test_an_attention_with_regions_is_a_few_kernels(pixels, case, most):
    """Plain attention is one or two. More regions of one size cost no more kernels."""
    assert 5 < kernels.dispatched(pixels, case) <= most


def test_the_count_leaves_views_out():
    x = torch.randn(2, 4)
    with DispatchedOps() as operations:
        x.view(4, 2).transpose(0, 1)[0]
        (x + 1).transpose(0, 1).reshape(8)
    assert operations.names == ["aten.add.Tensor", "aten.clone.default"]


def test_regions_take_little_memory_beyond_a_plain_attention():
    assert measure_memory(2048, 16)["extra_bytes"] <= 128 * 2**20
    assert measure_memory(1024, 64)["extra_bytes"] <= 128 * 2**20


def test_live_bytes_counts_what_lives_at_one_time():
    with LiveBytes() as counted:
        base = torch.zeros(100)
        for _ in range(5):
            temporary = torch.ones(1000) + 1
            del temporary
        view = base[10:]
    assert counted.peak == 4 * (100 + 2 * 1000) and counted.now == 400 and view is not None


TINY_DEPTHS = {
    "qwen": {"transformer_blocks": 9},
    "zimage": {"layers": 9, "noise_refiner": 3},
    "cosmos": {"blocks": 9},
}


def tiny_width(name):
    tiny = FAMILIES[name]
    return families.Width(tiny.model, tiny.config, tiny.width, TINY_DEPTHS[name], tiny.latent, base_tokens=9)


@pytest.mark.parametrize("isolation", ["regions", "text"])
@pytest.mark.parametrize("name", TINY_DEPTHS)
def test_a_family_s_step_is_the_same_under_a_dense_mask(name, isolation, comfy):
    import comfy.sample

    tiny = tiny_width(name)
    base = [[text(9, 0, tiny.text), {}]]
    model, positive = applied(
        families.family_model(tiny, "cpu"), families.regional_prompt(tiny, base, 4), end=1.0, isolation=isolation
    )

    def drawn() -> torch.Tensor:
        noise = torch.randn(tiny.latent, generator=torch.Generator().manual_seed(1))
        arguments = (1, 1.0, "euler", "simple", positive, positive, torch.zeros(tiny.latent))
        return comfy.sample.sample(model, noise, *arguments, disable_pbar=True, seed=0)

    grouped = drawn()
    with dense_masks():
        assert 0 < (drawn() - grouped).abs().max() / grouped.abs().max() < 1e-5


def test_a_family_s_whole_step_counts_its_blocks_as_deep_as_the_trained_model(comfy, monkeypatch):
    """A clock that goes on by one each time it is read: a step reads it twice, and each block twice."""
    tiny = tiny_width("zimage")
    patcher = families.family_model(tiny, "cpu")
    base = [[text(9, 0, tiny.text), {}]]
    clock = iter(range(1000))
    monkeypatch.setattr(families.time, "perf_counter", lambda: next(clock))
    model = patcher.model.diffusion_model
    layers, refiners = len(model.layers), len(model.noise_refiner)
    step = 2 * (layers + refiners) + 1
    assert families.whole_step(patcher, base, tiny) == step + (9 - layers) + (3 - refiners)
    assert not any(block._forward_hooks or block._forward_pre_hooks for block in model.layers)


def test_the_families_table_has_one_line_for_each_with_both_numbers_of_regions(comfy, monkeypatch):
    monkeypatch.setattr(families, "WIDTHS", {"tiny": tiny_width("qwen")})
    measured = families.measure([4, 16], 1)
    assert set(measured["tiny"]["16"]) == {"trim", "dense_mask", "plain_s"}
    lines = families_section({"families": measured}).splitlines()
    assert lines[-1].count("|") == lines[-3].count("|") == 6 and lines[-1].startswith("| tiny |")


def test_the_flux_of_the_benchmarks_is_one_of_this_host_s(comfy):
    from flux_regions.adapter.families import family_of

    assert family_of(model(width=128, heads=1, single=1).model.diffusion_model).name.startswith("FLUX.1")


def test_every_family_that_this_host_has_is_measured_at_its_width(comfy):
    import comfy.supported_models
    from flux_regions.adapter.families import FAMILIES as RECORDS
    from flux_regions.adapter.families import family_of

    measured = set()
    for width in families.WIDTHS.values():
        if hasattr(comfy.supported_models, width.model):
            config = model_config(width.model, width.config)
            config.set_inference_dtype(torch.float32, None)
            built = config.get_model({}, "", device=torch.device("meta")).diffusion_model
            measured.add(family_of(built).name)
            assert all(len(getattr(built, blocks)) == 1 for blocks in width.depths)
    of_newer_hosts = {"Krea 2", "Anima", "Mage-Flow"}
    assert {record.name for record in RECORDS} - measured <= of_newer_hosts
