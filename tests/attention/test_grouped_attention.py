"""Grouped attention without a mask equals the naive oracle, the definition, and dense-mask attention, for any
layout.
"""

import torch
import torch.nn.functional as F
from flux_regions.attention import (
    OVERLAPS,
    Term,
    TokenLayout,
    TokenRouting,
    grouped_attention,
    isolated_groups,
    mixed_groups,
    pack_groups,
    regional_attention,
    routes,
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


LAYOUTS = {
    "scene": scenes(),
    "overlap": st.sampled_from(OVERLAPS),
    "isolation": st.sampled_from(["regions", "text"]),
    "beta": st.sampled_from([0.0, 0.2, 1.0]),
    "background": st.booleans(),
    "references": st.tuples(st.integers(0, 2), st.lists(st.sampled_from([0, 1, 4, 9]), max_size=3)),
    "isolated": st.booleans(),
    "copy": st.booleans(),
    "seed": st.integers(0, 999),
}


# references: how many are everybody's, and whose each of the others is (9 is no region).


def build(scene, overlap, isolation, beta, background, references, isolated, copy, seed):
    coverage, strengths = scene
    tokens = coverage.shape[1]
    routing = TokenRouting.of(routes(coverage, strengths, overlap, beta, background), tokens)
    shared, owners = references
    layout = TokenLayout(
        *(tuple(1 + (r + seed) % 3 for r in routing.text_regions), 2, tokens, shared + len(owners), copy),
        reference_owners=tuple((owner, 1) for owner in owners),
    )
    groups = isolated_groups(layout, routing, isolation) if isolated else mixed_groups(layout, routing)
    return routing, layout, groups


@settings(max_examples=60, deadline=None)
@given(**LAYOUTS)
def test_it_equals_the_naive_oracle(
    naive, scene, overlap, isolation, beta, background, references, isolated, copy, seed
):
    routing, layout, groups = build(scene, overlap, isolation, beta, background, references, isolated, copy, seed)
    coverage, strengths = scene
    q, k, v = random_qkv(layout.total, seed)
    per_token = [naive.token_shares(column.tolist(), strengths, beta, overlap, background) for column in coverage.T]
    expected = naive.naive_regional_attention(
        *(q[0], k[0], v[0], per_token, layout.text_lengths, 2, layout.reference_length, isolation, isolated, copy),
        reference_owners=references[1],
    )
    output = grouped_attention(q, k, v, pack_groups(groups, layout.total), attend)[0]
    shared, owners = references
    asked = shared or not set(owners) <= set(routing.text_regions)
    if not routing.base_weight.any() and not asked:  # nobody reads the base branch: it is left out
        for unread in (layout.base, layout.base_image if copy else range(0)):
            output[unread.start : unread.stop] = expected[unread.start : unread.stop] = 0
    assert (output - expected).abs().max() < 1e-5


def all_tokens(index, total):
    return torch.arange(total)[index] if isinstance(index, slice) else index


@settings(max_examples=60, deadline=None)
@given(**LAYOUTS)
def test_it_equals_the_definition_over_the_same_groups(
    scene, overlap, isolation, beta, background, references, isolated, copy, seed
):
    _, layout, groups = build(scene, overlap, isolation, beta, background, references, isolated, copy, seed)
    q, k, v = random_qkv(layout.total, seed, batch=2)
    terms = []
    for group in groups:
        queries, keys = all_tokens(group.query, layout.total), all_tokens(group.key, layout.total)
        for scatter in group.scatters:
            rows = queries if scatter.rows is None else queries[scatter.rows]
            weights = torch.ones(len(rows)) if scatter.weight is None else scatter.weight[:, 0]
            terms.append(Term(rows, keys, all_tokens(scatter.target, layout.total), weights))
    output = grouped_attention(q, k, v, pack_groups(groups, layout.total), attend)
    assert (output - regional_attention(q, k, v, terms, attend)).abs().max() < 1e-5


@settings(max_examples=60, deadline=None)
@given(
    scene=scenes(most_regions=40, tokens=20, levels=(0.0, 0.0, 1.0)),
    beta=st.sampled_from([0.0, 0.1, 0.5]),
    seed=st.integers(0, 999),
)
def test_union_equals_attention_under_the_papers_dense_mask(scene, beta, seed):
    coverage, _ = scene
    tokens = coverage.shape[1]
    routing = TokenRouting.of(routes(coverage, (1.0,) * len(coverage), "union", beta, False), tokens)
    layout = TokenLayout((3,) * len(routing.text_regions), 4, tokens)
    q, k, v = random_qkv(layout.total, seed, batch=2)

    # The paper's rules (figure 3) as one boolean matrix over [texts, image].
    inside = coverage[routing.text_regions].bool()
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
    merged = beta * base[:, 4:] + (1 - beta) * regional[:, text_end:]
    # The base text is left out where nobody reads the base branch.
    base_text = base[:, :4] if routing.base_weight.any() else torch.zeros_like(base[:, :4])
    expected = torch.cat([regional[:, :text_end], base_text, merged], 1)
    groups = isolated_groups(layout, routing, "regions")
    output = grouped_attention(q, k, v, pack_groups(groups, layout.total), attend)
    assert base_end == text_end + 4 and (output - expected).abs().max() < 1e-5


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
    routing = TokenRouting.of(routes(coverage, strengths, overlap, 0.2, background), coverage.shape[1])
    layout = TokenLayout((2,) * len(routing.text_regions), 3, coverage.shape[1], 1)
    q, k, _ = random_qkv(layout.total, seed)
    ones = torch.ones_like(q)
    assert layout.reference_length, "else the base text might be left out"
    kinds = isolated_groups(layout, routing, "regions"), isolated_groups(layout, routing, "text")
    for groups in (*kinds, mixed_groups(layout, routing)):
        assert (grouped_attention(q, k, ones, pack_groups(groups, layout.total), attend) - 1).abs().max() < 1e-5


def test_equal_quarters_need_fewer_score_pairs_than_plain_attention():
    """Four quarters see a quarter of the image each: the regional branch alone is about a quarter of the work."""
    coverage = torch.eye(4).repeat_interleave(4, 1)
    routing = TokenRouting.of(routes(coverage, (1.0,) * 4, "top", 0.0, False), 16)
    pairs = []

    def count(q, k, v):
        pairs.append(len(q) * q.shape[2] * k.shape[2])
        return attend(q, k, v)

    layout = TokenLayout((1,) * 4, 1, 16)
    q, k, v = random_qkv(layout.total, 0)
    groups = isolated_groups(layout, routing, "regions")
    grouped_attention(q, k, v, pack_groups(groups, layout.total), count)
    assert pairs == [4 * 5 * 5], "one call of 4 regions of 4 + 1 tokens; nobody follows the base prompt"
