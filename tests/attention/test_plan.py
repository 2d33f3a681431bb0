"""A plan holds the groups of every kind of block, built once."""

import torch
from flux_regions.attention import AttentionPlan, Settings, TokenLayout, TokenRouting, routes

HALVES = torch.tensor([[1.0, 0], [0, 1.0]])


def plan(**settings):
    chosen = Settings(**settings)
    routing = TokenRouting.of(routes(HALVES, (1.0, 1.0), chosen.overlap, chosen.base_ratio, False), 2)
    return AttentionPlan(TokenLayout((1, 1), 1, 2), routing, chosen, torch.device("cpu"), torch.float32)


def test_each_kind_of_block_is_built_once():
    every_second = plan(single_interval=2, image_stream="paper")
    assert every_second.packs("double", 0) is every_second.packs("double", 1)
    assert every_second.packs("single", 0) is every_second.packs("single", 2) is not every_second.packs("single", 1)
    assert every_second.packs("single", 1) is every_second.packs("single", 3)


def test_blocks_left_out_by_the_interval_mix_the_regions():
    q, k, v = torch.randn(3, 1, 1, 5, 4, generator=torch.Generator().manual_seed(1)).unbind()
    calls = []

    def attend(q, k, v):
        calls.append((len(q), q.shape[2], k.shape[2]))
        return torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)

    every_second = plan(double_interval=2)
    every_second.attend(q, k, v, "double", 0, torch.tensor(1.0), attend)
    isolated = list(calls)
    calls.clear()
    every_second.attend(q, k, v, "double", 1, torch.tensor(1.0), attend)
    assert sorted(isolated) == [(1, 3, 3), (2, 2, 2)], "both halves in one call, and the base"
    assert sorted(calls) == [(1, 3, 3), (1, 4, 4)]
