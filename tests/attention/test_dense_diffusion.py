"""DenseDiffusion's modulation equals its formula, pair by pair, and is nothing where it should be nothing."""

import math

import pytest
import torch
import torch.nn.functional as F
from flux_regions.attention import (
    OVERLAPS,
    LogitModulation,
    Memberships,
    Settings,
    TokenLayout,
    dense_diffusion,
    memberships,
    noise_decay,
    route_tokens,
)
from flux_regions.regions import Rect, Region, RegionSet, ShapeOp, TokenGrid
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from devtools import packages, paths
from support.attention import attend, random_qkv

MODULATE = Settings(isolation="modulate")
GRID = TokenGrid(4, 8)
"""2 x 4 tokens."""


def boxes(*drawn, **region):
    return RegionSet(tuple(Region(shapes=(ShapeOp(Rect(*box)),), **region) for box in drawn))


def naive(q, k, v, kinds, owners, areas, strengths, t):
    """The formula of the paper for one picture, token by token. q, k, v: [H, N, D].

    kinds: "text", "base", "image", "reference" or None (everybody's) of each token; owners: its region; areas,
    strengths: of each region. The maximum and minimum are those of the row's image tokens, of all its texts, or of all
    its references.
    """
    heads, tokens, width = q.shape
    out = torch.zeros(heads, tokens, width)
    lam = (t / 1000) ** 5
    weights = {("text", "image"): 1.0, ("image", "text"): 1.0, ("image", "image"): 0.3}
    weights |= {("reference", "image"): 1.0, ("image", "reference"): 1.0}
    part_of = {"text": 0, "base": 0, "image": 1, "reference": 2, None: 2}
    for head in range(heads):
        for i in range(tokens):
            row = [
                sum(float(q[head, i, d]) * float(k[head, j, d]) for d in range(width)) / math.sqrt(width)
                for j in range(tokens)
            ]
            parts = [[row[j] for j in range(tokens) if part_of[kinds[j]] == part] for part in range(3)]
            moved = []
            for j, logit in enumerate(row):
                w = weights.get((kinds[i], kinds[j]), 0.0)
                if w:
                    highest, lowest = (extreme(parts[part_of[kinds[j]]]) for extreme in (max, min))
                    pull = min(1.0, w * lam * (1 - areas[owners[i]]) * strengths[owners[i]])
                    same = owners[i] == owners[j]
                    logit = logit + pull * (highest - logit) if same else logit - pull * (logit - lowest)
                moved.append(math.exp(logit))
            for j, part in enumerate(moved):
                out[head, i] += v[head, j] * part / sum(moved)
    return out


@examples(max_examples=40, deadline=None)
@given(
    owners=st.lists(st.integers(0, 2), min_size=8, max_size=8),
    lengths=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    strengths=st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, 2.0])] * 3),
    background=st.booleans(),
    references=st.tuples(st.integers(0, 2), st.lists(st.integers(0, 3), max_size=2)),
    t=st.sampled_from([1000.0, 950.0, 700.0, 100.0]),
    seed=st.integers(0, 999),
)
def test_it_equals_the_formula_pair_by_pair(owners, lengths, strengths, background, references, t, seed):
    """Two regions and the rest (number 2), hard edges, any shape.

    references: how many are everybody's, and whose each of the others is (3 is no region).
    """
    shared, reference_owners = references
    layout = TokenLayout(
        *((*lengths, 2) if background else lengths, 3, 8, shared + len(reference_owners)),
        reference_owners=tuple((owner, 1) for owner in reference_owners),
    )
    member = F.one_hot(torch.tensor(owners), 3).float()
    areas = [owners.count(r) / 8 for r in range(3)]
    image_members = Memberships(member, torch.tensor(strengths) * (1 - torch.tensor(areas)))
    modulation = LogitModulation(
        layout, image_members, (0, 1, 2) if background else (0, 1), MODULATE, torch.device("cpu")
    )
    kinds, of = [None] * layout.total, [None] * layout.total
    for region, text in enumerate(layout.texts):
        for token in text:
            kinds[token], of[token] = "text", region
    for token in layout.base:
        kinds[token] = "base"
    for token, owner in zip(layout.image, owners, strict=True):
        kinds[token], of[token] = "image", owner
    for region, (token,) in layout.owned_references:
        if region < (3 if background else 2):
            kinds[token], of[token] = "reference", region
    q, k, v = random_qkv(layout.total, seed)
    found = modulation.attend(q, k, v, "double", 0, torch.tensor(t / 1000), attend)
    expected = naive(q[0], k[0], v[0], kinds, of, areas, strengths, t)
    assert (found[0] - expected.transpose(0, 1).flatten(1)).abs().max() < 1e-5
    # Of values that are 1 for the keys of a kind, the attention is the share of that kind.
    shares = modulation.shares(q, k, "double", 0, torch.tensor(t / 1000))
    for kind, expected_share in (("base", shares.base), ("text", shares.texts.sum(0))):
        ones = torch.tensor([float(of_key == kind) for of_key in kinds])[None, :, None].expand_as(v[0])
        by_formula = naive(q[0], k[0], ones, kinds, of, areas, strengths, t).mean((0, 2))
        image = slice(layout.image.start, layout.image.stop)
        assert (by_formula[image] - expected_share).abs().max() < 1e-5


