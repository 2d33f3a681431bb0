"""FluxRegions_MaskedConditioning: ComfyUI's own masked conditioning, one pass of the model for every region."""

import math

from comfy_api.latest import io
from torch import Tensor
from torch.nn import functional as F

from ..adapter import without_regions
from ..adapter.regional_prompt import RegionalPrompt
from ..attention import Settings, route_tokens, window_segments
from ..regions import TokenGrid
from .node_inputs import CATEGORY, FluxRegionalPrompt

CELL = 8
"""Pixels along one side of a latent cell."""
UNKNOWN_SIDE = 128
"""Cells along one side where nothing tells the size of the picture."""
JUST_BEFORE = 1e-4
"""The host runs a step that lies exactly on the end of one window and the start of the next in both. Windows change this
share of the steps earlier, so that such a step belongs to the later one."""
OWN_OF_THE_BASE = ("attention_mask", "attention_mask_img_shape")
"""What describes the tokens of the base prompt, and would be wrong for a region's."""


class MaskedConditioning(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_MaskedConditioning",
            display_name="Regions as Masked Conditioning",
            category=CATEGORY,
            description="The regions without any patch: one pass of the model for each, put together by mask. For any model; slow.",
            inputs=[
                FluxRegionalPrompt.Input("regional_prompt", tooltip="From Encode Regional Prompt."),
                io.Float.Input(
                    "base_ratio",
                    default=0.2,
                    min=0.0,
                    max=1.0,
                    step=0.001,
                    round=0.0001,
                    tooltip="The base prompt's share in every region. Lower = regions obey more; higher = more coherent.",
                ),
                io.Latent.Input(
                    "latent",
                    optional=True,
                    tooltip="The latent that goes to the sampler: masks are then made for its size. Without it, for the canvas.",
                ),
            ],
            outputs=[io.Conditioning.Output(display_name="conditioning")],
        )

    @classmethod
    def validate_inputs(cls, base_ratio=None):
        Settings(**({} if base_ratio is None else {"base_ratio": base_ratio}))
        return True

    @classmethod
    def execute(cls, regional_prompt: RegionalPrompt, base_ratio: float, latent: dict | None = None):
        shape = None if latent is None else latent["samples"].shape[-2:]
        return io.NodeOutput(masked(regional_prompt, base_ratio, mask_grid(regional_prompt, shape)))


def mask_grid(prompt: RegionalPrompt, latent: tuple[int, int] | None) -> TokenGrid:
    """The cells that the masks are made of: the latent's, else the canvas's, else those of a picture shaped as the masks are.

    The host stretches masks to the latent it samples, linearly: what adds up to one here does so there as well.
    """
    if latent is not None:
        return TokenGrid(*latent, patch=1)
    if prompt.regions.canvas is not None:
        width, height = prompt.regions.canvas
        return TokenGrid(-(-height // CELL), -(-width // CELL), patch=1)
    painted = next((region.mask for region in prompt.regions.regions if region.mask is not None), None)
    height, width = (1, 1) if painted is None else painted.shape
    scale = UNKNOWN_SIDE / math.sqrt(height * width)
    return TokenGrid(max(1, round(height * scale)), max(1, round(width * scale)), patch=1)


def masked(prompt: RegionalPrompt, base_ratio: float, grid: TokenGrid) -> list:
    """CONDITIONING whose parts the host adds up to beta * base + (1 - beta) * composed (RPG, Yang et al. 2024, section 3).

    composed is, at every place, the pass of the region on top, else of the background, else of the base prompt; soft edges
    and strengths weigh as they do in Apply. While no region acts the base prompt is alone, as there. Each part of the base conditioning gets passes of its own, with all its settings.
    Raises ValueError as coverage() does.
    """
    regions, settings = prompt.regions, Settings(base_ratio=base_ratio)
    parts = []
    for start, end, acting in window_segments([(region.start, region.end) for region in regions.regions]):
        now = prompt.subset(acting)
        routing = route_tokens(now.regions, settings, grid, now.has_background and bool(acting))
        weights = {route.regions[0]: route.weight for route in routing.routes}
        for tokens, extra in prompt.base:
            extra = _within(without_regions(extra), start, end)
            if extra is None:
                continue
            if routing.base_weight.any():
                parts.append([tokens, _weighted(extra, routing.base_weight, grid)])
            own = {name: value for name, value in extra.items() if name not in OWN_OF_THE_BASE}
            parts += [[now.texts[i], _weighted(own, weight, grid)] for i, weight in weights.items()]
    return parts


def _within(extra: dict, start: float, end: float) -> dict | None:
    """The settings, for this share of the steps only, of their own window; None if the two do not meet."""
    first = max(start - JUST_BEFORE if start > 0 else 0.0, extra.get("start_percent", 0.0))
    last = min(end - JUST_BEFORE if end < 1 else 1.0, extra.get("end_percent", 1.0))
    if first >= last:
        return None
    window = {"start_percent": first} if first > 0 else {}
    return {**extra, **window} | ({"end_percent": last} if last < 1 else {})


def _weighted(extra: dict, weight: Tensor, grid: TokenGrid) -> dict:
    """The settings with this weight [N] of the grid's cells as their mask, times the mask that is there."""
    mask = weight.view(1, grid.rows, grid.cols)
    if extra.get("set_area_to_bounds"):
        raise ValueError(
            "The base conditioning is cut to the bounds of its mask (Conditioning Set Mask with 'mask bounds'), and the regions "
            "would be too. Set set_cond_area to 'default'."
        )
    if "mask" in extra:
        there = extra["mask"].float().cpu()
        there = there[None] if there.ndim == 2 else there
        mask = mask * F.interpolate(there[:, None], mask.shape[1:], mode="bilinear")[:, 0]
    elif bool((weight == 1).all()):
        return extra
    return {**extra, "mask": mask, "set_area_to_bounds": False, "mask_strength": extra.get("mask_strength", 1.0)}
