"""The part of its own canvas that a region shows once its set was cropped; and the grids that look at it there.

A crop moves no geometry: a region keeps its shapes, its mask and its feather as they were drawn, and looks at them
through its view. So a crop is what the whole has there, at any size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from .shapes.cells import Cells

TINY = 1e-6
"""Latent cells by which a size that should be whole may be off: fractions of a canvas are rarely exact."""


class View(NamedTuple):
    """A box in fractions of the canvas that a region was drawn on: the part that is shown."""

    x: float
    y: float
    width: float
    height: float

    def part(self, box: View) -> View:
        """The part of the canvas that a box in fractions of this view is."""
        return View(
            self.x + box.x * self.width,
            self.y + box.y * self.height,
            self.width * box.width,
            self.height * box.height,
        )

    def size_on(self, canvas: tuple[int, int]) -> tuple[int, int]:
        """(width, height) in pixels, at least 1, of this part of a canvas of (width, height)."""
        return max(1, round(canvas[0] * self.width)), max(1, round(canvas[1] * self.height))


WHOLE_VIEW = View(0.0, 0.0, 1.0, 1.0)


def checked_box(box: tuple[float, float, float, float]) -> View:
    """box: (x, y, width, height) in fractions. What rounding puts past the border ends there.

    Raises ValueError for a box without area or not within 0..1.
    """
    x, y, width, height = (float(number) for number in box)
    inside = all(-TINY <= side <= 1 + TINY for side in (x, y, x + width, y + height))
    if not (inside and width > 0 and height > 0 and x < 1 and y < 1):
        raise ValueError(
            f"The box x {x:g}, y {y:g}, width {width:g}, height {height:g} is no part of the picture. Give fractions of its "
            "sides: x and y from 0, width and height above 0, x + width and y + height up to 1."
        )
    x, y = max(x, 0.0), max(y, 0.0)
    return View(x, y, min(width, 1 - x), min(height, 1 - y))


@dataclass(frozen=True)
class ViewAxis:
    """One axis of a token grid, laid on a canvas of which it may show a part; in latent cells.

    start: where on the canvas it begins. shown: how many cells it has. size: of the canvas. patch: cells of a token.
    """

    start: float
    shown: int
    size: float
    patch: int

    @classmethod
    def of(cls, latent_cells: int, patch: int, offset: float, fraction: float) -> ViewAxis:
        """offset, fraction: where the view begins on the canvas and how much of it it is."""
        size = _as_whole(latent_cells / fraction)
        return cls(_as_whole(offset * size), latent_cells, size, patch)

    @property
    def tokens(self) -> float:
        """Of the whole canvas. A whole number, the last token being cut off, where the canvas has whole cells."""
        return math.ceil(self.size / self.patch) if self.size == int(self.size) else self.size / self.patch

    def margins(self, tokens: int) -> tuple[int, int]:
        """How many tokens there are before and behind those shown, up to so many, before the canvas ends."""
        before, behind = self.start, self.size - self.start - self.shown
        return min(tokens, self._tokens_in(before)), min(tokens, self._tokens_in(behind))

    def _tokens_in(self, cells: float) -> int:
        return max(0, math.ceil((cells - TINY) / self.patch))

    def edges(self, per_token: int, margin: int) -> Tensor:
        """[tokens * per_token + 1] float64: where the parts of its tokens begin and end, in 0..1 of the canvas.

        margin: of tokens around those shown, as far as the canvas reaches.
        """
        before, behind = self.margins(margin)
        end = self.start + self.shown
        starts = torch.cat(
            [
                (self.start - torch.arange(before, 0, -1, dtype=torch.float64) * self.patch).clamp(min=0),
                self.start + torch.arange(0, self.shown, self.patch, dtype=torch.float64),
                end + torch.arange(behind, dtype=torch.float64) * self.patch,
            ]
        )
        ends = torch.cat([starts[1:], starts.new_tensor([min(end + behind * self.patch, self.size)])])
        steps = torch.arange(per_token, dtype=torch.float64) / per_token
        inner = starts[:, None] + (ends - starts)[:, None] * steps
        return torch.cat([inner.flatten(), ends[-1:]]) / self.size


@dataclass(frozen=True)
class ViewGrid:
    """A token grid on the canvas that a region was drawn on."""

    rows: ViewAxis
    cols: ViewAxis

    @classmethod
    def of(cls, latent_height: int, latent_width: int, patch: int, view: View | None = None) -> ViewGrid:
        """view: the part of the canvas that the grid's picture is; None = all of it."""
        shown = view or WHOLE_VIEW
        return cls(
            ViewAxis.of(latent_height, patch, shown.y, shown.height),
            ViewAxis.of(latent_width, patch, shown.x, shown.width),
        )

    @property
    def shorter_side(self) -> float:
        """Of the canvas, in tokens."""
        return min(self.rows.tokens, self.cols.tokens)

    @property
    def canvas_size(self) -> tuple[float, float]:
        """(height, width) of the canvas in latent cells."""
        return self.rows.size, self.cols.size

    def cells(self, per_token: int = 1, margin: int = 0) -> Cells:
        """per_token along each side of a token. margin: tokens around the grid, as far as the canvas reaches."""
        return Cells(
            self.rows.edges(per_token, margin), self.cols.edges(per_token, margin), self.cols.size / self.rows.size
        )

    def without_margin(self, tokens: Tensor, margin: int) -> Tensor:
        """tokens: [rows, cols] of cells(1, margin). Returns those of cells(1)."""
        (top, bottom), (left, right) = self.rows.margins(margin), self.cols.margins(margin)
        return tokens[top : tokens.shape[0] - bottom, left : tokens.shape[1] - right]


def _as_whole(cells: float) -> float:
    """cells, as a whole number where they are close to one: then a crop has the very edges of the whole."""
    return float(round(cells)) if abs(cells - round(cells)) < TINY else cells
