"""The speed benchmark: its rival computes the same as we do, its arithmetic counts what is really computed."""

import pytest
import torch
from torch.nn import functional as F

from devtools import packages, places

packages.load_package("benchmarks", places.ROOT / "benchmarks")

from flux_regions.attention import AttentionPlan, Settings, TokenLayout, grouped_attention, route_tokens  # noqa: E402
from flux_regions.regions import TokenGrid  # noqa: E402

from benchmarks.dense_mask import dense_attention  # noqa: E402
from benchmarks.full_width import grid_of  # noqa: E402
from benchmarks.memory.live_bytes import LiveBytes  # noqa: E402
from benchmarks.speed import work  # noqa: E402


def attend(q, k, v):
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


def plan(regions, side=8, **settings):
    grid, chosen = TokenGrid(2 * side, 2 * side), Settings(**settings)
    routing = route_tokens(grid_of(regions), chosen, grid, background=False)
    return AttentionPlan(
        TokenLayout((3,) * regions, 5, grid.tokens), routing, chosen, torch.device("cpu"), torch.float32
    )


@pytest.mark.parametrize("block", ["double", "single"])
@pytest.mark.parametrize("settings", [{}, {"image_stream": "paper", "overlap": "union"}, {"base_ratio": 0.0}])
@pytest.mark.parametrize("regions", [1, 2, 4, 16])
def test_the_dense_mask_computes_the_same(regions, settings, block):
    made = plan(regions, **settings)
    total = made.layout.with_base_image_copy(made.settings.copies_base_image(block)).total
    q, k, v = (torch.randn(2, 2, total, 4, generator=torch.Generator().manual_seed(i)) for i in range(3))
    packs = made.packs(block, 0)
    one, other = (way(q, k, v, packs, attend) for way in (grouped_attention, dense_attention))
    assert (one - other).abs().max() < 1e-5


def test_the_arithmetic_counts_the_pairs_that_are_attended():
    """Four quarters: each token sees its quarter; beside it the base branch sees everything."""
    four, one = work.step_work(1024, 4), work.step_work(1024, 1)
    image, words, base = 4096, work.TRIMMED_TOKENS, work.BASE_TOKENS
    blocks = work.DOUBLE + work.SINGLE
    pairs = 4 * (image // 4 + words) ** 2 + (image + base) ** 2
    tokens = image + base + 4 * words
    assert four["trim"] == pytest.approx(blocks * (tokens * work.PER_TOKEN + pairs * work.PER_PAIR) / 1e12, abs=0.01)
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
    scaled = work.PER_TOKEN * (width / work.WIDTH) ** 2 * tokens + work.PER_PAIR * (width / work.WIDTH) * tokens**2
    assert counter.get_total_flops() == scaled


def test_live_bytes_counts_what_lives_at_one_time():
    with LiveBytes() as counted:
        kept = torch.zeros(100)
        for _ in range(5):
            gone = torch.ones(1000) + 1
            del gone
        view = kept[10:]
    assert counted.peak == 4 * (100 + 2 * 1000) and counted.now == 400 and view is not None
