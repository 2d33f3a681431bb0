"""Regional attention, the definition (arXiv 2411.02395, section 3): a token's output is a weighted sum over attentions.

    out_i = sum_r w_ir * A(q_i, K_r, V_r) + (1 - sum_r w_ir) * A(q_i, K_base, V_base),     w_ir = c_ir * min(1, (1 -
    beta) * s_r)

c_ir is how far token i lies in region r once overlaps are settled, s_r the region's strength, beta the base ratio; K_r
are the keys that region r sees. The other files say which keys these are, and compute the same sum with fewer and
larger calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from torch import Tensor

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(q [B, H, n, D], k and v [B, H, m, D]) -> [B, n, H * D]: plain attention, no mask of ours."""


class Term(NamedTuple):
    """One A of the sum, all of them long tensors: queries [n] attend to keys [m]; weights [n] of it go to targets
    [n].
    """

    queries: Tensor
    keys: Tensor
    targets: Tensor
    weights: Tensor


def region_weights(coverage: Tensor, strengths: Tensor, beta: float) -> Tensor:
    """coverage [R, N] after overlaps, strengths [R] in 0..2 -> w [R, N]; what is missing to 1 is the base prompt's."""
    return coverage * ((1 - beta) * strengths.double()).clamp(max=1).to(coverage.dtype)[:, None]


def regional_attention(q: Tensor, k: Tensor, v: Tensor, terms: Iterable[Term], attend: Attend) -> Tensor:
    """q, k, v: [B, H, N, D] of the joint sequence. Returns [B, N, H * D]; a token that no term targets gets zeros."""
    output = q.new_zeros(q.shape[0], q.shape[2], q.shape[1] * q.shape[3])
    for queries, keys, targets, weights in terms:
        attended = attend(q[:, :, queries], k[:, :, keys], v[:, :, keys])
        output.index_add_(1, targets, attended * weights[:, None])
    return output
