"""The definition in attention/math.py equals the naive oracle, and its weights are those that routing settles on."""

import torch
from flux_regions.attention import Term, region_weights, regional_attention, routes

from support.attention import attend


def test_a_region_weighs_its_coverage_times_strength_and_the_rest_is_the_base_prompts():
    coverage = torch.tensor([[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]])
    weights = region_weights(coverage, torch.tensor([1.0, 2.0]), 0.2)
    assert torch.allclose(weights, torch.tensor([[0.8, 0.4, 0.0], [0.0, 0.5, 1.0]]))


def test_routing_weighs_as_the_definition_does():
    coverage = torch.tensor([[1.0, 0.25, 0.0], [0.0, 0.75, 1.0]])
    strengths = (0.7, 1.3)
    expected = region_weights(coverage, torch.tensor(strengths), 0.3)
    routed = routes(coverage, strengths, "blend", 0.3, background=False)
    assert torch.allclose(torch.stack([route.weight for route in routed]), expected)


def test_the_sum_equals_a_loop_over_tokens(naive):
    """Two regions of two image tokens each, an overlap of none, beta 0.2; texts of 2 and 1 tokens, a base text of 2."""
    q, k, v = torch.randn(3, 1, 2, 9, 4, generator=torch.Generator().manual_seed(1)).unbind()
    weights = region_weights(torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1]]), torch.ones(2), 0.2)
    texts, image, base = [[0, 1], [2]], torch.arange(5, 9), torch.arange(3, 9)
    terms = [Term(base, base, base, torch.cat([torch.ones(2), 1 - weights.sum(0)]))]
    for text, weight in zip(texts, weights, strict=True):
        tokens = torch.cat([torch.tensor(text), image[weight > 0]])
        terms.append(Term(tokens, tokens, tokens, torch.cat([torch.ones(len(text)), weight[weight > 0]])))
    per_token = [[((0,), 0.8)], [((0,), 0.8)], [((1,), 0.8)], [((1,), 0.8)]]
    expected = naive.naive_regional_attention(q[0], k[0], v[0], per_token, (2, 1), 2, 0, "regions")
    assert (regional_attention(q, k, v, terms, attend)[0] - expected).abs().max() < 1e-5
