"""Regions painted in colours: how much of every pixel is each colour of a legend, with blended borders taken apart.

A pixel of a legend colour belongs to it. On a border that a program has smoothed, a pixel is a linear mixture of the two
colours that meet there, and is shared between them in that proportion; which two, its surroundings tell, so that purple
between red and blue is half of each even if the legend has purple too. What is neither stays outside of all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

REACH = 3
"""A border's two colours are looked for this many pixels around: smoothed borders are one to four pixels wide."""
FLAT = 3
"""An area whose values differ by no more than this (of 255) within 3 x 3 pixels is a colour, not a border."""
NONE = -1


class Shares(NamedTuple):
    """masks: [K, H, W] float32 in 0..1, whose sum over K is at most 1. outside: the share of the picture in no colour."""

    masks: Tensor
    outside: float


def colour_shares(picture: Tensor, legend: Tensor, tolerance: int) -> Shares:
    """picture: [H, W, 3] float in 0..1; legend: [K, 3], values 0..255. tolerance: 0..255, how far each channel may be off."""
    planes = (picture.clamp(0, 1) * 255).round().to(torch.int16).permute(2, 0, 1).contiguous()
    colours = legend.to(torch.int16)
    label = _labels(planes, colours, tolerance)
    solid = _same_around(label) & ((label != NONE) | _flat_around(planes, label == NONE))
    settled = torch.where(solid, label, NONE)
    masks = torch.stack([(settled == index).float() for index in range(len(colours))])
    rows, cols = torch.nonzero(~solid, as_tuple=True)
    for part in torch.arange(len(rows)).split(_PART):
        _share_out(masks, planes, colours, label, solid, rows[part], cols[part], tolerance)
    return Shares(masks, 1 - masks.sum(0).mean().item())


_PART = 1 << 18
"""Border pixels at a time: bounds the memory of a picture that is all noise."""


def nearest_colour(picture: Tensor, colour: Tensor) -> tuple[tuple[int, int, int], int]:
    """The picture's colour that is nearest to one of 0..255, and how far its worst channel is off."""
    planes = (picture.clamp(0, 1) * 255).round().to(torch.int16).permute(2, 0, 1)
    distance = _distance(planes, colour.to(torch.int16)).flatten()
    place = distance.argmin()
    return tuple(planes.flatten(1)[:, place].tolist()), int(distance[place])


def _distance(planes: Tensor, colour: Tensor) -> Tensor:
    """planes: [3, ...] int16. Returns [...]: the worst channel's distance from colour [3]."""
    worst = (planes[0] - colour[0]).abs_()
    for channel in (1, 2):
        worst = torch.maximum(worst, (planes[channel] - colour[channel]).abs_())
    return worst


def _labels(planes: Tensor, colours: Tensor, tolerance: int) -> Tensor:
    """[H, W] int16: the nearest legend colour within the tolerance, or NONE."""
    best = torch.full(planes.shape[1:], tolerance, dtype=torch.int16)
    label = torch.full(planes.shape[1:], NONE, dtype=torch.int16)
    for index in range(len(colours) - 1, -1, -1):  # of two as near, the first in the legend
        distance = _distance(planes, colours[index])
        label = torch.where(distance <= best, index, label)
        best = torch.minimum(best, distance)
    return label


