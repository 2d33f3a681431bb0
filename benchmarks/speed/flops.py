"""Floating-point operations of one step of the whole FLUX.1, counted, and the bytes of the mask spared."""

from __future__ import annotations

from flux_regions.attention import AttentionPlan

from ..flux_width import BASE_TOKENS, PAPER_TOKENS, TRIMMED_TOKENS, WIDTH, attention_plan
from .step import PAPER

DOUBLE, SINGLE = 19, 38  # FLUX.1's depth
PER_TOKEN = 24 * WIDTH**2
"""Operations of either kind of block for one token, without attention: 12 width^2 multiplications and additions."""
PER_PAIR = 4 * WIDTH
"""Operations of attention for one query looking at one key."""


def step_flops(pixels: int, regions: int) -> dict:
    """TFLOP of one step on a square picture of so many pixels a side, without the modulation by time.

    plain; and where there are regions also grouped attention (trim, keep: by Encode's padding), paper (dense mask, 512
    tokens for every prompt) and passes (one for every region). mask_bytes: of the paper's mask, one byte an entry.
    """
    plain = _tflop(attention_plan(1, pixels, TRIMMED_TOKENS), regional=False)
    if not regions:
        return {"plain": plain}
    paper = attention_plan(regions, pixels, PAPER_TOKENS, PAPER_TOKENS, **PAPER)
    return {
        "plain": plain,
        "trim": _tflop(attention_plan(regions, pixels, TRIMMED_TOKENS)),
        "keep": _tflop(attention_plan(regions, pixels, BASE_TOKENS)),
        "paper": _tflop(paper, dense=True),
        "passes": round(plain * (regions + 1), 2),
        "mask_bytes": (paper.layout.total - paper.layout.base_length) ** 2,
    }


def _tflop(plan: AttentionPlan, regional: bool = True, dense: bool = False) -> float:
    """TFLOP of all blocks. dense: the regional branch looks at every pair, as under a mask."""
    layout, total = plan.layout, 0
    for kind, count in (("double", DOUBLE), ("single", SINGLE)):
        block_layout = layout.with_base_image_copy(plan.settings.copies_base_image(kind))
        plain_tokens = layout.total - layout.base.start
        tokens, pairs = block_layout.total if regional else plain_tokens, plain_tokens**2
        if regional and dense:
            pairs += (layout.total - layout.base_length) ** 2
        elif regional:
            pairs = sum(queries * keys for pack in plan.packs(kind, 0) for queries, keys in pack.lengths)
        total += count * (tokens * PER_TOKEN + pairs * PER_PAIR)
    return round(total / 1e12, 2)