def ready(regions, settings=MODULATE, background=False, lengths=None):
    image_members = memberships(regions, settings, GRID, background)
    text_regions = route_tokens(regions, settings, GRID, background).text_regions
    layout = TokenLayout(lengths or (2,) * len(text_regions), 3, GRID.tokens)
    return LogitModulation(layout, image_members, text_regions, settings, torch.device("cpu")), layout


@pytest.mark.parametrize("block, index", [("double", 0), ("single", 3)])
def test_late_in_the_picture_it_is_plain_joint_attention(block, index):
    modulation, layout = ready(boxes((0, 0, 0.5, 1), (0.5, 0, 0.5, 1)))
    q, k, v = random_qkv(layout.total, 1, batch=2)
    expected = attend(q, k, v)
    early, late, last = (modulation.attend(q, k, v, block, index, torch.tensor(s), attend) for s in (1.0, 0.1, 0.0))
    assert (early - expected).abs().max() > 1e-2
    assert (late - expected).abs().max() < 1e-4
    assert (last - expected).abs().max() < 1e-6


@pytest.mark.parametrize("sigma, decay", [(0.0, 0.0), (0.5, 0.03125), (0.8, 0.32768), (1.0, 1.0), (1.2, 1.0)])
def test_the_decay_is_the_fifth_power_of_t(sigma, decay):
    assert noise_decay(torch.tensor(sigma)).item() == pytest.approx(decay, abs=1e-6)


def test_without_weights_it_is_plain_joint_attention(monkeypatch):
    monkeypatch.setattr(dense_diffusion, "TEXT_WEIGHT", 0.0)
    monkeypatch.setattr(dense_diffusion, "IMAGE_WEIGHT", 0.0)
    modulation, layout = ready(boxes((0, 0, 0.5, 1), (0.5, 0, 0.5, 1)))
    q, k, v = random_qkv(layout.total, 2)
    assert (modulation.attend(q, k, v, "double", 0, torch.tensor(1.0), attend) - attend(q, k, v)).abs().max() < 1e-6


def test_one_region_over_everything_has_nothing_to_tell_apart():
    modulation, layout = ready(boxes((0, 0, 1, 1)))
    q, k, v = random_qkv(layout.total, 3)
    assert (modulation.attend(q, k, v, "double", 0, torch.tensor(1.0), attend) - attend(q, k, v)).abs().max() < 1e-6


def test_attention_goes_to_the_own_text_and_leaves_that_of_others():
    """Half and half, all logits alike but for a little noise: a pixel's own text gains what the other's loses."""
    modulation, layout = ready(boxes((0, 0, 0.5, 1), (0.5, 0, 0.5, 1)))
    q, k, _ = random_qkv(layout.total, 4, heads=1, width=layout.total)
    v = torch.eye(layout.total)[None, None]
    before, after = attend(q, k, v)[0], modulation.attend(q, k, v, "double", 0, torch.tensor(1.0), attend)[0]
    left = [layout.image.start + token for token in (0, 1, 4, 5)]
    own, other = slice(0, 2), slice(2, 4)
    assert (after[left, own].sum(1) > before[left, own].sum(1)).all()
    assert (after[left, other].sum(1) < before[left, other].sum(1)).all()
    base = slice(layout.base.start, layout.base.stop)
    assert torch.allclose(after[base], before[base], atol=1e-6), "the base text asks as it always did"


