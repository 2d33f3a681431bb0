"""The token grid: FLUX sees a picture as squares of 16 pixels, and this knows where each of them lies on the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from .mask import same_aspect
from .shapes.cells import Cells
from .view import View, ViewGrid

TOKEN_PIXELS = 16
"""Pixels along one side of a token, for every member of the family."""


@dataclass(frozen=True)
class Piece:
    """A part of a picture that the model sees alone, in latent cells.

    rows, cols: the picture's rows and columns that it has, in its order; they may wrap around or leave some out.
    height, width: of the whole picture.
    """

    rows: tuple[int, ...]
    cols: tuple[int, ...]
    height: int
    width: int


@dataclass(frozen=True)
class TokenGrid:
    """The image tokens of one latent.

    latent_height, latent_width: size of the sampled latent, in latent cells (16 / patch px each).
    patch: latent cells along one side of a token (FLUX.1 and Chroma: 2, FLUX.2: 1), which is 16 px.
    piece: which part of a picture the latent is; None where it is all of it.

    The host pads an odd latent up to a whole token (ceil, not floor), so the last row or column may stick out of
    the canvas; only its part inside the canvas counts as its area.
    """

    latent_height: int
    latent_width: int
    patch: int = 2
    piece: Piece | None = None

    @classmethod
    def of_picture(cls, width: int, height: int, patch: int = 2) -> TokenGrid:
        """The grid of a picture of width x height pixels; a last latent cell that it fills in part counts as whole."""
        cell = TOKEN_PIXELS // patch
        return cls(-(-height // cell), -(-width // cell), patch)

    @property
    def whole(self) -> TokenGrid:
        """The grid of the picture that this is a piece of, or is."""
        return self if self.piece is None else TokenGrid(self.piece.height, self.piece.width, self.patch)

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

    def has_proportions(self, height: float, width: float) -> bool:
        """Whether a picture of this size can be the grid's: its proportions are the same, but for what rounding does to
        its sides on the way to the latent, a whole token at most.
        """
        shortest = min(self.pixels) - TOKEN_PIXELS
        return shortest <= 0 or same_aspect((height, width), self.pixels, tolerance=max(0.02, TOKEN_PIXELS / shortest))

    def in_view(self, view: View | None) -> ViewGrid:
        """The grid on a canvas of which its picture is this view; None = all of it."""
        return ViewGrid.of(self.latent_height, self.latent_width, self.patch, view)

    def cells(self, per_token: int = 1) -> Cells:
        """The canvas in cells, per_token along each side of a token: rows * per_token x cols * per_token of them."""
        return self.in_view(None).cells(per_token)
