"""Where on the picture the latent lies that the model is given: other nodes cut it into pieces (context windows, areas,
tiles), and regions must know which piece they are in.

Beside the regions the conditioning carries a tensor of places, noise-shaped, which whatever cuts the latent cuts too.
"""

from __future__ import annotations

from itertools import pairwise

import comfy.conds
import torch
from torch import Tensor

from ..regions import Piece
from .uncompiled import uncompiled

PLACES = "flux_regions_place"
"""The name under which they travel beside the regions."""

SPOT_DIFFUSION = (
    "Tiled Diffusion's SpotDiffusion moves the picture between steps, and regions cannot follow. Choose MultiDiffusion or "
    "Mixture of Diffusers."
)
UNKNOWN_CUT = (
    "Another node cuts the picture in a way that regions cannot follow. Use context windows, Tiled Diffusion, or Regions "
    "for Tiles."
)


class PlacesCond(comfy.conds.CONDNoiseShape):
    """cond: int32 [1, 4, (frames,) H, W], for each latent cell its row and column, and how many of both the picture
    has. Not float: the host casts that to the model's dtype, and bfloat16 counts exactly only to 256.
    """

    @classmethod
    def of(cls, noise_shape: torch.Size) -> PlacesCond:
        """noise_shape: [B, C, (frames,) H, W] of the whole picture."""
        height, width = noise_shape[-2:]
        frames = (1,) * (len(noise_shape) - 4)
        rows = torch.arange(height, dtype=torch.int32).view(*frames, -1, 1).expand(*frames, height, width)
        cols = torch.arange(width, dtype=torch.int32).expand_as(rows)
        places = torch.stack([rows, cols, torch.full_like(rows, height), torch.full_like(rows, width)])
        return cls(places[None].expand(1, 4, *noise_shape[2:]))

    def process_cond(self, batch_size: int, area=None, **kwargs) -> PlacesCond:
        """The host calls this in every step: the places of one area, at twice the size.

        TiledDiffusion's code for tensors of the latent's own size fails; that for other sizes works.
        """
        places = super().process_cond(batch_size, area=area, **kwargs).cond
        return self._copy_with(places.repeat_interleave(2, -1).repeat_interleave(2, -2))


def send_places(conds: dict, noise_shape: torch.Size, key: str) -> None:
    """Puts places beside what the conditionings carry under key. conds: a guider's, by name, as it copied them for this
    run; noise_shape: of the run.
    """
    if len(noise_shape) not in (4, 5):
        return
    places = PlacesCond.of(noise_shape)
    for cond in (cond for side in conds.values() for cond in side):
        carried = cond.get("model_conds", {})
        if key in carried:
            cond["model_conds"] = {**carried, PLACES: places}  # the host's own dict is another run's too


@uncompiled
def pieces_of(places: Tensor | None, latent: Tensor, options: dict) -> list[Piece | None]:
    """Which piece each latent of the batch [B, C, (frames,) H, W] is; None = the whole picture.

    places: what the model was given, at twice the size, or None. options: the call's transformer_options. Raises
    ValueError where the latent was cut in a way that the places do not show.
    """
    if places is None:
        return [None] * len(latent)
    cells = places[..., ::2, ::2]
    window = options.get("context_window")
    if window is not None:
        cells = _in_window(cells, latent, window)
    if cells.shape[-2:] != latent.shape[-2:] or len(cells) != len(latent):
        raise ValueError(UNKNOWN_CUT)
    cells = cells[:, :, 0] if cells.ndim == 5 else cells
    height = cells.shape[-2]
    # One row and one column, in one look: it waits for the graphics card.
    read = torch.cat([cells[:, 0, :, 0], cells[:, 1, 0, :], cells[:, 2:, 0, 0]], 1).tolist()
    pieces = [Piece(tuple(line[:height]), tuple(line[height:-2]), *line[-2:]) for line in read]
    if window is None and not all(_rises(piece.rows) and _rises(piece.cols) for piece in pieces):
        raise ValueError(SPOT_DIFFUSION)
    return [None if _is_whole(piece) else piece for piece in pieces]


def _in_window(cells: Tensor, latent: Tensor, window) -> Tensor:
    """cells of the host's context window. Hosts since 0.8 cut them with the latent; for older ones it is done here.

    Raises ValueError where they show another part than the window (an area inside of it, on older hosts).
    """
    dim, indices = window.dim, list(window.index_list)
    if not 2 <= dim < cells.ndim:
        return cells
    if cells.shape[dim] > latent.shape[dim]:
        cells = cells.index_select(dim, torch.tensor(indices, device=cells.device))
    if dim >= cells.ndim - 2:
        plane, other = (0, -1) if dim == cells.ndim - 2 else (1, -2)
        numbers = cells[0, plane].select(other, 0).flatten().tolist()
        anchor = getattr(window, "causal_anchor_index", None)  # a row before the window, which the host drops again
        if not set(numbers) <= {*indices, anchor}:
            raise ValueError(UNKNOWN_CUT)
    return cells


def _rises(numbers: tuple[int, ...]) -> bool:
    return all(first < second for first, second in pairwise(numbers))


def _is_whole(piece: Piece) -> bool:
    return piece.rows == tuple(range(piece.height)) and piece.cols == tuple(range(piece.width))
