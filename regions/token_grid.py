"""The token grid: FLUX sees a picture as squares of 16 pixels, and this knows where each of them lies on the canvas."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

TOKEN_PIXELS = 16
"""Pixels along one side of a token, for every member of the family."""


@dataclass(frozen=True)
class TokenGrid:
    """The image tokens of one latent.

    latent_height, latent_width: size of the sampled latent, in latent cells (16 / patch px each).
    patch: latent cells along one side of a token (FLUX.1 and Chroma: 2, FLUX.2: 1), which is 16 px.

    The host pads an odd latent up to a whole token (ceil, not floor), so the last row or column may stick out of
    the canvas; only its part inside the canvas counts as its area.
    """

    latent_height: int
    latent_width: int
    patch: int = 2

    @property
    def rows(self) -> int:
        return -(-self.latent_height // self.patch)

    @property
    def cols(self) -> int:
        return -(-self.latent_width // self.patch)

    @property
    def tokens(self) -> int:
        return self.rows * self.cols

    @property
    def pixels(self) -> tuple[int, int]:
        """(height, width) of the picture in pixels."""
        return self.latent_height * TOKEN_PIXELS // self.patch, self.latent_width * TOKEN_PIXELS // self.patch

    def row_edges(self, parts: int = 1) -> Tensor:
        """[rows * parts + 1] float64: where the tokens' rows, each cut into equal parts, begin and end, in 0..1 (y down)."""
        return _edges(self.latent_height, self.patch, parts)

    def col_edges(self, parts: int = 1) -> Tensor:
        """[cols * parts + 1] float64: the same along x."""
        return _edges(self.latent_width, self.patch, parts)


def _edges(cells: int, patch: int, parts: int) -> Tensor:
    starts = torch.arange(0, cells, patch, dtype=torch.float64)
    ends = (starts + patch).clamp(max=cells)
    steps = torch.arange(parts, dtype=torch.float64) / parts
    inner = starts[:, None] + (ends - starts)[:, None] * steps
    return torch.cat([inner.flatten(), ends[-1:]]) / cells
