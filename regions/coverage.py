"""Coverage: how much of each token lies in each region, by area average, for whatever latent is sampled."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .region import Region, RegionSet, same_aspect
from .shapes import overlap_1d
from .token_grid import TokenGrid

CELLS_PER_TOKEN = 8
"""Vector shapes are filled on a grid this many times finer than the tokens, along each side (2 px per cell)."""


def coverage(regions: RegionSet, grid: TokenGrid) -> Tensor:
    """regions, grid -> [R, rows, cols] float32 on the CPU, in 0..1: the share of each token's area inside each region.

    Feather is applied. Raises ValueError for a region that covers nothing of the canvas, and for a mask whose
    proportions are not the picture's; both name the region.
    """
    if not regions.regions:
        return torch.zeros(0, grid.rows, grid.cols)
    return torch.stack([_region_coverage(region, grid, regions.label(i)) for i, region in enumerate(regions.regions)])


def _region_coverage(region: Region, grid: TokenGrid, label: str) -> Tensor:
    covered = _marks_coverage(region, grid)
    if region.mask is not None:
        _check_proportions(region.mask, grid, label)
        covered = torch.maximum(covered, area_average(region.mask.float().cpu(), grid))
    if covered.max() <= 0:
        raise ValueError(f"{label} is empty: nothing of it lies on the canvas. Draw its area, or remove the region.")
    covered = feathered(covered, region.feather * min(grid.rows, grid.cols))
    if covered.sum() < 1:
        # Smaller than one token: it keeps its best token whole, or it would hardly have any effect.
        covered.view(-1)[covered.argmax()] = 1.0
    return covered


def _marks_coverage(region: Region, grid: TokenGrid) -> Tensor:
    rows, cols = grid.row_edges(CELLS_PER_TOKEN), grid.col_edges(CELLS_PER_TOKEN)
    aspect = grid.latent_width / grid.latent_height
    cells = torch.zeros(len(rows) - 1, len(cols) - 1)
    for mark in region.marks:
        fill = mark.shape.fill(rows, cols, aspect)
        cells = torch.maximum(cells, fill) if mark.mode == "add" else torch.minimum(cells, 1 - fill)
    return cells.view(grid.rows, CELLS_PER_TOKEN, grid.cols, CELLS_PER_TOKEN).mean(dim=(1, 3))


def _check_proportions(mask: Tensor, grid: TokenGrid, label: str) -> None:
    height, width = grid.pixels
    # Sizes are rounded to whole tokens on the way to the latent: half a token is no mistake.
    slack = max(0.02, 8 / min(height, width))
    if not same_aspect(mask.shape, (height, width), slack):
        raise ValueError(
            f"{label}: its mask is {mask.shape[1]}x{mask.shape[0]} but the picture is {width}x{height}. "
            "Crop or pad the mask to the picture's proportions."
        )


def area_average(mask: Tensor, grid: TokenGrid) -> Tensor:
    """mask: [H, W] in 0..1, any size. Returns [rows, cols]: its exact mean over each token's area on the canvas."""
    down = _averaging_matrix(mask.shape[0], grid.row_edges())
    across = _averaging_matrix(mask.shape[1], grid.col_edges())
    return (down @ mask.double() @ across.T).float().clamp(0, 1)


def _averaging_matrix(pixels: int, edges: Tensor) -> Tensor:
    """[len(edges) - 1, pixels] float64: row t holds the weight of each pixel in the mean over token t; rows sum to 1."""
    inside = overlap_1d(torch.arange(pixels + 1, dtype=torch.float64) / pixels, edges[:-1, None], edges[1:, None])
    return inside / inside.sum(dim=1, keepdim=True)


def feathered(covered: Tensor, width: float) -> Tensor:
    """covered: [rows, cols]; width in tokens. Returns it with edges that fade over about that width.

    A Gaussian of a quarter of the width, so the fade spans four standard deviations. The canvas's border is no edge:
    a region that touches it stays whole there.
    """
    sigma = width / 4
    if sigma <= 0:
        return covered
    for dim in (0, 1):
        covered = _blurred(covered, sigma, dim)
    return covered.clamp(0, 1)


def _blurred(covered: Tensor, sigma: float, dim: int) -> Tensor:
    size = covered.shape[dim]
    reach = min(math.ceil(3 * sigma), 4 * size)
    offsets = torch.arange(-reach, reach + 1, dtype=torch.float64)
    kernel = torch.exp(-(offsets**2) / (2 * sigma**2))
    # Row i of the matrix spreads token i's neighbours; offsets past the border fall on the border token.
    targets = (torch.arange(size)[:, None] + offsets.long()).clamp(0, size - 1)
    matrix = torch.zeros(size, size, dtype=torch.float64)
    matrix.scatter_add_(1, targets, (kernel / kernel.sum()).expand(size, -1))
    blurred = matrix @ covered.double() if dim == 0 else covered.double() @ matrix.T
    return blurred.float()
