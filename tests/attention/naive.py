"""The oracle: regional attention as the paper words it, token by token, with no regard for speed.

Written from the definitions (attention/groups.py's picture, attention/routing.py's table), not from the code under
test.
"""

import math

import torch


def token_shares(column, strengths, beta, overlap, background):
    """One image token's [(regions, weight)]; column: its coverage by each region.

    The rest, 1 - sum, is the base prompt's.
    """
    count = len(column)
    if overlap == "union":
        return _union_shares(column, strengths, beta, background)
    if overlap == "top":
        left, weights = 1.0, [0.0] * count
        for region in range(count - 1, -1, -1):
            weights[region] = column[region] * left
            left *= 1 - column[region]
    else:
        total = sum(column)
        weights = [c / max(1.0, total) for c in column]
        left = 1 - min(1.0, total)
    if background:
        weights.append(left)
    pulls = [min(1.0, (1 - beta) * s) for s in (*strengths, 1.0)]
    return [((r,), w * pulls[r]) for r, w in enumerate(weights) if w >= 0.01 and pulls[r] > 0]


def _union_shares(column, strengths, beta, background):
    count = len(column)
    total = min(1.0, sum(column))
    seen = tuple(
        r
        for r in range(count)
        if (column[r] >= 0.5 or column[r] == max(column)) and column[r] >= 0.01 and strengths[r] > 0
    )
    shares = []
    if seen:
        shares.append((seen, total * min(1.0, (1 - beta) * sum(strengths[r] for r in seen) / len(seen))))
    left = 1 - total
    if left >= 0.01:
        pull = 1.0 if background else max(strengths)
        shares.append(((count,) if background else (), left * min(1.0, (1 - beta) * pull)))
    return [share for share in shares if share[1] > 0]


def attend_one(q, k, v, query, keys):
    """Softmax attention of one token over a list of tokens. q, k: [H, N, D], v: [H, N, X]. Returns [H, X]."""
    heads, _, width = q.shape
    out = torch.zeros(heads, v.shape[-1])
    for head in range(heads):
        scores = [
            sum(q[head, query, d].item() * k[head, key, d].item() for d in range(width)) / math.sqrt(width)
            for key in keys
        ]
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        for key, weight in zip(keys, weights, strict=True):
            out[head] += v[head, key] * (weight / sum(weights))
    return out


def naive_regional_attention(
    q,
    k,
    v,
    per_token,
    text_lengths,
    base_length,
    references,
    isolation,
    separate=True,
    base_image_copy=False,
    reference_owners=(),
):
    """q, k: [H, N, D], v: [H, N, X] in the order texts, base, image, references, the copy of the image (if there is
    one).

    per_token: token_shares of each image token. Regions that no token follows have no text in the sequence. The base
    branch looks at the copy in place of the image, and the image takes its share of what comes out there.
    reference_owners: of each of the last references the region whose own it is; of one without text the base branch
    alone sees it.
    Returns [N, H * X].
    """
    seen_regions = sorted({r for shares in per_token for regions, _ in shares for r in regions})
    starts = [sum(text_lengths[:i]) for i in range(len(text_lengths) + 1)]
    text = {r: list(range(starts[i], starts[i + 1])) for i, r in enumerate(seen_regions)}
    all_text = list(range(starts[-1]))
    base = list(range(starts[-1], starts[-1] + base_length))
    first = starts[-1] + base_length
    image = list(range(first, first + len(per_token)))
    refs = list(range(image[-1] + 1, image[-1] + 1 + references))
    owner_of = dict(zip(refs[references - len(reference_owners) :], reference_owners, strict=True))
    everybodys = [token for token in refs if token not in owner_of]
    of_region = {r: [token for token, owner in owner_of.items() if owner == r] for r in seen_regions}
    asking_base = [token for token in refs if owner_of.get(token) not in seen_regions]
    stream = list(range(image[-1] + 1 + references, q.shape[1])) if base_image_copy else image

    def area(regions):
        """Image tokens that have a share with one of these regions in it; of (), those with the empty share."""
        return [
            image[i]
            for i, shares in enumerate(per_token)
            if any(set(known) & set(regions) or (not regions and not known) for known, _ in shares)
        ]

    rows = [None] * q.shape[1]
    for token in base + asking_base + (stream if base_image_copy else []):
        rows[token] = attend_one(q, k, v, token, base + stream + refs)
    for region, tokens in text.items():
        for token in tokens + of_region[region]:
            own = tokens + of_region[region]
            keys = own + area((region,)) + everybodys if separate else all_text + image + refs
            rows[token] = attend_one(q, k, v, token, keys)
    for i, shares in enumerate(per_token):
        left = 1 - sum(weight for _, weight in shares)
        row = left * attend_one(q, k, v, stream[i], base + stream + refs)
        for regions, weight in shares:
            if separate:
                own = [t for r in regions for t in text[r] + of_region[r]]
                keys = own + (area(regions) if isolation == "regions" else image) + everybodys
            else:
                keys = all_text + image + refs
            row = row + weight * attend_one(q, k, v, image[i], keys)
        rows[image[i]] = row
    return torch.stack([row.flatten() for row in rows])
