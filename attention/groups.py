"""Who may attend to whom, written as groups: queries that share one set of keys need no mask at all.

The paper's mask (arXiv 2411.02395, figure 3) for two regions a, b and an uncovered rest, # = may attend:

                 text a   text b   image a   image b   rest
      text a       #                  #
      text b                #                   #
      image a      #                  #
      image b               #                   #
      rest                                               #

Each block of rows with the same pattern is one Group, and ordinary unmasked attention of its queries over its keys is
exactly masked attention of those rows. The base branch (base text and all image tokens, no mask) is one more group.

Two more kinds of call are no joint sequence: texts that a model refines before its blocks see themselves alone
(`alone_groups`), and in cross-attention image tokens ask and only texts answer (`crossed_groups`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .routing import TokenRouting
from .token_layout import TokenLayout

Index = slice | Tensor


class Scatter(NamedTuple):
    """Where a group's output goes: rows of it (None = all) are added to target with weight [rows, 1] (None = 1)."""

    rows: Index | None
    target: Index
    weight: Tensor | None


class Group(NamedTuple):
    """query, key: which tokens of the joint sequence, as a slice or a long tensor. scatters: where the output goes."""

    query: Index
    key: Index
    scatters: tuple[Scatter, ...]


def isolated_groups(layout: TokenLayout, routing: TokenRouting, isolation: str) -> list[Group]:
    """The groups of a block that isolates regions. layout.texts are those of routing.text_regions.

    isolation: "regions" (image tokens see their route's area) or "text" (they see the whole image).
    """
    own_tokens = _own_tokens(layout, routing)
    all_image = torch.ones(layout.image_length, dtype=torch.bool)
    image, references = _arange(layout.image), _arange(layout.shared_references)
    groups = []
    regions_without_group = set(own_tokens)
    for regions, route_weight in routing.routes:
        queried = route_weight > 0
        area = torch.stack([routing.region_tokens[r] for r in regions]).any(0) if regions else queried
        visible = all_image if isolation == "text" else area
        queries, weight = image[queried], route_weight[queried]
        if len(regions) == 1 and bool((visible == area).all()):
            # What is the region's own sees the same keys: it joins.
            own = own_tokens[regions[0]]
            queries, weight = torch.cat([own, queries]), torch.cat([torch.ones(len(own)), weight])
            regions_without_group.discard(regions[0])
        keys = torch.cat([*(own_tokens[r] for r in regions), image[visible], references])
        groups.append(_make_group(queries, keys, weight))
    for region in sorted(regions_without_group):
        own = own_tokens[region]
        keys = torch.cat([own, image[routing.region_tokens[region]], references])
        if len(own):  # where texts do not join the image (cross-attention) they have no tokens here
            groups.append(_make_group(own, keys))
    return [*groups, *base_groups(layout, routing)]


def mixed_groups(layout: TokenLayout, routing: TokenRouting) -> list[Group]:
    """The groups of a block left out by the interval: image, all region texts and references see each other, the base
    still merges.
    """
    text, image = _arange(layout.all_texts), _arange(layout.image)
    own = torch.cat([text, *_own_references(layout, routing).values()])
    weight = 1 - routing.base_weight
    queries = torch.cat([own, image[weight > 0]])
    weight = torch.cat([torch.ones(len(own)), weight[weight > 0]])
    keys = torch.cat([text, image, _arange(layout.references)])
    return [_make_group(queries, keys, weight), *base_groups(layout, routing)]