def _around(plane: Tensor, extreme: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """The 3 x 3 extreme of plane [H, W]; past the picture's edge there is nothing. extreme: torch.maximum or minimum."""
    for dim in (0, 1):
        size = plane.shape[dim]
        result = plane.clone()
        inner, ahead = result.narrow(dim, 0, size - 1), plane.narrow(dim, 1, size - 1)
        inner.copy_(extreme(inner, ahead))
        outer, behind = result.narrow(dim, 1, size - 1), plane.narrow(dim, 0, size - 1)
        outer.copy_(extreme(outer, behind))
        plane = result
    return plane


def _same_around(label: Tensor) -> Tensor:
    return _around(label, torch.maximum) == _around(label, torch.minimum)


def _flat_around(planes: Tensor, wanted: Tensor) -> Tensor:
    """[H, W] bool: whether the colour hardly changes within 3 x 3 pixels. Not worked out where nothing is wanted."""
    if not wanted.any():
        return torch.zeros_like(wanted)
    flat = torch.ones_like(wanted)
    for plane in planes:
        flat &= _around(plane, torch.maximum) - _around(plane, torch.minimum) <= FLAT
    return flat


def _share_out(masks, planes, colours, label, solid, rows, cols, tolerance) -> None:
    """Fill masks at the border pixels (rows [N], cols [N]) with their shares."""
    pixels = planes[:, rows, cols].T.float()
    own = label[rows, cols]
    near, other = _near(planes, label, solid, rows, cols, len(colours))
    shares, error = _best_mixture(pixels, colours.float(), own, near, other)
    settled = error <= tolerance
    # A thin line has no surroundings of its own colour: it is what it looks like.
    thin = ~settled & (own != NONE)
    shares[thin] = torch.nn.functional.one_hot(own[thin].long(), len(colours)).float()
    # A wide soft border has no solid colour within reach: any two colours of the legend may be its ends.
    wide = ~settled & (own == NONE)
    if wide.any():
        anywhere = torch.ones(int(wide.sum()), len(colours), dtype=torch.bool)
        nothing = torch.full((len(anywhere), 3), torch.nan)
        found, error = _best_mixture(pixels[wide], colours.float(), own[wide], anywhere, nothing)
        found[error > tolerance] = 0
        shares[wide] = found
    masks[:, rows, cols] = shares.T


def _near(planes, label, solid, rows, cols, count) -> tuple[Tensor, Tensor]:
    """For N pixels: near [N, K] bool, which colours are solid within REACH; other [N, 3], a solid colour there that is
    not in the legend, or NaN."""
    height, width = label.shape
    near = torch.zeros(len(rows), count + 1, dtype=torch.bool)
    other = torch.full((len(rows), 3), torch.nan)
    index = torch.arange(len(rows))
    steps = [(y, x) for y in range(-REACH, REACH + 1) for x in range(-REACH, REACH + 1)]
    for y, x in sorted(steps, key=lambda step: -(step[0] ** 2 + step[1] ** 2)):  # the nearest last, which stays
        row, col = (rows + y).clamp(0, height - 1), (cols + x).clamp(0, width - 1)
        firm = solid[row, col]
        found = label[row, col]
        near[index[firm], found[firm].long()] = True  # NONE is -1: the last column
        stranger = firm & (found == NONE)
        other[stranger] = planes[:, row[stranger], col[stranger]].T.float()
    return near[:, :count], other


def _best_mixture(pixels, colours, own, near, other) -> tuple[Tensor, Tensor]:
    """Each pixel as the mixture of two colours of its surroundings that comes nearest to it.

    pixels: [N, 3]; own: [N] label; near: [N, K]; other: [N, 3]. Returns shares [N, K] and the worst channel's error [N],
    infinite where there is nothing near. A pixel whose own colour is near is a mixture with that.
    """
    count = len(colours)
    shares, error = torch.zeros(len(pixels), count), torch.full((len(pixels),), torch.inf)
    at_home = (own != NONE) & near.gather(1, own.long().clamp(min=0)[:, None])[:, 0]
    stranger = ~other.isnan().any(1)
    for one in range(count):
        for two in range(one, count + 1):
            # two == one: that colour alone; two == count: with the colour that is not in the legend.
            present = near[:, one] & (stranger if two == count else near[:, two])
            present &= ~at_home | (own == one) | (own == two)
            at = torch.nonzero(present)[:, 0]
            if not len(at):
                continue
            start = colours[one]
            end = other[at] if two == count else colours[two].expand(len(at), 3)
            share, off = _mixture(pixels[at], start, end)
            better = off < error[at] - 1e-3
            at, share = at[better], share[better]
            error[at] = off[better]
            shares[at] = 0
            shares[at, one] = 1 - share
            if two not in (one, count):
                shares[at, two] = share
    alone = stranger & ((own == NONE) | ~at_home)
    off = (pixels - other).abs().amax(1)
    outside = alone & (off < error - 1e-3)
    shares[outside], error[outside] = 0, off[outside]
    return shares, error


def _mixture(pixels: Tensor, start: Tensor, end: Tensor) -> tuple[Tensor, Tensor]:
    """The share of end [N, 3] beside start [3] that comes nearest to pixels [N, 3], and the worst channel's error."""
    direction = end - start
    length = (direction * direction).sum(1).clamp(min=1e-6)
    share = (((pixels - start) * direction).sum(1) / length).clamp(0, 1)
    return share, (pixels - start - share[:, None] * direction).abs().amax(1)
