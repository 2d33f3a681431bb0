"""python dev.py bench memory: what regional attention takes beyond a plain one, against the mask it spares.

At FLUX.1's width, in bf16. Counted, not timed: the tensors have no content. The last line of output is the JSON.
"""

from __future__ import annotations

import argparse
import json
import sys

import torch
from flux_regions.attention import grouped_attention

from ..flux_width import HEADS, PAPER_TOKENS, TRIMMED_TOKENS, WIDTH, attention_plan
from ..markdown import table
from .live_bytes import LiveBytes

SIZES, REGIONS = (512, 1024, 2048, 4096), (4, 16, 64)


def attend(q, _k, _v):
    """A fused kernel as far as memory goes: it makes its result and nothing else."""
    batch, heads, queries, width = q.shape
    return q.new_empty(batch, queries, heads * width)


def measure(pixels: int, regions: int) -> dict:
    """What regions take on a square picture of so many pixels a side.

    extra_bytes: peak of one regional attention minus that of a plain one over the base prompt and the image, with all
    that a plan keeps. dense_mask_bytes: the paper's mask over image and prompts of 512 tokens, in bf16, as PyTorch's
    attention turns it into for its kernels.
    """
    plan = attention_plan(regions, pixels, TRIMMED_TOKENS, dtype=torch.bfloat16)
    layout, packs = plan.layout, plan.packs("double", 0)
    tensors = [tensor for pack in packs for tensor in (pack.query, pack.key)]
    tensors += [tensor for pack in packs for scatter in pack.scatters for tensor in (scatter.target, scatter.weight)]
    plan_bytes = {tensor.data_ptr(): tensor.nbytes for tensor in tensors if isinstance(tensor, torch.Tensor)}
    on_meta = attention_plan(regions, pixels, TRIMMED_TOKENS, dtype=torch.bfloat16, device="meta").packs("double", 0)
    q, k, v = (
        torch.empty(1, HEADS, layout.total, WIDTH // HEADS, dtype=torch.bfloat16, device="meta") for _ in range(3)
    )
    with LiveBytes() as grouped:
        grouped_attention(q, k, v, on_meta, attend)
    base = slice(layout.base.start, layout.total)
    with LiveBytes() as plain:
        attend(q[:, :, base], k[:, :, base], v[:, :, base])
    mask = 2 * (layout.image_length + PAPER_TOKENS * regions) ** 2
    return {"extra_bytes": grouped.peak - plain.peak + sum(plan_bytes.values()), "dense_mask_bytes": mask}


def main() -> None:
    argparse.ArgumentParser(prog="dev.py bench memory", description=__doc__.splitlines()[0]).parse_args()
    result = {str(size): {str(n): measure(size, n) for n in REGIONS} for size in SIZES}
    rows = []
    for size, by_number in result.items():
        for number, row in by_number.items():
            extra, mask = row["extra_bytes"] / 2**20, row["dense_mask_bytes"] / 2**20
            rows.append((size, number, f"{extra:,.1f} MiB", f"{mask:,.0f} MiB", f"{extra / mask:.1%}"))
    print(table(("px", "regions", "extra", "dense mask", "share"), rows))
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
