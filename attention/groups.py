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
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .routing import Share
from .token_layout import Layout

Index = slice | Tensor


class Put(NamedTuple):
    """Where a group's output goes: rows of it (None = all) are added to target with weight [rows, 1] (None = 1)."""

    rows: Index | None
    target: Index
    weight: Tensor | None


class Group(NamedTuple):
    """query, key: which tokens of the joint sequence, as a slice or a long tensor. puts: where the output goes."""

    query: Index
    key: Index
    puts: tuple[Put, ...]


class Spoken(NamedTuple):
    """The shares translated for one layout: who is heard. image tokens are counted from 0 within the image."""

    shares: list[Share]
    area: dict[int, Tensor]
    """region -> [N] bool: the image tokens it speaks for, alone or with others."""
    base_weight: Tensor
    """[N]: what is left for the base prompt."""


def spoken(shares: list[Share], tokens: int) -> Spoken:
    """shares: weights [N] with N = tokens. Returns them with each region's area and the base prompt's weight."""
    area: dict[int, Tensor] = {}
    total = torch.zeros(tokens)
    for share in shares:
        total += share.weight
        for region in share.regions:
            area[region] = area.get(region, torch.zeros(tokens, dtype=torch.bool)) | (share.weight > 0)
    base_weight = 1 - total
    base_weight[base_weight < 1e-6] = 0
    return Spoken(shares, area, base_weight)


def apart(layout: Layout, heard: Spoken, isolation: str) -> list[Group]:
    """The groups of a block that keeps regions apart. layout.texts belong to the regions of heard.area in rising order."""
    texts = dict(zip(sorted(heard.area), layout.texts, strict=True))
    everything = torch.ones(layout.image_length, dtype=torch.bool)
    image, references = _span(layout.image), _span(layout.references)
    groups = []
    waiting = set(texts)
    for share in heard.shares:
        here = share.weight > 0
        area = torch.stack([heard.area[r] for r in share.regions]).any(0) if share.regions else here
        seen = everything if isolation == "text" else area
        queries, weight = image[here], share.weight[here]
        if len(share.regions) == 1 and bool((seen == area).all()):
            # The region's own text sees the same keys: it joins.
            text = _span(texts[share.regions[0]])
            queries, weight = torch.cat([text, queries]), torch.cat([torch.ones(len(text)), weight])
            waiting.discard(share.regions[0])
        keys = torch.cat([*(_span(texts[r]) for r in share.regions), image[seen], references])
        groups.append(_group(queries, keys, weight))
    for region in sorted(waiting):
        text = _span(texts[region])
        groups.append(_group(text, torch.cat([text, image[heard.area[region]], references])))
    return [*groups, *base(layout, heard)]


def together(layout: Layout, heard: Spoken) -> list[Group]:
    """The groups of a block left out by the interval: image and all region texts see each other, the base still merges."""
    text, image = _span(layout.all_texts), _span(layout.image)
    weight = 1 - heard.base_weight
    queries = torch.cat([text, image[weight > 0]])
    weight = torch.cat([torch.ones(len(text)), weight[weight > 0]])
    return [_group(queries, torch.cat([text, image, _span(layout.references)]), weight), *base(layout, heard)]


def base(layout: Layout, heard: Spoken) -> list[Group]:
    """The base branch: base text, the base branch's image tokens and references, all seeing each other.

    Nothing where nobody would read it: no image token follows the base prompt (beta 0, all covered), no references.
    """
    if not heard.base_weight.any() and not layout.reference_length:
        return []
    keys = torch.cat([_span(span) for span in (layout.base, layout.references, layout.base_image)]).sort().values
    share = torch.zeros(layout.total)
    share[layout.image.start : layout.image.stop] = heard.base_weight
    if not layout.second_stream:
        share[layout.base.start : layout.base.stop] = share[layout.references.start : layout.references.stop] = 1
        queries = share.nonzero()[:, 0]
        return [_group(queries, keys, share[queries])]
    # The second stream keeps its own output whole, and the image takes its share of it.
    target = share.nonzero()[:, 0]
    rows = len(keys) - layout.image_length + target - layout.image.start
    merged = (Put(_index(rows), _index(target), _weight(share[target])),) if len(target) else ()
    return [Group(_index(keys), _index(keys), (Put(None, _index(keys), None), *merged))]


def _span(span: range) -> Tensor:
    return torch.arange(span.start, span.stop)


def _group(query: Tensor, key: Tensor, weight: Tensor | None = None) -> Group:
    return Group(_index(query), _index(key), (Put(None, _index(query), None if weight is None else _weight(weight)),))


def _weight(weight: Tensor) -> Tensor | None:
    return None if bool((weight == 1).all()) else weight[:, None]


def _index(tokens: Tensor) -> Index:
    """A run of neighbouring tokens becomes a slice: no copy is needed to take it."""
    if len(tokens) and bool((tokens[1:] - tokens[:-1] == 1).all()):
        return slice(int(tokens[0]), int(tokens[-1]) + 1)
    return tokens
