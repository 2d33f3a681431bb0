"""Colours become shares of pixels: sharp areas exactly, smoothed borders in proportion, strangers not at all."""

import time

import pytest
import torch
from flux_regions.regions import colour_shares, nearest_colour
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import avg_pool2d

RED, BLUE, PURPLE, GREEN, WHITE, GREY = (
    (255, 0, 0), (0, 0, 255), (128, 0, 128), (0, 200, 0), (255, 255, 255), (128, 128, 128),
)  # fmt: skip
LEGEND = torch.tensor([RED, BLUE, PURPLE, GREEN])


def painted(labels, colours):
    """labels: [H, W] of places in colours. Returns the picture [H, W, 3] in 0..1."""
    return torch.tensor(colours, dtype=torch.float32)[labels] / 255


def smoothed(labels, colours, by=4):
    """The picture drawn `by` times larger and averaged down, as programs smooth borders, and the true share of each colour."""
    picture = avg_pool2d(painted(labels, colours).permute(2, 0, 1), by).permute(1, 2, 0)
    true = [avg_pool2d((labels == index).float()[None], by)[0] for index in range(len(colours))]
    return (picture * 255).round() / 255, torch.stack(true)


def discs(size, places, background=0):
    """[size, size] labels: discs (x, y, radius, label), in fractions, the later on top."""
    axis = (torch.arange(size) + 0.5) / size
    labels = torch.full((size, size), background)
    for x, y, radius, label in places:
        labels[((axis[:, None] - y) ** 2 + (axis[None, :] - x) ** 2) < radius**2] = label
    return labels


def test_sharp_areas_are_exactly_their_pixels():
    labels = torch.randint(0, 4, (9, 7), generator=torch.Generator().manual_seed(1)).repeat_interleave(6, 0)
    labels = labels.repeat_interleave(6, 1)
    masks, outside = colour_shares(painted(labels, LEGEND.tolist()), LEGEND, 0)
    assert all(torch.equal(masks[index] > 0.99, labels == index) for index in range(4))
    assert torch.equal(masks.sum(0), torch.ones_like(masks[0])) and outside == 0


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.floats(0.12, 0.3), st.integers(0, 3)), max_size=4)
)
def test_smoothed_borders_are_shared_in_proportion(places):
    """Oracle: the shares counted in the large drawing. Only where three colours meet within a pixel or two may it be off."""
    picture, true = smoothed(discs(256, places), LEGEND.tolist())
    masks, _ = colour_shares(picture, LEGEND, 24)
    error = (masks - true).abs()
    # Thin slivers between two borders have no solid colour to be known by.
    assert error.mean() < 0.002 and (error > 0.1).float().mean() < 0.01
    assert (masks.sum((1, 2)) - true.sum((1, 2))).abs().max() < 25, "of 4096 pixels"


def test_a_blend_that_looks_like_a_third_colour_is_half_of_each():
    """Red next to blue, smoothed: every border pixel is exactly the legend's purple."""
    labels = torch.zeros(64, 66, dtype=torch.long)
    labels[:, 33:] = 1
    picture, true = smoothed(labels, [RED, BLUE], by=2)
    assert (picture[:, 16] * 255 - torch.tensor(PURPLE)).abs().max() <= 1
    masks, outside = colour_shares(picture, LEGEND, 24)
    assert masks[2].max() == 0 and (masks[:2] - true).abs().max() < 0.01 and outside < 1e-3


def test_a_real_area_between_two_colours_that_blend_to_it_stays():
    labels = torch.zeros(32, 48, dtype=torch.long)
    labels[:, 20:28], labels[:, 28:] = 2, 1
    masks, _ = colour_shares(painted(labels, LEGEND.tolist()), LEGEND, 24)
    assert torch.equal(masks[2] > 0.5, labels == 2)


