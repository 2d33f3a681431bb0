"""Packing changes how many tokens are fetched at a time, never what comes out."""

import pytest
import torch
from flux_regions.attention import (
    OVERLAPS,
    AttentionPlan,
    Settings,
    TokenLayout,
    TokenRouting,
    grouped_attention,
    isolated_groups,
    pack_groups,
    packing,
    routes,
)

from support.attention import attend, random_qkv


def routed(seed, overlap, tokens=12, regions=4):
    generator = torch.Generator().manual_seed(seed)
    coverage = torch.rand(regions, tokens, generator=generator).mul(3).floor() / 2
    found = routes(coverage, (1.0,) * regions, overlap, 0.2, background=seed % 2 == 0)
    return TokenRouting.of(found, tokens)


@pytest.mark.parametrize("max_queries", [1, 3, 640])
@pytest.mark.parametrize("copy", [False, True])
@pytest.mark.parametrize("overlap", OVERLAPS)
@pytest.mark.parametrize("seed", range(4))
def test_groups_of_a_long_sequence_are_split_without_a_difference(monkeypatch, seed, overlap, copy, max_queries):
    routing = routed(seed, overlap)
    layout = TokenLayout((2,) * len(routing.text_regions), 3, 12, seed % 3, copy)
    q, k, v = torch.randn(3, 1, 2, layout.total, 4, generator=torch.Generator().manual_seed(seed)).unbind()
    groups = isolated_groups(layout, routing, "regions")
    expected = grouped_attention(q, k, v, pack_groups(groups, layout.total), attend)
    monkeypatch.setattr(packing, "LONG_SEQUENCE", 0)
    monkeypatch.setattr(packing, "MAX_QUERIES", max_queries)
    packs = pack_groups(groups, layout.total)
    longest = max(queries for pack in packs if len(pack.scatters) == 1 for queries, _ in pack.lengths)
    assert longest <= max_queries
    assert (grouped_attention(q, k, v, packs, attend) - expected).abs().max() < 1e-6


def test_small_groups_share_a_pack_until_it_holds_enough_keys(monkeypatch):
    routing = TokenRouting.of(routes(torch.eye(12)[:6] * 1.0, (1.0,) * 6, "top", 0.0, False), 12)
    # every region's tokens are its text and one image token apart from it: index tensors, which can be packed
    groups = isolated_groups(TokenLayout((2,) * 6, 1, 12), routing, "regions")
    packs = pack_groups(groups, 25)
    assert len(packs[0].lengths) == 6
    monkeypatch.setattr(packing, "MAX_PACKED_KEYS", 6)
    assert [len(pack.lengths) for pack in pack_groups(groups, 25)][:3] == [2, 2, 2]


@pytest.mark.parametrize("batch", [1, 3])
def test_groups_of_equal_size_are_one_call_of_ordinary_tensors(batch):
    """Regions 0 to 2 have two tokens of the image each, region 3 has six: they are two calls, and the base a third."""
    owners = torch.tensor([0, 1, 2, 0, 1, 2, *[3] * 6])
    coverage = torch.stack([(owners == region).float() for region in range(4)])
    routing = TokenRouting.of(routes(coverage, (1.0,) * 4, "top", 0.2, False), 12)
    layout = TokenLayout((2,) * 4, 3, 12)
    q, k, v = random_qkv(layout.total, 1, batch=batch)
    shapes = []

    def backend(q, k, v):
        assert type(q) is torch.Tensor and k.shape == v.shape
        shapes.append((tuple(q.shape), tuple(k.shape)))
        return attend(q, k, v)

    groups = isolated_groups(layout, routing, "regions")
    stacked = grouped_attention(q, k, v, pack_groups(groups, layout.total), backend)
    assert sorted(shapes) == sorted(((many * batch, 2, tokens, 4),) * 2 for many, tokens in ((3, 4), (1, 8), (1, 15)))
    alone = [pack for group in groups for pack in pack_groups([group], layout.total)]
    assert (stacked - grouped_attention(q, k, v, alone, attend)).abs().max() < 1e-6


def test_a_plan_moves_indices_and_weights_to_its_device_and_dtype():
    routing = routed(1, "blend")
    layout = TokenLayout((2,) * len(routing.text_regions), 3, 12)
    plan = AttentionPlan(layout, routing, Settings(overlap="blend"), torch.device("meta"), torch.bfloat16)
    packs = plan.packs("double", 0)
    tensors = [t for pack in packs for t in (pack.query, pack.key) if isinstance(t, torch.Tensor)]
    weights = [s.weight for pack in packs for s in pack.scatters if s.weight is not None]
    assert tensors and all(t.device.type == "meta" for t in tensors)
    assert weights and all(w.dtype == torch.bfloat16 and w.device.type == "meta" for w in weights)
