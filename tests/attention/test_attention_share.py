"""Attention shares equal what the naive oracle gives for values that say of each key what kind it is."""

import pytest
import torch
from flux_regions.attention import (
    OVERLAPS,
    AttentionPlan,
    Settings,
    TokenLayout,
    TokenRouting,
    attention_share,
    attention_shares,
    routes,
)
from hypothesis import given, settings
from hypothesis import strategies as st

REGIONS, TOKENS = 3, 9


def scene(
    seed, overlap="top", isolation="regions", beta=0.2, background=False, references=0, copy=False, regions=REGIONS
):
    generator = torch.Generator().manual_seed(seed)
    coverage = torch.rand(regions, TOKENS, generator=generator).mul(3).floor() / 2
    coverage[torch.arange(regions), torch.arange(regions)] = 1.0  # every region has something
    chosen = Settings(base_ratio=beta, overlap=overlap, isolation=isolation, image_stream="paper" if copy else "shared")
    routing = TokenRouting.of(routes(coverage, (1.0,) * regions, overlap, beta, background), TOKENS)
    layout = TokenLayout(tuple(1 + r for r in range(len(routing.text_regions))), 2, TOKENS, references)
    plan = AttentionPlan(layout, routing, chosen, torch.device("cpu"), torch.float32)
    layout = layout.with_base_image_copy(copy)
    q, k = (torch.randn(2, 3, layout.total, 4, generator=generator) * 2 for _ in range(2))
    return q, k, plan.packs("single", 0), layout, routing, coverage


def naive_shares(naive, q, k, layout, per_token, isolation, columns):
    """[N, X]: what comes out for the image tokens where values are columns [total, X], by the oracle; mean over batch
    and heads.
    """
    copy = layout.base_image_copy
    outputs = [
        naive.naive_regional_attention(
            *(one_q, one_k, columns.expand(len(one_q), *columns.shape)),
            *(per_token, layout.text_lengths, layout.base_length, layout.reference_length, isolation, True, copy),
        )
        for one_q, one_k in zip(q, k, strict=True)
    ]
    image = slice(layout.image.start, layout.image.stop)
    return torch.stack([out[image].unflatten(1, (q.shape[1], -1)).mean(1) for out in outputs]).mean(0)


def owners_of(per_token, text_regions):
    """Which text weighs most in each token, by the routes' own numbers; len(text_regions) = none."""
    owners = []
    for token in per_token:
        weight = dict.fromkeys(text_regions, 0.0)
        for regions, part in token:
            for region in regions:
                weight[region] += part / len(regions)
        best = max(weight, key=weight.get, default=None)
        owners.append(text_regions.index(best) if weight and weight[best] > 1e-9 else len(text_regions))
    return owners


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 999),
    overlap=st.sampled_from(OVERLAPS),
    isolation=st.sampled_from(["regions", "text"]),
    beta=st.sampled_from([0.0, 0.2, 1.0]),
    background=st.booleans(),
    references=st.integers(0, 2),
    copy=st.booleans(),
)
def test_shares_equal_the_oracle(naive, seed, overlap, isolation, beta, background, references, copy):
    q, k, packs, layout, routing, coverage = scene(seed, overlap, isolation, beta, background, references, copy)
    per_token = [
        naive.token_shares(column.tolist(), (1.0,) * REGIONS, beta, overlap, background) for column in coverage.T
    ]
    text_regions = sorted({r for token in per_token for regions, _ in token for r in regions})
    owners = owners_of(per_token, text_regions)
    shares = attention_shares(q, k, packs, layout, routing)
    assert shares.owner.tolist() == owners
    spans = [*layout.texts, layout.base, layout.references]
    columns = torch.zeros(layout.total, len(spans) + len(text_regions) + 1)
    for column, span in enumerate(spans):
        columns[span.start : span.stop, column] = 1
    for image in (layout.image, layout.base_image):
        for token, owner in zip(image, owners, strict=True):
            columns[token, len(spans) + owner] = 1
    expected = naive_shares(naive, q, k, layout, per_token, isolation, columns).T
    texts = len(text_regions)
    assert torch.allclose(shares.texts, expected[:texts], atol=1e-5)
    assert torch.allclose(shares.base, expected[texts], atol=1e-5)
    assert torch.allclose(shares.references, expected[texts + 1], atol=1e-5)
    image = expected[texts + 2 :]
    own_image = image[owners, range(TOKENS)]
    assert torch.allclose(shares.own_image, own_image, atol=1e-5)
    assert torch.allclose(shares.other_image, image.sum(0) - own_image, atol=1e-5)


def test_at_beta_0_pixels_look_at_their_own_region_alone():
    routing = TokenRouting.of(
        routes(torch.tensor([[1.0] * 4 + [0] * 5, [0] * 4 + [1.0] * 3 + [0] * 2]), (1.0, 1.0), "top", 0.0, True), TOKENS
    )
    layout = TokenLayout((1, 2, 3), 2, TOKENS)
    plan = AttentionPlan(layout, routing, Settings(base_ratio=0.0), torch.device("cpu"), torch.float32)
    q, k = torch.randn(2, 2, 3, layout.total, 4, generator=torch.Generator().manual_seed(1)).unbind()
    shares = plan.shares(q, k, "single", 0, torch.tensor(1.0))
    assert shares.owner.tolist() == [0] * 4 + [1] * 3 + [2] * 2
    for row in range(3):
        assert (shares.texts[row][shares.owner != row] == 0).all() and (
            shares.texts[row][shares.owner == row] > 0
        ).all()
    assert (shares.base == 0).all() and (shares.other_image == 0).all()


def test_the_chunks_it_is_computed_in_change_nothing(monkeypatch):
    *args, _ = scene(2, background=True, references=1)
    whole = attention_shares(*args)
    monkeypatch.setattr(attention_share, "MAX_SCORES", 1)
    assert all(
        torch.allclose(a.float(), b.float(), atol=1e-6) for a, b in zip(whole, attention_shares(*args), strict=True)
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_it_is_computed_in_float32_whatever_the_model_s_dtype(dtype):
    q, k, *rest, _ = scene(3)
    low, low_k = q.to(dtype), k.to(dtype)
    shares = attention_shares(low, low_k, *rest)
    exact = attention_shares(low.float(), low_k.float(), *rest)
    assert shares.texts.dtype == torch.float32 and torch.allclose(shares.texts, exact.texts, atol=1e-6)