def test_it_is_the_same_however_many_queries_are_computed_together(monkeypatch):
    modulation, layout = ready(boxes((0, 0, 0.5, 1), (0.25, 0, 0.75, 0.5), feather=0.3))
    q, k, v = random_qkv(layout.total, 5, batch=2)
    whole = modulation.attend(q, k, v, "single", 1, torch.tensor(0.9), attend)
    for queries in (1, 3, 7):
        monkeypatch.setattr(dense_diffusion, "LOGIT_BYTES", queries * 4 * 2 * 2 * layout.total)
        assert torch.allclose(modulation.attend(q, k, v, "single", 1, torch.tensor(0.9), attend), whole, atol=1e-6)


def test_blocks_left_out_by_the_interval_are_the_host_s_own_attention():
    modulation, layout = ready(boxes((0, 0, 0.5, 1)), Settings(isolation="modulate", single_interval=2))
    q, k, v = random_qkv(layout.total, 6)
    calls = []

    def counted(q, k, v):
        calls.append(q.shape[2])
        return attend(q, k, v)

    modulation.attend(q, k, v, "single", 0, torch.tensor(1.0), counted)
    modulation.attend(q, k, v, "single", 1, torch.tensor(1.0), counted)
    assert calls == [layout.total]


@examples(max_examples=40, deadline=None)
@given(
    left=st.integers(0, 6),
    width=st.integers(1, 6),
    feather=st.sampled_from([0.0, 0.2, 0.5]),
    overlap=st.sampled_from(OVERLAPS),
    background=st.booleans(),
)
def test_every_token_belongs_somewhere_and_areas_add_up(left, width, feather, overlap, background):
    regions = boxes((0.1, 0, 0.5, 1), (left / 8, 0.25, min(width, 8 - left) / 8, 0.5), feather=feather)
    image_members = memberships(regions, Settings(isolation="modulate", overlap=overlap), GRID, background)
    together = image_members.membership.sum(1)
    assert image_members.membership.min() >= 0 and image_members.membership.max() <= 1 + 1e-6
    if overlap == "union":
        assert (together >= 1 - 1e-5).all()
    else:
        assert torch.allclose(together, torch.ones(GRID.tokens), atol=1e-5)
    assert torch.allclose(image_members.gain, 1 - image_members.membership.mean(0), atol=1e-6)


def test_the_base_ratio_has_no_say():
    regions = boxes((0, 0, 0.5, 1))
    for beta in (0.0, 0.5, 1.0):
        chosen = Settings(isolation="modulate", base_ratio=beta)
        assert route_tokens(regions, chosen, GRID, False).text_regions == [0]


def test_the_logits_of_the_whole_sequence_never_exist_together(monkeypatch):
    """Over 1,300 tokens and 4 heads they would take 28 MB; queries whose logits fill 1 MB are computed at a time."""
    packages.load_package("benchmarks", paths.ROOT / "benchmarks")
    from benchmarks.memory.live_bytes import LiveBytes

    grid = TokenGrid(64, 80)
    image_members = memberships(boxes((0, 0, 0.5, 1), (0.5, 0, 0.5, 1)), MODULATE, grid, False)
    layout = TokenLayout((8, 8), 16, grid.tokens)
    modulation = LogitModulation(layout, image_members, (0, 1), MODULATE, torch.device("cpu"))
    q, k, v = random_qkv(layout.total, 1, heads=4, width=8)
    monkeypatch.setattr(dense_diffusion, "LOGIT_BYTES", 2**20)
    with LiveBytes() as counted:
        modulation.attend(q, k, v, "double", 0, torch.tensor(1.0), attend)
    everything = 4 * 4 * layout.total**2
    sequence = 4 * 4 * 8 * layout.total
    assert counted.peak < 4 * 2**20 + 4 * sequence < everything / 4
