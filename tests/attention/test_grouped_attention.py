"""Grouped attention without a mask equals the naive oracle and dense-mask attention, for any layout."""

import torch
import torch.nn.functional as F
from flux_regions.attention import (
    OVERLAPS,
    Layout,
    Plan,
    Settings,
    apart,
    bundled,
    grouped_attention,
    shares,
    spoken,
    together,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.attention import attend, random_qkv


@st.composite
def scenes(draw, most_regions=5, tokens=8, levels=(0.0, 0.3, 0.5, 1.0)):
    regions = draw(st.integers(1, most_regions))
    coverage = torch.tensor([[draw(st.sampled_from(levels)) for _ in range(tokens)] for _ in range(regions)])
    strengths = tuple(draw(st.sampled_from([0.0, 0.5, 1.0, 1.7])) for _ in range(regions))
    return coverage, strengths


@settings(max_examples=60, deadline=None)
@given(
    scene=scenes(),
    overlap=st.sampled_from(OVERLAPS),
    isolation=st.sampled_from(["regions", "text"]),
    beta=st.sampled_from([0.0, 0.2, 1.0]),
    background=st.booleans(),
    references=st.integers(0, 2),
    separate=st.booleans(),
    second_stream=st.booleans(),
    seed=st.integers(0, 999),
)
def test_it_equals_the_naive_oracle(
    naive, scene, overlap, isolation, beta, background, references, separate, second_stream, seed
):
    coverage, strengths = scene
    chosen = Settings(base_ratio=beta, overlap=overlap, isolation=isolation)
    heard = spoken(shares(coverage, strengths, chosen, background), coverage.shape[1])
    lengths = tuple(1 + (r + seed) % 3 for r in sorted(heard.area))
    layout = Layout(lengths, 2, coverage.shape[1], references, second_stream)
    q, k, v = random_qkv(layout.total, seed)
    groups = apart(layout, heard, isolation) if separate else together(layout, heard)
    per_token = [naive.token_shares(column.tolist(), strengths, beta, overlap, background) for column in coverage.T]
    expected = naive.naive_regional_attention(
        q[0], k[0], v[0], per_token, lengths, 2, references, isolation, separate, second_stream
    )
    found = grouped_attention(q, k, v, bundled(groups, layout.total), attend)[0]
    if not heard.base_weight.any() and not references:  # nobody reads the base branch: it is left out
        for unread in (layout.base, layout.base_image if second_stream else range(0)):
            found[unread.start : unread.stop] = expected[unread.start : unread.stop] = 0
    assert (found - expected).abs().max() < 1e-5


@settings(max_examples=60, deadline=None)
@given(
    scene=scenes(most_regions=40, tokens=20, levels=(0.0, 0.0, 1.0)),
    beta=st.sampled_from([0.0, 0.1, 0.5]),
    seed=st.integers(0, 999),
)
def test_union_equals_attention_under_the_papers_dense_mask(scene, beta, seed):
    coverage, _ = scene
    chosen = Settings(base_ratio=beta, overlap="union")
    heard = spoken(shares(coverage, (1.0,) * len(coverage), chosen, False), coverage.shape[1])
    layout = Layout((3,) * len(heard.area), 4, coverage.shape[1])
    q, k, v = random_qkv(layout.total, seed, batch=2)

    # The paper's rules (figure 3) as one boolean matrix over [texts, image].
    inside = coverage[sorted(heard.area)].bool() if heard.area else torch.zeros(0, coverage.shape[1], dtype=torch.bool)
    texts = torch.eye(len(inside), dtype=torch.bool).repeat_interleave(3, 0).repeat_interleave(3, 1)
    text_image = inside.repeat_interleave(3, 0)
    outside = ~inside.any(0)
    image = (inside.float().T @ inside.float() > 0) | (outside[:, None] & outside[None])
    mask = torch.cat([torch.cat([texts, text_image], 1), torch.cat([text_image.T, image], 1)])

    text_end, base_end = layout.all_texts.stop, layout.base.stop
    joint = torch.tensor([*layout.all_texts, *layout.image])
    regional = F.scaled_dot_product_attention(q[:, :, joint], k[:, :, joint], v[:, :, joint], attn_mask=mask)
    regional = regional.transpose(1, 2).flatten(2)
    base = attend(q[:, :, text_end:], k[:, :, text_end:], v[:, :, text_end:])
    out = grouped_attention(q, k, v, bundled(apart(layout, heard, "regions"), layout.total), attend)
    assert (out[:, :text_end] - regional[:, :text_end]).abs().max() < 1e-5 if text_end else True
    assert (out[:, text_end:base_end] - base[:, :4]).abs().max() < 1e-5 or not heard.base_weight.any()
    assert (out[:, base_end:] - beta * base[:, 4:] - (1 - beta) * regional[:, text_end:]).abs().max() < 1e-5


@settings(max_examples=40, deadline=None)
@given(
    scene=scenes(most_regions=40, tokens=20),
    overlap=st.sampled_from(OVERLAPS),
    background=st.booleans(),
    seed=st.integers(0, 999),
)
def test_every_token_is_a_weighted_mean(scene, overlap, background, seed):
    """Weights sum to one for every token: attention over equal values gives that value back."""
    coverage, strengths = scene
    heard = spoken(shares(coverage, strengths, Settings(overlap=overlap), background), coverage.shape[1])
    layout = Layout((2,) * len(heard.area), 3, coverage.shape[1], 1)
    q, k, _ = random_qkv(layout.total, seed)
    ones = torch.ones_like(q)
    assert layout.reference_length, "else the base text might be left out"
    for groups in (apart(layout, heard, "regions"), apart(layout, heard, "text"), together(layout, heard)):
        assert (grouped_attention(q, k, ones, bundled(groups, layout.total), attend) - 1).abs().max() < 1e-5


def test_a_plan_builds_each_kind_of_block_once():
    coverage = torch.tensor([[1.0, 0], [0, 1.0]])
    chosen = Settings(double_interval=1, single_interval=2, image_stream="paper")
    heard = spoken(shares(coverage, (1.0, 1.0), chosen, False), 2)
    plan = Plan(Layout((1, 1), 1, 2), heard, chosen, torch.device("cpu"), torch.float32)
    assert plan.bundles("double", 0) is plan.bundles("double", 1)
    assert plan.bundles("single", 0) is plan.bundles("single", 2) is not plan.bundles("single", 1)
    assert plan.bundles("single", 1) is plan.bundles("single", 3)


def test_equal_halves_need_fewer_score_pairs_than_plain_attention():
    """Four quarters see a quarter of the image each: the regional branch alone is about a quarter of the work."""
    coverage = torch.zeros(4, 16)
    for region in range(4):
        coverage[region, region * 4 : region * 4 + 4] = 1
    heard = spoken(shares(coverage, (1.0,) * 4, Settings(base_ratio=0.0), False), 16)
    pairs = []

    def count(q, k, v):
        pairs.append(q.shape[2] * k.shape[2])
        return attend(q, k, v)

    layout = Layout((1,) * 4, 1, 16)
    q, k, v = random_qkv(layout.total, 0)
    grouped_attention(q, k, v, bundled(apart(layout, heard, "regions"), layout.total), count)
    assert sum(pairs) == 4 * 5 * 5, "4 regions of 4 + 1 tokens; nobody follows the base prompt"
