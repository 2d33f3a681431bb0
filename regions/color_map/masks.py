"""Regions painted in colours: how much of every pixel is each colour of a legend, with blended borders taken apart.

A pixel of a legend colour belongs to it. On a border that a program has smoothed, a pixel is a linear mixture of the
two colours that meet there, and is divided between them in that proportion; which two, its surroundings tell, so that
purple between red and blue is half of each even if the legend has purple too. What is neither stays outside of all.

K: colours of the legend. H, W: the picture's pixels. N: its border pixels, a chunk of them. Colours are 0..255.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

REACH = 3
"""A border's two colours are looked for this many pixels around: smoothed borders are one to four pixels wide."""
FLAT_TOLERANCE = 3
"""An area whose values differ by no more than this (of 255) within 3 x 3 pixels is a colour, not a border."""
CHUNK, CHUNK_VALUES = 1 << 16, 1 << 22
"""Border pixels at a time, and such times colours: bounds the memory of a picture that is all noise."""
MAX_NEARBY = 16
"""Colours between which a border may lie: with all of a long legend, the work would be the square of its length."""
NONE = -1
"""The label of a pixel that has no colour of the legend."""


class ColorMasks(NamedTuple):
    """masks: [K, H, W] float32 in 0..1, at most 1 in sum over K.

    outside: the fraction of the picture, 0..1, that is in no colour.
    """

    masks: Tensor
    outside: float


