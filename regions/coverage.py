"""Coverage: how much of each token lies in each region, by area average, for whatever latent is sampled."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .mask import mask_size, placeholder_note
from .region import Region, shown_mask_size
from .shapes import Rect
from .shapes.cells import Cells
from .token_grid import TokenGrid
from .view import WHOLE_VIEW, ViewGrid

if TYPE_CHECKING:
    from .region_set import RegionSet

CELLS_PER_TOKEN = 8
"""Shapes are filled on a grid this many times finer than the tokens, along each side (2 px per cell). For a token on a
curved edge that is within 0.07 of its exact area, on average 0.01: tests/regions/test_coverage.py measures it."""

CELLS_AT_ONCE = 1 << 19
"""Cells that are blurred together."""
FOURIER_NOISE = 1e-12


def coverage(regions: RegionSet, grid: TokenGrid, check: Callable[[], None] = lambda: None) -> Tensor:
    """regions, grid -> [R, rows, cols] float32 on the CPU, in 0..1: the fraction of each token's area in each region.

    Feather is applied. Of a piece of the picture it is what the whole has there. check: called before each shape; what
    it raises ends the work. Raises ValueError for a region that covers nothing of the canvas, and for a mask whose
    proportions are not the picture's; both name the region.
    """
    if grid.piece is not None:
        return piece_coverage(coverage(regions, grid.whole, check), grid)
    covered = torch.zeros(len(regions), grid.rows, grid.cols)
    for index, region in enumerate(regions.regions):
        check()
        covered[index] = _region_coverage(region, grid, regions.label(index), check)
    return covered


def piece_coverage(whole: Tensor, grid: TokenGrid) -> Tensor:
    """whole: coverage [R, rows, cols] of grid.whole. Returns that of grid, a piece of it.

    Each latent cell has the coverage of the whole's token that it lies in, each token of the piece the mean of its
    cells: where their tokens are the same, it is the whole's, bit for bit.
    """
    assert grid.piece is not None
    down = _means_of_cells(whole.movedim(1, 0), grid.piece.rows, grid.patch)
    return _means_of_cells(down.movedim(2, 0), grid.piece.cols, grid.patch).permute(2, 1, 0).contiguous()


def _means_of_cells(tokens: Tensor, cells: tuple[int, ...], patch: int) -> Tensor:
    """tokens [T, ...] along one axis of the whole; cells: of that axis, patch for each token of the piece; the last
    token may have fewer. Returns [T of the piece, ...].
    """
    values = tokens[torch.tensor(cells) // patch]
    return torch.stack([token_cells.mean(0) for token_cells in values.split(patch)])


def _region_coverage(region: Region, grid: TokenGrid, label: str, check: Callable[[], None]) -> Tensor:
    if region.mask is not None:
        _check_proportions(region, region.mask, grid, label)
    area = shown_coverage(region, grid, check)
    if region.view is not None:
        return area
    if area.max() <= 0:
        raise ValueError(f"{label} is empty: nothing of it lies on the canvas. Draw its area, or remove the region.")
    if area.sum() < 1:
        # Smaller than one token: it keeps its best token whole, or it would hardly have any effect.
        area.view(-1)[area.argmax()] = 1.0
    return area


def shown_coverage(region: Region, grid: TokenGrid, check: Callable[[], None] = lambda: None) -> Tensor:
    """[rows, cols] in 0..1: the fraction of each token's area that lies in the region as it was drawn, feathered.

    Where the region shows a part of its canvas, what lies around that part fades into it.
    """
    tokens = grid.in_view(region.view)
    feather = region.feather * tokens.shorter_side
    margin = blur_radius(feather)
    area = _shape_coverage(region, tokens, margin, check)
    if region.mask is not None:
        area = torch.maximum(area, area_average(region.mask.float().cpu(), tokens.cells(margin=margin), check))
    return tokens.without_margin(feathered(area, feather, check), margin)


def _shape_coverage(region: Region, tokens: ViewGrid, margin: int, check: Callable[[], None]) -> Tensor:
    """[rows, cols] of tokens.cells(margin=margin)."""
    area = tokens.cells(margin=margin).empty()
    if len(region.shapes) == 1 and isinstance(region.shapes[0].shape, Rect):
        return region.fill(tokens.cells(margin=margin), check)  # exact on cells of any size
    cells = tokens.cells(CELLS_PER_TOKEN, margin)
    bounds = region.bounds(cells.aspect)
    if bounds is None:
        return area
    window = cells.window(bounds, CELLS_PER_TOKEN)
    filled = region.fill(cells.part(window), check)
    rows, cols = (slice(side.start // CELLS_PER_TOKEN, side.stop // CELLS_PER_TOKEN) for side in window)
    blocks = filled.reshape(rows.stop - rows.start, CELLS_PER_TOKEN, cols.stop - cols.start, CELLS_PER_TOKEN)
    area[rows, cols] = blocks.mean(dim=(1, 3))
    return area


def _check_proportions(region: Region, mask: Tensor, grid: TokenGrid, label: str) -> None:
    if not grid.has_proportions(*shown_mask_size(region)):
        shown = region.view or WHOLE_VIEW
        height, width = round(grid.pixels[0] / shown.height), round(grid.pixels[1] / shown.width)
        raise ValueError(
            f"{label}: its mask is {mask_size(mask)} but the picture is {width}x{height}. "
            f"Crop or pad the mask to the picture's proportions.{placeholder_note(mask)}"
        )


def area_average(mask: Tensor, cells: Cells, check: Callable[[], None] = lambda: None) -> Tensor:
    """mask: [h, w] in 0..1, any size. Returns [H, W] float32: its exact mean over each cell's area on the canvas.

    check: called now and then; what it raises ends the work.
    """
    down = _interval_means(mask.double(), cells.rows, check)
    return _interval_means(down.T, cells.cols, check).T.float().clamp(0, 1)


def _interval_means(lines: Tensor, edges: Tensor, check: Callable[[], None]) -> Tensor:
    """lines [N, M], side by side from 0 to 1; edges [T + 1], which rise. Returns [T, M]: the mean in each interval."""
    count = len(lines)
    line_edges = torch.arange(count + 1, dtype=torch.float64) / count
    first = (torch.searchsorted(line_edges, edges[:-1], right=True) - 1).clamp(0, count - 1)
    last = (torch.searchsorted(line_edges, edges[1:]) - 1).clamp(0, count - 1)
    # Only the lines that an interval touches, the first of every interval, then the second, ...
    touched = first[:, None] + torch.arange(int((last - first).max()) + 1)
    is_touched = touched <= last[:, None]
    touched = touched.clamp(max=count - 1)
    start, end = line_edges[touched], line_edges[touched + 1]
    inside = torch.minimum(end, edges[1:, None]) - torch.maximum(start, edges[:-1, None])
    weights = torch.where(is_touched, inside.clamp(min=0) / (end - start), 0.0)
    weights = weights / weights.sum(dim=1, keepdim=True)
    means = lines.new_zeros(len(edges) - 1, lines.shape[1])
    for line, weight in zip(touched.T, weights.T, strict=True):
        check()
        means += weight[:, None] * lines[line]
    return means


def blur_radius(width: float) -> int:
    """How many cells around a cell the fade of an edge, width cells wide, takes into account."""
    return math.ceil(3 * width / 4)


def feathered(area: Tensor, width: float, check: Callable[[], None] = lambda: None) -> Tensor:
    """area: [H, W] in 0..1; width in its cells. Returns it with edges that fade over about that width.

    check: called now and then; what it raises ends the work.

    Our own choice, not the paper's, whose regions have hard edges: a Gaussian whose standard deviation is a quarter of
    the width, so that the width spans 95 % of the fade. The canvas's border is no edge: a region that touches it stays
    whole there.
    """
    sigma = width / 4
    if sigma <= 0:
        return area
    for dim in (0, 1):
        area = _blurred(area, sigma, dim, check)
    return area.clamp(0, 1)


def _blurred(area: Tensor, sigma: float, dim: int, check: Callable[[], None]) -> Tensor:
    """area [H, W] with a Gaussian of sigma cells along one axis; past the border it goes on as it is there."""
    size = area.shape[dim]
    radius = min(blur_radius(4 * sigma), 4 * size)
    offsets = torch.arange(-radius, radius + 1, dtype=torch.float64)
    kernel = torch.exp(-(offsets**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    lines = area.movedim(dim, 1).contiguous()
    blurred = torch.empty_like(lines)
    # By Fourier transform, since the kernel may be as long as the picture; some lines at a time bound the memory.
    length = _easy_length(size + 2 * radius)  # what wraps around stays within the padding
    spectrum = torch.fft.rfft(kernel, length)
    for rows in torch.arange(len(lines)).split(max(1, CELLS_AT_ONCE // length)):
        check()
        middle = lines[rows].double()
        padded = torch.cat([middle[:, :1].expand(-1, radius), middle, middle[:, -1:].expand(-1, radius)], dim=1)
        sums = torch.fft.irfft(torch.fft.rfft(padded, length) * spectrum, length)
        blurred[rows] = _without_noise(sums[:, 2 * radius : 2 * radius + size]).float()
    return blurred.movedim(1, dim)


def _easy_length(size: int) -> int:
    """The next length whose Fourier transform is quick: a power of two, or three quarters of one."""
    power = 1 << (size - 1).bit_length()
    return power * 3 // 4 if size <= power * 3 // 4 else power


def _without_noise(values: Tensor) -> Tensor:
    """Values in 0..1, with what a Fourier transform leaves of 0 and 1 put right: what is outside stays so."""
    values = torch.where(values < FOURIER_NOISE, 0.0, values)
    return torch.where(values > 1 - FOURIER_NOISE, 1.0, values)
