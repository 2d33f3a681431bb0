"""Attention shares equal what a naive loop over tokens, heads and keys counts."""

import pytest
import torch
from flux_regions.attention import OVERLAPS, Layout, Plan, Settings, attention_shares, owners, shares, spoken
from flux_regions.attention import attention_share as module
from hypothesis import given, settings
from hypothesis import strategies as st

CPU = torch.device("cpu")


def scene(
    seed,
    overlap="top",
    isolation="regions",
    beta=0.2,
    background=False,
    references=0,
    second=False,
    regions=3,
    levels=2,
):
    generator = torch.Generator().manual_seed(seed)
    coverage = torch.rand(regions, 9, generator=generator).mul(levels + 1).floor() / levels
    coverage[torch.arange(regions), torch.arange(regions)] = 1.0  # every region has something
    chosen = Settings(
        base_ratio=beta, overlap=overlap, isolation=isolation, image_stream="paper" if second else "shared"
    )
    heard = spoken(shares(coverage, (1.0,) * regions, chosen, background), 9)
    layout = Layout(tuple(1 + r for r in range(len(heard.area))), 2, 9, references)
    bundles = Plan(layout, heard, chosen, CPU, torch.float32).bundles("single", 0)
    layout = layout.with_second_stream(second)
    q, k = (torch.randn(2, 3, layout.total, 4, generator=generator) * 2 for _ in range(2))
    return q, k, bundles, layout, heard


def naive(q, k, bundles, layout, heard):
    """[N, T]: the weight with which each image token looks at each token of the sequence; a loop, mean over batch and heads."""
    out = torch.zeros(layout.image_length, layout.total)
    total = torch.zeros(layout.image_length)
    for bundle in bundles:
        queries = range(layout.total)[bundle.query] if isinstance(bundle.query, slice) else bundle.query.tolist()
        keys = range(layout.total)[bundle.key] if isinstance(bundle.key, slice) else bundle.key.tolist()
        rows = cols = 0
        for n, m in bundle.sizes:
            for i in range(n):
                for put in bundle.puts:
                    chosen = range(len(queries)) if put.rows is None else torch.arange(len(queries))[put.rows].tolist()
                    if rows + i not in chosen:
                        continue
                    at = list(chosen).index(rows + i)
                    target = (
                        range(layout.total)[put.target][at] if isinstance(put.target, slice) else int(put.target[at])
                    )
                    if target not in layout.image:
                        continue
                    weight = 1.0 if put.weight is None else put.weight[at].item()
                    total[target - layout.image.start] += weight
                    for b in range(q.shape[0]):
                        for h in range(q.shape[1]):
                            score = torch.tensor(
                                [
                                    (q[b, h, queries[rows + i]] @ k[b, h, key]).item() / 2
                                    for key in keys[cols : cols + m]
                                ]
                            )
                            for key, mass in zip(keys[cols : cols + m], score.softmax(0), strict=True):
                                out[target - layout.image.start, key] += weight * mass / (q.shape[0] * q.shape[1])
            rows, cols = rows + n, cols + m
    assert (total - 1).abs().max() < 1e-5
    return out


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 999),
    overlap=st.sampled_from(OVERLAPS),
    isolation=st.sampled_from(["regions", "text"]),
    beta=st.sampled_from([0.0, 0.2, 1.0]),
    background=st.booleans(),
    references=st.integers(0, 2),
    second=st.booleans(),
)
def test_shares_equal_a_naive_count(seed, overlap, isolation, beta, background, references, second):
    q, k, bundles, layout, heard = scene(seed, overlap, isolation, beta, background, references, second)
    found = attention_shares(q, k, bundles, layout, heard)
    mass = naive(q, k, bundles, layout, heard)
    owner = owners(heard)
    for row, span in enumerate(layout.texts):
        assert torch.allclose(found.texts[row], mass[:, list(span)].sum(1), atol=1e-5)
    assert torch.allclose(found.base, mass[:, list(layout.base)].sum(1), atol=1e-5)
    assert torch.allclose(found.references, mass[:, list(layout.references)].sum(1), atol=1e-5)
    for i in range(layout.image_length):
        own = other = 0.0
        for j in range(layout.image_length):
            seen = mass[i, layout.image.start + j] + (mass[i, layout.base_image.start + j] if second else 0.0)
            own, other = (own + seen, other) if owner[i] == owner[j] else (own, other + seen)
        assert abs(found.own_image[i] - own) < 1e-5 and abs(found.other_image[i] - other) < 1e-5
    every = found.texts.sum(0) + found.base + found.own_image + found.other_image + found.references
    assert torch.allclose(every, torch.ones(9), atol=1e-5)


def test_at_beta_0_pixels_look_at_their_own_region_alone():
    q, k, bundles, layout, heard = scene(1, beta=0.0, regions=2, background=True, levels=1)
    found = attention_shares(q, k, bundles, layout, heard)
    for row in range(len(layout.texts)):
        assert (found.texts[row][found.owner != row] == 0).all() and (found.texts[row][found.owner == row] > 0).all()
    assert (found.base == 0).all() and (found.other_image == 0).all()


def test_the_parts_it_is_computed_in_change_nothing(monkeypatch):
    args = scene(2, background=True, references=1)
    whole = attention_shares(*args)
    monkeypatch.setattr(module, "MOST_SCORES", 1)
    assert all(
        torch.allclose(a.float(), b.float(), atol=1e-6) for a, b in zip(whole, attention_shares(*args), strict=True)
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_it_is_computed_in_float32_whatever_the_model_s_dtype(dtype):
    q, k, bundles, layout, heard = scene(3)
    low, lowk = q.to(dtype), k.to(dtype)
    found = attention_shares(low, lowk, bundles, layout, heard)
    exact = attention_shares(low.float(), lowk.float(), bundles, layout, heard)
    assert found.texts.dtype == torch.float32 and torch.allclose(found.texts, exact.texts, atol=1e-6)
