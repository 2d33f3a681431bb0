"""Which rows of a layer's input are whose tokens: a region's own image tokens, its text, and nothing else."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ..attention import TokenLayout
from .family import TokenStream


class OwnedRows(NamedTuple):
    """index: [n] of the rows, None = all of them. weight: [n], how much of each is the owner's; None = all is."""

    index: Tensor | None
    weight: Tensor | None


class TokenOwners:
    """Of one call of the model: whose its tokens are.

    image: [owners, N] in 0..1, of the N image tokens (attention/ownership.py).
    texts: (owner, tokens) of each region text that is in the call, in their order.
    references: the same of the pictures behind the image; what stands behind them is nobody's.
    base_first: whether they stand behind the base text.
    rest_is_padding: whether what stands behind the image is padding of it, which is an owner's as far as all image
        tokens are.
    """

    def __init__(
        self,
        image: Tensor,
        texts: tuple[tuple[int, int], ...],
        references: tuple[tuple[int, int], ...],
        base_first: bool,
        rest_is_padding: bool,
    ):
        self._image, self._texts, self._references, self._base_first = image, texts, references, base_first
        self._rest_is_padding = rest_is_padding

    def weights(self, owner: int, stream: TokenStream, rows: int, layout: TokenLayout | None) -> Tensor:
        """[rows] in 0..1: how much of each row is owner's. layout: for TokenStream.JOINT, whose rows it describes."""
        if stream is TokenStream.IMAGE:
            return self._image_weights(owner, rows)
        if stream is TokenStream.TEXT:
            return self._text_weights(owner, rows)
        assert layout is not None
        image = self._image_weights(owner, len(layout.image) + len(layout.references))
        copy = self._image_weights(owner, len(layout.base_image)) if layout.base_image_copy else image[:0]
        return torch.cat([self._text_weights(owner, layout.image.start), image, copy])

    def rows(self, owner: int, stream: TokenStream, rows: int, layout: TokenLayout | None) -> OwnedRows | None:
        """None where owner has none of them."""
        weights = self.weights(owner, stream, rows, layout)
        index = weights.nonzero()[:, 0]
        if not len(index):
            return None
        weight = None if bool((weights[index] == 1).all()) else weights[index]
        return OwnedRows(None if len(index) == rows else index, weight)

    def _image_weights(self, owner: int, rows: int) -> Tensor:
        image = self._image[owner]
        rest = (image.amin() if self._rest_is_padding else image.new_zeros(())).repeat(rows - len(image))
        start = 0
        for reference, length in self._references:
            rest[start : start + length] = float(reference == owner)
            start += length
        return torch.cat([image, rest])

    def _text_weights(self, owner: int, rows: int) -> Tensor:
        texts = [torch.full((length,), float(text == owner)) for text, length in self._texts]
        base = torch.zeros(rows - sum(length for _, length in self._texts))
        return torch.cat([base, *texts] if self._base_first else [*texts, base])
