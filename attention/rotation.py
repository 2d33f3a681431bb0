"""Turning tokens to another position: rotary embeddings are rotations, and two in a row are one by the sum.

So a text that the model numbered in the wrong place is put right behind the embedding, in queries and keys, by one
constant rotation for all of its tokens: that of the difference of positions (RoFormer, arXiv 2104.09864, section 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor


class Turn(NamedTuple):
    """tokens: of a sequence. rotation: [D / 2, 2, 2], a matrix for each pair of neighbouring channels of a head."""

    tokens: range
    rotation: Tensor


def turned(tensor: Tensor, turns: Sequence[Turn], first: int = 0) -> Tensor:
    """A copy of tensor [B, H, N, D] with these tokens turned; tensor itself where there is nothing to turn.

    first: which token of the turns' sequence the first of tensor is; turns of tokens before it are left out.
    """
    turns = [turn for turn in turns if len(turn.tokens) and turn.tokens.start >= first]
    if not turns:
        return tensor
    tensor = tensor.clone()
    for tokens, rotation in turns:
        rows = tensor[:, :, tokens.start - first : tokens.stop - first]
        pairs = rows.to(rotation.dtype).unflatten(-1, (-1, 1, 2))
        rows.copy_((rotation * pairs).sum(-1).flatten(-2))
    return tensor
