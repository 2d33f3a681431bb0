"""Arithmetic in place of a clock: the floating-point operations of one step of the whole FLUX.1, and the bytes of the mask spared."""

from __future__ import annotations

from ..full_width import BASE_TOKENS, PAPER_TOKENS, TRIMMED_TOKENS, WIDTH, plan
from .step import PAPER

DOUBLE, SINGLE = 19, 38  # FLUX.1's depth
PER_TOKEN = 24 * WIDTH**2
"""Operations of either kind of block for one token, attention apart: 12 width^2 multiplications and as many additions."""
PER_PAIR = 4 * WIDTH
"""Operations of attention for one query looking at one key."""


def step_work(pixels: int, regions: int) -> dict:
    """TFLOP of one step, without the modulation: plain, and for regions also ours (trim, keep), paper (dense mask, 512
    tokens for every prompt) and passes (one for every region). mask_bytes: of the paper's mask, one byte for each entry."""
    plain = _tera(plan(1, pixels, TRIMMED_TOKENS), regional=False)
    if not regions:
        return {"plain": plain}
    paper = plan(regions, pixels, PAPER_TOKENS, PAPER_TOKENS, **PAPER)
    return {
        "plain": plain,
        "trim": _tera(plan(regions, pixels, TRIMMED_TOKENS)),
        "keep": _tera(plan(regions, pixels, BASE_TOKENS)),
        "paper": _tera(paper, dense=True),
        "passes": round(plain * (regions + 1), 2),
        "mask_bytes": (paper.layout.total - paper.layout.base_length) ** 2,
    }


def _tera(made, regional: bool = True, dense: bool = False) -> float:
    """TFLOP of all blocks. dense: the regional branch looks at every pair, as under a mask."""
    layout, total = made.layout, 0
    for kind, count in (("double", DOUBLE), ("single", SINGLE)):
        now = layout.with_base_image_copy(made.settings.copies_base_image(kind))
        plain = layout.total - layout.base.start
        tokens, pairs = now.total if regional else plain, plain**2
        if regional:
            sizes = [size for pack in made.packs(kind, 0) for size in pack.lengths]
            pairs = plain**2 + (layout.total - layout.base_length) ** 2 if dense else sum(q * k for q, k in sizes)
        total += count * (tokens * PER_TOKEN + pairs * PER_PAIR)
    return round(total / 1e12, 2)