def test_a_thin_line_is_what_it_looks_like():
    labels = torch.zeros(32, 32, dtype=torch.long)
    labels[:, 15:17] = 3
    masks, _ = colour_shares(painted(labels, LEGEND.tolist()), LEGEND, 24)
    assert torch.equal(masks[3] > 0.99, labels == 3)


def test_a_colour_that_is_not_in_the_legend_is_nobody_s():
    """Grey lies exactly between black and white, and is an area of its own all the same."""
    labels = discs(256, [(0.3, 0.3, 0.2, 1), (0.7, 0.7, 0.2, 2)])
    picture, true = smoothed(labels, [(0, 0, 0), WHITE, GREY])
    masks, outside = colour_shares(picture, torch.tensor([(0, 0, 0), WHITE]), 24)
    assert (masks - true[:2]).abs().mean() < 2e-3
    assert outside == pytest.approx(true[2].mean().item(), abs=2e-3)


def test_on_paper_that_is_not_in_the_legend_a_smooth_edge_fades():
    picture, true = smoothed(discs(256, [(0.5, 0.5, 0.3, 0)], background=1), [RED, WHITE])
    masks, _ = colour_shares(picture, LEGEND, 24)
    assert (masks[0] - true[0]).abs().max() < 0.02 and masks[1:].max() == 0


def test_a_wide_soft_border_is_a_ramp():
    """60 pixels from red to green: far wider than what the surroundings of a pixel show."""
    ramp = torch.cat([torch.zeros(40), torch.linspace(0, 1, 60), torch.ones(40)]).expand(32, -1)
    red, green = torch.tensor(RED) / 255, torch.tensor(GREEN) / 255
    picture = red + ramp[..., None] * (green - red)
    masks, outside = colour_shares(picture, torch.tensor([RED, GREEN]), 24)
    assert outside < 0.03 and (masks[1] - ramp).abs().max() < 0.15


def test_noise_within_the_tolerance_changes_nothing():
    labels = discs(256, [(0.3, 0.4, 0.2, 1), (0.7, 0.6, 0.2, 3)])
    generator = torch.Generator().manual_seed(2)
    noise = torch.randint(-20, 21, (256, 256, 3), generator=generator) / 255
    masks, _ = colour_shares((painted(labels, LEGEND.tolist()) + noise).clamp(0, 1), LEGEND, 24)
    assert (masks.argmax(0) == labels).float().mean() > 0.995 and masks.sum(0).min() > 0.99


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 255), st.integers(1, 5))
def test_shares_are_shares_whatever_the_picture(seed, tolerance, colours):
    generator = torch.Generator().manual_seed(seed)
    picture = torch.rand(12, 9, 3, generator=generator)
    legend = torch.randint(0, 256, (colours, 3), generator=generator)
    masks, outside = colour_shares(picture, legend, tolerance)
    assert masks.shape == (colours, 12, 9) and torch.isfinite(masks).all()
    assert masks.min() >= 0 and masks.sum(0).max() <= 1 + 1e-5 and -1e-5 <= outside <= 1


def test_the_smallest_pictures_work():
    for height, width in ((1, 1), (1, 5), (3, 2)):
        masks, outside = colour_shares(torch.ones(height, width, 3), torch.tensor([WHITE, RED]), 0)
        assert masks[0].eq(1).all() and masks[1].eq(0).all() and outside == 0


def test_the_nearest_colour_that_is_there():
    picture = painted(torch.tensor([[0, 1], [2, 3]]), LEGEND.tolist())
    assert nearest_colour(picture, torch.tensor([250, 10, 3])) == (RED, 10)


def test_a_large_picture_takes_seconds():
    """2048 x 2048 and eight colours; the bound is generous for busy machines."""
    picture, _ = smoothed(discs(2048, [(0.3, 0.4, 0.3, 1), (0.7, 0.6, 0.3, 3)]), LEGEND.tolist(), by=1)
    begin = time.process_time()
    colour_shares(picture, torch.cat([LEGEND, 255 - LEGEND]), 24)
    assert time.process_time() - begin < 8
