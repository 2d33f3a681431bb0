"""Who cuts a latent into pieces inside of a sampling run, as the tests need them; and what a piece should look like."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor


class Box(NamedTuple):
    """A piece's latent cells."""

    rows: range
    cols: range

    def of(self, latent: Tensor) -> Tensor:
        return latent[..., self.rows.start : self.rows.stop, self.cols.start : self.cols.stop]


def tiles(height: int, width: int, size: int, overlap: int) -> list[Box]:
    """The boxes of size x size cells that cover height x width, those at the end pushed back to the border."""

    def starts(length: int) -> Iterator[int]:
        yield from range(0, length - size, size - overlap)
        yield length - size

    return [Box(range(y, y + size), range(x, x + size)) for y in starts(height) for x in starts(width)]


def with_context_windows(
    model, dim: int, length: int = 16, overlap: int = 8, schedule: str = "standard_static", **more
):
    """The MODEL with what the host's Context Windows (Manual) puts on it: flat, and on newer hosts without the row that
    is put before a window.
    """
    import comfy.context_windows as host

    settings = {"context_stride": 1, "closed_loop": False, "causal_window_fix": False, **more}
    known = inspect.signature(host.IndexListContextHandler).parameters
    model = model.clone()
    model.model_options["context_handler"] = host.IndexListContextHandler(
        context_schedule=host.get_matching_context_schedule(schedule),
        fuse_method=host.get_matching_fuse_method("flat"),
        context_length=length,
        context_overlap=overlap,
        dim=dim,
        **{name: value for name, value in settings.items() if name in known},
    )
    host.create_prepare_sampling_wrapper(model)
    return model


class TiledModel:
    """Tiled Diffusion's way (MultiDiffusion): inside of the model call the latent is cut into tiles, some at a time in
    one batch, tile-major; what has its rank is cut by its scale, other tensors are repeated. The answers are averaged,
    or, as Mixture of Diffusers does it, weighted.

    shuffled: the tiles come in an order of their own.
    """

    def __init__(self, boxes: list[Box], at_once: int = 1, weight: Tensor | None = None):
        self.boxes, self.at_once, self.weight = boxes, at_once, weight
        self.calls = 0

    def on(self, model):
        model = model.clone()
        model.set_model_unet_function_wrapper(self)
        return model

    def __call__(self, apply_model, call: dict) -> Tensor:
        x, timestep, conds = call["input"], call["timestep"], call["c"]
        total, counts = torch.zeros_like(x), torch.zeros_like(x)
        for first in range(0, len(self.boxes), self.at_once):
            boxes = self.boxes[first : first + self.at_once]
            self.calls += 1
            cut = {name: _cut(value, x, boxes) for name, value in conds.items()}
            answers = apply_model(torch.cat([box.of(x) for box in boxes]), timestep.repeat(len(boxes)), **cut)
            for box, answer in zip(boxes, answers.chunk(len(boxes)), strict=True):
                weight = torch.ones(()) if self.weight is None else self.weight
                box.of(total).add_(answer * weight)
                box.of(counts).add_(weight)
        return total / counts


def _cut(value, x: Tensor, boxes: list[Box]):
    if not isinstance(value, Tensor):
        return value
    if value.ndim != x.ndim or value.shape[-2:] == x.shape[-2:]:
        assert value.ndim != x.ndim, "'int' object has no attribute 'slicer'"  # a fault of Tiled Diffusion's own
        return value.repeat(len(boxes), *[1] * (value.ndim - 1))
    scale = value.shape[-2] / x.shape[-2]

    def scaled(side: range) -> range:
        return range(round(side.start * scale), round(side.stop * scale))

    return torch.cat([Box(scaled(box.rows), scaled(box.cols)).of(value) for box in boxes])


def as_picture_of_its_own(prompt, box: Box, size: tuple[int, int], patch: int = 2):
    """The regional prompt of box alone, its regions being masks cut from the whole's coverage; size: (height, width) of
    the whole latent. None where no region lies in it. box begins and ends with whole tokens.
    """
    from flux_regions.regions import RegionSet, TokenGrid, coverage

    covered = coverage(prompt.regions, TokenGrid(*size, patch))
    cut = Box(*(range(side.start // patch, side.stop // patch) for side in box)).of(covered)
    there = tuple(index for index, area in enumerate(cut) if area.max() >= 0.01)
    assert all(cut[index].sum() >= 1 for index in there), "it would keep its best token as a picture of its own"
    if not there:
        return None
    part = prompt.subset(there)
    regions = (
        replace(region, shapes=(), mask=cut[index], feather=0.0)
        for index, region in zip(there, part.regions.regions, strict=True)
    )
    return replace(part, regions=replace(RegionSet(), regions=tuple(regions)))


def cell_by_cell(whole: Tensor, box: Box, patch: int = 2) -> Tensor:
    """whole: a picture's coverage [R, rows, cols]. Returns that of the tokens of box, wherever they begin: each the
    mean of those of its cells that there are.
    """
    tokens = [
        [whole[:, y // patch, x // patch] for y in box.rows[top : top + patch] for x in box.cols[left : left + patch]]
        for top in range(0, len(box.rows), patch)
        for left in range(0, len(box.cols), patch)
    ]
    means = torch.stack([torch.stack(cells).mean(0) for cells in tokens], 1)
    return means.view(len(whole), -(-len(box.rows) // patch), -1)


def mean_of(pieces: Iterable[tuple[Box, Tensor]], like: Tensor) -> Tensor:
    total, counts = torch.zeros_like(like), torch.zeros_like(like)
    for box, piece in pieces:
        box.of(total).add_(piece)
        box.of(counts).add_(1)
    return total / counts
