"""Overlap, strength and beta: which regions a token sees, and with what weight."""

import pytest
import torch
from flux_regions.attention import OVERLAPS, routes
from hypothesis import given, settings
from hypothesis import strategies as st

ABOVE = torch.tensor([[1.0, 1, 1, 0], [0, 0, 1, 1]])  # region 1 is drawn over region 0 on token 2


def weights(coverage, strengths=None, background=False, overlap="top", base_ratio=0.0):
    routed = routes(coverage, strengths or (1.0,) * len(coverage), overlap, base_ratio, background)
    return {route.regions: [round(w, 4) for w in route.weight.tolist()] for route in routed}


def test_top_gives_the_overlap_to_the_later_drawn():
    assert weights(ABOVE, overlap="top") == {(0,): [1, 1, 0, 0], (1,): [0, 0, 1, 1]}


def test_blend_shares_the_overlap():
    assert weights(ABOVE, overlap="blend") == {(0,): [1, 1, 0.5, 0], (1,): [0, 0, 0.5, 1]}


def test_union_lets_the_overlap_see_both():
    assert weights(ABOVE, overlap="union") == {(0,): [1, 1, 0, 0], (0, 1): [0, 0, 1, 0], (1,): [0, 0, 0, 1]}


def test_a_soft_edge_on_top_lets_the_lower_region_through():
    soft = torch.tensor([[1.0, 1, 1], [0, 0.25, 1]])
    assert weights(soft, overlap="top") == {(0,): [1, 0.75, 0], (1,): [0, 0.25, 1]}


@pytest.mark.parametrize("overlap", OVERLAPS)
def test_the_background_prompt_owns_exactly_what_no_region_covers(overlap):
    """Also under overlaps, where one minus the sum of the masks would be negative."""
    coverage = torch.tensor([[1.0, 1, 0, 0.5], [0, 1, 0, 0]])
    assert weights(coverage, background=True, overlap=overlap)[(2,)] == [0, 0, 1, 0.5]


def test_without_a_background_prompt_the_rest_follows_the_base_prompt():
    hole = torch.tensor([[1.0, 0]])
    assert weights(hole, overlap="top") == {(0,): [1, 0]}
    assert weights(hole, overlap="union") == {(0,): [1, 0], (): [0, 1]}, (
        "the paper's rule: among themselves, without text"
    )


@pytest.mark.parametrize("overlap", OVERLAPS)
def test_the_rest_alone_is_a_route_without_text_as_strong_as_the_strongest_region(overlap):
    edge = torch.tensor([[1.0, 0.25, 0], [0, 0, 0]])
    routed = routes(edge, (0.5, 0.25), overlap, 0.2, False, uncovered_alone=True)
    rest = next(route for route in routed if route.regions == ())
    assert rest.weight.tolist() == pytest.approx([0, 0.75 * 0.4, 0.4])
    owned = routes(edge, (0.5, 0.25), overlap, 0.2, True, uncovered_alone=True)
    assert () not in [route.regions for route in owned], "a background prompt owns it"


def test_beta_and_strength_scale_the_weights():
    one = torch.tensor([[1.0]])
    assert weights(one, base_ratio=0.25) == {(0,): [0.75]}
    assert weights(one, (0.5,), base_ratio=0.2) == {(0,): [0.4]}
    assert weights(one, (2.0,), base_ratio=0.2) == {(0,): [1.0]}, "at most all of it"
    assert weights(one, (0.0,)) == {} and weights(one, base_ratio=1.0) == {}


def test_in_a_union_a_region_of_strength_zero_is_not_seen():
    assert weights(ABOVE, (1.0, 0.0), overlap="union") == {(0,): [1, 1, 1, 0]}


@settings(max_examples=100, deadline=None)
@given(
    coverage=st.lists(st.lists(st.floats(0, 1, width=32), min_size=6, max_size=6), min_size=1, max_size=6),
    strength=st.floats(0, 2),
    beta=st.floats(0, 1),
    overlap=st.sampled_from(OVERLAPS),
    background=st.booleans(),
)
def test_weights_are_never_negative_and_never_above_one(coverage, strength, beta, overlap, background):
    coverage = torch.tensor(coverage)
    routed = routes(coverage, (strength,) * len(coverage), overlap, beta, background)
    total = sum((route.weight for route in routed), torch.zeros(6))
    assert all((route.weight >= 0).all() and route.weight.any() for route in routed)
    assert total.max() <= 1 + 1e-5


@pytest.mark.parametrize("overlap", OVERLAPS)
@pytest.mark.parametrize("knob", ["strength", "base_ratio"])
def test_more_strength_or_less_beta_means_more_of_the_region(overlap, knob):
    totals = []
    for value in (0.1, 0.4, 0.7, 1.0):
        strength, beta = (value, 0.3) if knob == "strength" else (1.0, 1 - value)
        routed = routes(ABOVE, (strength, strength), overlap, beta, False)
        totals.append(sum(route.weight.sum().item() for route in routed))
    assert totals == sorted(totals) and len(set(totals)) == 4
