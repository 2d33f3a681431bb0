"""DenseDiffusion's way: no walls, but attention logits moved before the softmax (Kim et al. 2023, arXiv 2308.12964).

For a query i of a region with area a (its share of the picture) and a key j, logit l, row maximum M, row minimum m:

    same region         l + w * lambda_t * (1 - a) * (M - l)
    different regions   l - w * lambda_t * (1 - a) * (l - m)

    w          image <-> region text  1.0      image <-> image  0.3      everything else  0
    lambda_t   (t / 1000) ** 5, so that it acts on the layout and leaves the details alone

In DenseDiffusion one prompt's words belong to regions; here every region's text is in the sequence, and belongs to its
region, and so do reference pictures of its own, which count as text; the base text and everybody's references belong to
none, and no pair with them is moved. What no region covers is a region too, with the background's text where there is
one. DenseDiffusion has two attentions, for text and for image; FLUX has one, so M and m of a pair are those of the part
of the row that its key is in: all texts, the base's as well, the image, or all references.

Both cases move the logit by the same share c = w * lambda_t * (1 - a) * strength towards M or m, which is how it is
computed: l * (1 - c) + c * (s * M + (1 - s) * m), where s says how far i and j are in the same region; it lies between
0 and 1 on soft edges. M and m need the logits, which no attention kernel gives, so this softmax is our own, in
float32, some queries at a time: the logits of the whole sequence never exist together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..regions import RegionSet, TokenGrid, coverage
from .attention_share import AttentionShares, key_kinds, shares_of_kinds
from .math import Attend
from .routing import routes
from .schedule import is_isolated_block
from .settings import Settings
from .token_layout import TokenLayout

TEXT_WEIGHT, IMAGE_WEIGHT = 1.0, 0.3
LOGIT_BYTES = 64 * 2**20
"""How much memory the logits of the queries that are computed together may take; with what comes of them, three times
that.
"""


class Memberships(NamedTuple):
    """The regions of a picture, the rest being the last. membership: [N, R + 1] in 0..1, how much of each image token
    is theirs.

    gain: [R + 1], strength * (1 - area) of each; the area, 0..1, is what it has of the picture.
    """

    membership: Tensor
    gain: Tensor


def memberships(
    regions: RegionSet, settings: Settings, grid: TokenGrid, background: bool, covered: Tensor | None = None
) -> Memberships:
    """Overlaps go as settings.overlap says; a token that sees several regions ("union") is a member of each.

    background: whether the rest has a text, and so a strength of its own, 1; else it has that of the strongest region.
    covered: coverage(regions, grid), where it is known. Raises ValueError as coverage() does.
    """
    covered = (coverage(regions, grid) if covered is None else covered).flatten(1)
    strengths = [region.strength for region in regions.regions]
    membership, remaining = torch.zeros(grid.tokens, len(strengths) + 1), torch.ones(grid.tokens)
    for route in routes(covered, (1.0,) * len(strengths), settings.overlap, 0.0, background):
        remaining = remaining - route.weight
        for index in route.regions or (len(strengths),):
            membership[:, index] += route.weight
    membership[:, -1] += remaining.clamp(min=0)
    strength = torch.tensor([*strengths, 1.0 if background else max(strengths)])
    return Memberships(membership, strength * (1 - membership.mean(0)))


def noise_decay(sigma: Tensor) -> Tensor:
    """sigma: noise level of a flow model, 0..1, which is t / 1000. Returns lambda_t. Worked value: 0.5 -> 0.03125."""
    return sigma.float().clamp(0, 1) ** 5


class LogitModulation:
    """Which token of one joint sequence belongs to which region, and how strongly; stays the same over blocks and
    steps.

    layout.texts are those of text_regions, in their order (the rest is region number R).
    """

    def __init__(
        self,
        layout: TokenLayout,
        image: Memberships,
        text_regions: Sequence[int],
        settings: Settings,
        device: torch.device,
    ):
        membership = torch.zeros(layout.total, image.membership.shape[1])
        membership[layout.image.start : layout.image.stop] = image.membership
        for region, text in zip(text_regions, layout.texts, strict=True):
            membership[text.start : text.stop, region] = 1
        own_references = [(region, span) for region, span in layout.owned_references if region in text_regions]
        for region, span in own_references:
            membership[span.start : span.stop, region] = 1
        # weight[kind of query, kind of key]; kinds: neither, text or reference of a region, image
        kind = torch.zeros(layout.total, dtype=torch.long)
        kind[layout.all_texts.start : layout.all_texts.stop] = 1
        for _, span in own_references:
            kind[span.start : span.stop] = 1
        kind[layout.image.start : layout.image.stop] = 2
        weight = torch.tensor([[0, 0, 0], [0, 0, TEXT_WEIGHT], [0, TEXT_WEIGHT, IMAGE_WEIGHT]])
        self._settings = settings
        self._layout = layout
        text_members = image.membership[:, list(text_regions)]
        in_none = torch.full((len(text_members), 1), 1e-9)
        self._owner = torch.cat([text_members, in_none], 1).argmax(1).to(device)
        self._key_spans = [slice(0, layout.image.start), slice(layout.image.start, layout.image.stop)]
        if own_references:
            self._key_spans.append(slice(layout.references.start, layout.references.stop))
        self._membership = membership.to(device)
        self._gain = (membership @ image.gain / membership.sum(1).clamp(min=1e-6)).to(device)
        self._weight = weight[kind].to(device)
        self._kind = kind.to(device)

    def attend(
        self, q: Tensor, k: Tensor, v: Tensor, block_type: str, block_index: int, sigma: Tensor, attend: Attend
    ) -> Tensor:
        """q, k, v: [B, H, N, D] of the joint sequence -> [B, N, H * D]. sigma: of the step, 0..1.

        attend: ordinary attention, for the blocks that the intervals leave out.
        """
        if not is_isolated_block(block_type, block_index, self._settings):
            return attend(q, k, v)
        return self._modulated(q, k, v, noise_decay(sigma).to(q.device))

    def shares(self, q: Tensor, k: Tensor, block_type: str, block_index: int, sigma: Tensor) -> AttentionShares:
        """As for attend. Where the block's image tokens look; each belongs to the region that has most of it."""
        isolated = is_isolated_block(block_type, block_index, self._settings)
        decay = noise_decay(sigma if isolated else torch.zeros_like(sigma)).to(q.device)
        image, texts = self._layout.image, len(self._layout.texts)
        kinds = key_kinds(self._layout, self._owner, texts)
        shares = torch.zeros(kinds.shape[1], len(image), device=q.device)
        for queries, attention in self._attention(q, k, decay, image):
            first, last = queries.start - image.start, queries.stop - image.start
            shares[:, first:last] = (attention.mean((0, 1)) @ kinds).T
        return shares_of_kinds(shares, self._owner, texts)

    def _modulated(self, q: Tensor, k: Tensor, v: Tensor, decay: Tensor) -> Tensor:
        batch, heads, tokens, width = q.shape
        values, output = v.float(), q.new_empty(batch, tokens, heads, width)
        for queries, attention in self._attention(q, k, decay, range(tokens)):
            output[:, queries] = (attention @ values).transpose(1, 2)
        return output.flatten(2)

    def _attention(self, q: Tensor, k: Tensor, decay: Tensor, tokens: range) -> Iterator[tuple[slice, Tensor]]:
        """Some of these tokens after the others, and their attention [B, H, n, N] to all, in float32."""
        batch, heads, keys_count, width = k.shape
        keys = k.float().transpose(2, 3)
        count = max(1, LOGIT_BYTES // (4 * batch * heads * keys_count))
        for start in range(tokens.start, tokens.stop, count):
            queries = slice(start, min(start + count, tokens.stop))
            logits = (q[:, :, queries].float() * width**-0.5) @ keys
            for span in self._key_spans:
                self._modulate_logits(logits[..., span], queries, span, decay)
            yield queries, logits.softmax(-1)

    def _modulate_logits(self, logits: Tensor, queries: slice, keys: slice, decay: Tensor) -> None:
        """logits: [B, H, n, m] of these queries and keys, moved in place."""
        shift = self._weight[queries][:, self._kind[keys]] * (decay * self._gain[queries, None])
        shift = shift.clamp(max=1)
        same_region = (self._membership[queries] @ self._membership[keys].T).clamp(max=1)
        row_max, row_min = logits.amax(-1, keepdim=True), logits.amin(-1, keepdim=True)
        logits.mul_(1 - shift).addcmul_(row_max, shift * same_region).addcmul_(row_min, shift * (1 - same_region))