def base_groups(layout: TokenLayout, routing: TokenRouting) -> list[Group]:
    """The base branch: base text, the base branch's image tokens and references, all seeing each other.

    References of a region that some token sees are asked here, but ask in that region's group.
    Nothing where nobody would read it: no image token follows the base prompt (beta 0, all covered), and no reference
    asks.
    """
    owned = _own_references(layout, routing)
    asking_elsewhere = torch.zeros(layout.total, dtype=torch.bool)
    for tokens in owned.values():
        asking_elsewhere[tokens] = True
    references = _arange(layout.references)
    references = references[~asking_elsewhere[references]]
    if not routing.base_weight.any() and not len(references):
        return []
    keys = torch.cat([_arange(span) for span in (layout.base, layout.references, layout.base_image)]).sort().values
    weight = torch.zeros(layout.total)
    weight[layout.image.start : layout.image.stop] = routing.base_weight
    if not layout.base_image_copy:
        weight[layout.base.start : layout.base.stop] = weight[references] = 1
        queries = weight.nonzero()[:, 0]
        return [_make_group(queries, keys, weight[queries])]
    # The copy keeps its own output whole, and the image takes its share of it.
    target = weight.nonzero()[:, 0]
    queries = keys[~asking_elsewhere[keys]]
    rows = len(queries) - layout.image_length + target - layout.image.start
    merge = (Scatter(_as_slice(rows), _as_slice(target), _scatter_weight(weight[target])),) if len(target) else ()
    return [Group(_as_slice(queries), _as_slice(keys), (Scatter(None, _as_slice(queries), None), *merge))]


def alone_groups(spans: Sequence[range]) -> list[Group]:
    """Every span sees itself and nothing else. spans: of one sequence."""
    return [_make_group(_arange(span), _arange(span)) for span in spans]


def crossed_groups(layout: TokenLayout, routing: TokenRouting, isolated: bool) -> list[Group]:
    """Image tokens ask, texts answer: queries are counted from 0 within the image, keys are layout's texts and base
    text.

    isolated: a route sees the texts of its own regions; else all region texts (a block left out by the interval).
    What would see no text at all (the uncovered part with "union") sees the base text, for its whole weight: without
    any key a token would get zeros, which the model never saw.
    """
    text_tokens = {r: _arange(span) for r, span in zip(routing.text_regions, layout.texts, strict=True)}
    base_weight = routing.base_weight.clone()
    for regions, weight in routing.routes:
        if not regions:
            base_weight += weight
    groups = []
    if isolated:
        for regions, weight in routing.routes:
            if regions:
                keys = torch.cat([text_tokens[r] for r in regions])
                groups.append(_make_group(weight.nonzero()[:, 0], keys, weight[weight > 0]))
    else:
        weight = 1 - base_weight
        groups.append(_make_group((weight > 0).nonzero()[:, 0], _arange(layout.all_texts), weight[weight > 0]))
    if base_weight.any():
        queries = base_weight.nonzero()[:, 0]
        groups.append(_make_group(queries, _arange(layout.base), base_weight[queries]))
    return groups


def _own_tokens(layout: TokenLayout, routing: TokenRouting) -> dict[int, Tensor]:
    """What is seen with a region, and sees as it does: its text, and the reference pictures of its own."""
    references = _own_references(layout, routing)
    return {
        region: torch.cat([_arange(text), references[region]])
        for region, text in zip(routing.text_regions, layout.texts, strict=True)
    }


def _own_references(layout: TokenLayout, routing: TokenRouting) -> dict[int, Tensor]:
    """Of each region whose text some token sees, the tokens of its reference pictures; perhaps none."""
    spans: dict[int, list[Tensor]] = {region: [_arange(range(0))] for region in routing.text_regions}
    for region, span in layout.owned_references:
        if region in spans:
            spans[region].append(_arange(span))
    return {region: torch.cat(tokens) for region, tokens in spans.items()}


def _arange(span: range) -> Tensor:
    return torch.arange(span.start, span.stop)


def _make_group(query: Tensor, key: Tensor, weight: Tensor | None = None) -> Group:
    weight = None if weight is None else _scatter_weight(weight)
    return Group(_as_slice(query), _as_slice(key), (Scatter(None, _as_slice(query), weight),))


def _scatter_weight(weight: Tensor) -> Tensor | None:
    return None if bool((weight == 1).all()) else weight[:, None]


def _as_slice(tokens: Tensor) -> Index:
    """A run of neighbouring tokens becomes a slice: no copy is needed to take it."""
    if len(tokens) and bool((tokens[1:] - tokens[:-1] == 1).all()):
        return slice(int(tokens[0]), int(tokens[-1]) + 1)
    return tokens
