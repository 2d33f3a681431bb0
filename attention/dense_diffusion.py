"""DenseDiffusion's way: no walls, but attention logits moved before the softmax (Kim et al. 2023, arXiv 2308.12964).

For a query i of a region with area a (its share of the picture) and a key j, logit l, row maximum M, row minimum m:

    same region         l + w * lambda_t * (1 - a) * (M - l)
    different regions   l - w * lambda_t * (1 - a) * (l - m)

    w          image <-> region text  1.0      image <-> image  0.3      everything else  0
    lambda_t   (t / 1000) ** 5, so that it acts on the layout and leaves the details alone

There one prompt's words belong to regions. Here every region's text is in the sequence, and belongs to its region; the
base text and reference pictures belong to none, and no pair with them is moved. What no region covers is a region too,
with the background's text where there is one. There text and image are two attentions; here they are two parts of one
row, and M and m of a pair are those of the part that its key is in: all texts, the base's as well, or the image.

Both cases move the logit by the same share towards M or m, which is how it is computed: c = w * lambda_t * (1 - a) * strength,
l * (1 - c) + c * (s * M + (1 - s) * m), where s says how far i and j are in the same region; it lies between 0 and 1 on
soft edges. M and m need the logits, which no attention kernel gives, so this softmax is our own, in float32, some
queries at a time: the logits of the whole sequence never exist together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from ..regions import RegionSet, TokenGrid, coverage
from .grouped_attention import Attend
from .routing import shares
from .schedule import keeps_apart
from .settings import Settings
from .token_layout import Layout

TEXT_WEIGHT, IMAGE_WEIGHT = 1.0, 0.3
LOGIT_BYTES = 64 * 2**20
"""How much memory the logits of the queries that are computed together may take; with what comes of them, three times that."""


class Segments(NamedTuple):
    """The parts of the picture. member: [N, R + 1] in 0..1, how much of each image token is each region's, and the rest's.

    pull: [R + 1], strength * (1 - area) of each.
    """

    member: Tensor
    pull: Tensor


def segments(regions: RegionSet, settings: Settings, grid: TokenGrid, background: bool) -> Segments:
    """Overlaps go as settings.overlap says; a token that sees several regions ("union") is a member of each.

    background: whether the rest has a text, and so a strength of its own, 1; else it has that of the strongest region.
    Raises ValueError as coverage() does.
    """
    covered = coverage(regions, grid).flatten(1)
    strengths = [region.strength for region in regions.regions]
    whole = replace(settings, base_ratio=0.0)
    member, left = torch.zeros(grid.tokens, len(strengths) + 1), torch.ones(grid.tokens)
    for share in shares(covered, (1.0,) * len(strengths), whole, background):
        left = left - share.weight
        for index in share.regions or (len(strengths),):
            member[:, index] += share.weight
    member[:, -1] += left.clamp(min=0)
    strength = torch.tensor([*strengths, 1.0 if background else max(strengths)])
    return Segments(member, strength * (1 - member.mean(0)))


def level(sigma: Tensor) -> Tensor:
    """sigma: noise level of a flow model, 0..1, which is t / 1000. Returns lambda_t. Worked value: 0.5 -> 0.03125."""
    return sigma.float().clamp(0, 1) ** 5


class Modulation:
    """Who belongs where in one joint sequence, and how strongly; stays the same over blocks and steps.

    layout.texts are those of the regions in speakers (the rest is number R), in their order.
    """

    def __init__(
        self, layout: Layout, parts: Segments, speakers: Sequence[int], settings: Settings, device: torch.device
    ):
        member = torch.zeros(layout.total, parts.member.shape[1])
        member[layout.image.start : layout.image.stop] = parts.member
        for index, text in zip(speakers, layout.texts, strict=True):
            member[text.start : text.stop, index] = 1
        # weight[kind of query, kind of key]; kinds: neither, region text, image
        kind = torch.zeros(layout.total, dtype=torch.long)
        kind[layout.all_texts.start : layout.all_texts.stop] = 1
        kind[layout.image.start : layout.image.stop] = 2
        weight = torch.tensor([[0, 0, 0], [0, 0, TEXT_WEIGHT], [0, TEXT_WEIGHT, IMAGE_WEIGHT]])
        self._settings = settings
        self._rows = (slice(0, layout.base.stop), slice(layout.image.start, layout.image.stop))
        self._member = member.to(device)
        self._pull = (member @ parts.pull / member.sum(1).clamp(min=1e-6)).to(device)
        self._weight = weight[kind].to(device)
        self._kind = kind.to(device)

    def attend(
        self, q: Tensor, k: Tensor, v: Tensor, block_type: str, block_index: int, sigma: Tensor, plain: Attend
    ) -> Tensor:
        """q, k, v: [B, H, N, D] of the joint sequence -> [B, N, H * D]. sigma: of the step, 0..1.

        plain: ordinary attention, for the blocks that the intervals leave out.
        """
        if not keeps_apart(block_type, block_index, self._settings):
            return plain(q, k, v)
        return self._modulated(q, k, v, level(sigma).to(q.device))

    def _modulated(self, q: Tensor, k: Tensor, v: Tensor, strength: Tensor) -> Tensor:
        batch, heads, tokens, width = q.shape
        keys, values = k.float().transpose(2, 3), v.float()
        out = q.new_empty(batch, tokens, heads, width)
        count = max(1, LOGIT_BYTES // (4 * batch * heads * tokens))
        for start in range(0, tokens, count):
            queries = slice(start, start + count)
            logits = (q[:, :, queries].float() * width**-0.5) @ keys
            for row in self._rows:
                self._move(logits[..., row], queries, row, strength)
            out[:, queries] = (logits.softmax(-1) @ values).transpose(1, 2)
        return out.flatten(2)

    def _move(self, logits: Tensor, queries: slice, row: slice, strength: Tensor) -> None:
        """logits: [B, H, n, keys of the row], moved in place."""
        share = self._weight[queries][:, self._kind[row]] * (strength * self._pull[queries, None])
        share = share.clamp(max=1)
        same = (self._member[queries] @ self._member[row].T).clamp(max=1)
        top, low = logits.amax(-1, keepdim=True), logits.amin(-1, keepdim=True)
        logits.mul_(1 - share).addcmul_(top, share * same).addcmul_(low, share * (1 - same))