def color_masks(
    picture: Tensor, legend: Tensor, tolerance: int, check: Callable[[], None] = lambda: None
) -> ColorMasks:
    """picture: [H, W, 3] float in 0..1; legend: [K, 3], values 0..255.

    tolerance: 0..255, how far each channel of a pixel may be off. check: called now and then; what it raises ends the
    work.
    """
    planes = _planes(picture)
    colors = legend.to(torch.int16)
    labels = _labels(planes, colors, tolerance, check)
    is_solid = _is_uniform(labels) & ((labels != NONE) | _is_flat(planes, labels == NONE))
    solid_labels = torch.where(is_solid, labels, NONE)
    masks = masks_of_labels(solid_labels, range(len(colors)), check)
    rows, cols = torch.nonzero(~is_solid, as_tuple=True)
    for chunk in torch.arange(len(rows)).split(max(1, min(CHUNK, CHUNK_VALUES // max(len(colors), 1)))):
        check()
        _assign_border_pixels(masks, planes, colors, labels, is_solid, rows[chunk], cols[chunk], tolerance)
    return ColorMasks(masks, 1 - masks.sum(0).mean().item())


def masks_of_labels(labels: Tensor, wanted: Sequence[int], check: Callable[[], None]) -> Tensor:
    """labels: [H, W] whole numbers. Returns [K, H, W] float32: where they are the first one wanted, the second, ..."""
    masks = torch.empty(len(wanted), *labels.shape)
    for mask, label in zip(masks, wanted, strict=True):
        check()
        torch.eq(labels, label, out=mask)
    return masks


def nearest_color(picture: Tensor, color: Tensor) -> tuple[tuple[int, int, int], int]:
    """The colour in picture [H, W, 3] (0..1) that is nearest to color [3] (0..255).

    Returns it as 0..255, and how far its worst channel is off.
    """
    planes = _planes(picture)
    distance = _distance(planes, color.to(torch.int16)).flatten()
    pixel = int(distance.argmin())
    red, green, blue = planes.flatten(1)[:, pixel].tolist()
    return (red, green, blue), int(distance[pixel])


def _planes(picture: Tensor) -> Tensor:
    """[H, W, 3] in 0..1 -> [3, H, W] int16 in 0..255."""
    return (picture.clamp(0, 1) * 255).round().to(torch.int16).permute(2, 0, 1).contiguous()


def _distance(planes: Tensor, color: Tensor) -> Tensor:
    """planes: [3, ...] int16. Returns [...]: the worst channel's distance from color [3]."""
    worst = (planes[0] - color[0]).abs_()
    for channel in (1, 2):
        worst = torch.maximum(worst, (planes[channel] - color[channel]).abs_())
    return worst


def _labels(planes: Tensor, colors: Tensor, tolerance: int, check: Callable[[], None]) -> Tensor:
    """[H, W] int16: the index of the nearest legend colour within the tolerance, or NONE."""
    smallest = torch.full(planes.shape[1:], tolerance, dtype=torch.int16)
    labels = torch.full(planes.shape[1:], NONE, dtype=torch.int16)
    for index in range(len(colors) - 1, -1, -1):  # of two as near, the first in the legend
        check()
        distance = _distance(planes, colors[index])
        labels = torch.where(distance <= smallest, index, labels)
        smallest = torch.minimum(smallest, distance)
    return labels


def _filter_3x3(plane: Tensor, extreme: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """The 3 x 3 extreme of plane [H, W], cut at the picture's edge. extreme: torch.maximum or torch.minimum."""
    for dim in (0, 1):
        size = plane.shape[dim]
        result = plane.clone()
        inner, ahead = result.narrow(dim, 0, size - 1), plane.narrow(dim, 1, size - 1)
        inner.copy_(extreme(inner, ahead))
        outer, behind = result.narrow(dim, 1, size - 1), plane.narrow(dim, 0, size - 1)
        outer.copy_(extreme(outer, behind))
        plane = result
    return plane


def _is_uniform(labels: Tensor) -> Tensor:
    """[H, W] bool: whether the label is the same within 3 x 3 pixels."""
    return _filter_3x3(labels, torch.maximum) == _filter_3x3(labels, torch.minimum)


def _is_flat(planes: Tensor, needed: Tensor) -> Tensor:
    """[H, W] bool: whether the colour hardly changes within 3 x 3 pixels. Not worked out where no pixel needs it."""
    if not needed.any():
        return torch.zeros_like(needed)
    is_flat = torch.ones_like(needed)
    for plane in planes:
        is_flat &= _filter_3x3(plane, torch.maximum) - _filter_3x3(plane, torch.minimum) <= FLAT_TOLERANCE
    return is_flat


def _assign_border_pixels(
    masks: Tensor,
    planes: Tensor,
    colors: Tensor,
    labels: Tensor,
    is_solid: Tensor,
    rows: Tensor,
    cols: Tensor,
    tolerance: int,
) -> None:
    """Fill masks [K, H, W] at the border pixels (rows [N], cols [N]) with the weights of the colours there.

    planes: [3, H, W] int16; colors: [K, 3]; labels [H, W] int16 and is_solid [H, W] bool of the whole picture.
    """
    pixels = planes[:, rows, cols].T.float()
    pixel_labels = labels[rows, cols]
    nearby, unlisted = _surroundings(planes, labels, is_solid, rows, cols, len(colors))
    weights, error = _best_mixture(pixels, colors.float(), pixel_labels, nearby, unlisted)
    is_assigned = error <= tolerance
    # A thin line has no surroundings of its own colour: it is what it looks like.
    is_thin = ~is_assigned & (pixel_labels != NONE)
    weights[is_thin] = torch.nn.functional.one_hot(pixel_labels[is_thin].long(), len(colors)).float()
    # A wide soft border has no solid colour within reach: any two large colours of the legend may be its ends.
    is_wide = ~is_assigned & (pixel_labels == NONE)
    if is_wide.any():
        all_colors = _most_painted(labels, is_solid, len(colors)).expand(int(is_wide.sum()), -1)
        no_color = torch.full((len(all_colors), 3), torch.nan)
        wide_weights, error = _best_mixture(
            pixels[is_wide], colors.float(), pixel_labels[is_wide], all_colors, no_color
        )
        wide_weights[error > tolerance] = 0
        weights[is_wide] = wide_weights
    masks[:, rows, cols] = weights.T


def _most_painted(labels: Tensor, is_solid: Tensor, count: int) -> Tensor:
    """[K] bool: all colours, or the MAX_NEARBY of them that fill most of the picture, where there are more."""
    if count <= MAX_NEARBY:
        return torch.ones(count, dtype=torch.bool)
    areas = torch.bincount(labels[is_solid & (labels != NONE)].long(), minlength=count)
    is_painted = areas > 0
    return is_painted & (areas >= areas.topk(MAX_NEARBY).values.min())


def _surroundings(
    planes: Tensor, labels: Tensor, is_solid: Tensor, rows: Tensor, cols: Tensor, count: int
) -> tuple[Tensor, Tensor]:
    """What is solid within REACH of the pixels at rows [N], cols [N]. count: K.

    Returns nearby [N, K] bool, which colours of the legend are, and unlisted [N, 3], a colour that is not in the
    legend, or NaN where there is none.
    """
    height, width = labels.shape
    nearby = torch.zeros(len(rows), count + 1, dtype=torch.bool)
    unlisted = torch.full((len(rows), 3), torch.nan)
    pixels = torch.arange(len(rows))
    offsets = [(y, x) for y in range(-REACH, REACH + 1) for x in range(-REACH, REACH + 1)]
    # The nearest last, which stays.
    for y, x in sorted(offsets, key=lambda offset: -(offset[0] ** 2 + offset[1] ** 2)):
        neighbour_rows, neighbour_cols = (rows + y).clamp(0, height - 1), (cols + x).clamp(0, width - 1)
        neighbour_solid = is_solid[neighbour_rows, neighbour_cols]
        neighbour_labels = labels[neighbour_rows, neighbour_cols]
        # NONE is -1: the last column.
        nearby[pixels[neighbour_solid], neighbour_labels[neighbour_solid].long()] = True
        is_unlisted = neighbour_solid & (neighbour_labels == NONE)
        unlisted[is_unlisted] = planes[:, neighbour_rows[is_unlisted], neighbour_cols[is_unlisted]].T.float()
    return nearby[:, :count], unlisted


def _best_mixture(
    pixels: Tensor, colors: Tensor, labels: Tensor, nearby: Tensor, unlisted: Tensor
) -> tuple[Tensor, Tensor]:
    """Each pixel as the mixture of two colours of its surroundings that comes nearest to it.

    pixels: [N, 3]; colors: [K, 3]; labels: [N], of the pixels themselves; nearby: [N, K]; unlisted: [N, 3]. Returns
    weights [N, K] and the worst channel's error [N], infinite where there is nothing near. A pixel whose own colour is
    near is a mixture with that.
    """
    count = len(colors)
    weights, error = torch.zeros(len(pixels), count), torch.full((len(pixels),), torch.inf)
    own_color_near = (labels != NONE) & nearby.gather(1, labels.long().clamp(min=0)[:, None])[:, 0]
    has_unlisted = ~unlisted.isnan().any(1)
    slots = _first_colors(nearby)
    for first in range(slots.shape[1]):
        for second in range(first, slots.shape[1] + 1):
            # second == first: that colour alone; past the last slot: with the colour that is not in the legend.
            with_unlisted = second == slots.shape[1]
            start_color = slots[:, first]
            end_color = torch.full_like(start_color, count) if with_unlisted else slots[:, second]
            is_possible = (start_color < count) & (has_unlisted if with_unlisted else end_color < count)
            is_possible &= ~own_color_near | (labels == start_color) | (labels == end_color)
            rows = torch.nonzero(is_possible)[:, 0]
            if not len(rows):
                continue
            start_color, end_color = start_color[rows], end_color[rows]
            end = unlisted[rows] if with_unlisted else colors[end_color]
            end_weight, mixture_error = _mixture(pixels[rows], colors[start_color], end)
            is_better = mixture_error < error[rows] - 1e-3
            rows, end_weight = rows[is_better], end_weight[is_better]
            error[rows] = mixture_error[is_better]
            weights[rows] = 0
            weights[rows, start_color[is_better]] = 1 - end_weight
            if second != first and not with_unlisted:
                weights[rows, end_color[is_better]] = end_weight
    unlisted_error = (pixels - unlisted).abs().amax(1)
    only_unlisted = has_unlisted & ((labels == NONE) | ~own_color_near) & (unlisted_error < error - 1e-3)
    weights[only_unlisted], error[only_unlisted] = 0, unlisted_error[only_unlisted]
    return weights, error


def _first_colors(nearby: Tensor) -> Tensor:
    """nearby: [N, K] bool. Returns [N, M]: the first colours that are near to each pixel, rising; K for none."""
    count = nearby.shape[1]
    most = min(int(nearby.sum(1).max()) if len(nearby) else 0, MAX_NEARBY)
    indices = torch.where(nearby, torch.arange(count), count)
    return indices.topk(most, dim=1, largest=False).values.sort(dim=1).values


def _mixture(pixels: Tensor, start: Tensor, end: Tensor) -> tuple[Tensor, Tensor]:
    """pixels: [N, 3] as mixtures of start and end [N, 3]: (1 - weight) * start + weight * end.

    Returns the weight [N] in 0..1 that comes nearest, and the worst channel's error [N].
    """
    direction = end - start
    length = (direction * direction).sum(1).clamp(min=1e-6)
    weight = (((pixels - start) * direction).sum(1) / length).clamp(0, 1)
    return weight, (pixels - start - weight[:, None] * direction).abs().amax(1)
