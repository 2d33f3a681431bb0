"""FluxRegions_MaskedConditioning: ComfyUI's own masked conditioning, one pass of the model for every region."""

import math

import comfy.model_management
from comfy_api.latest import io
from torch import Tensor
from torch.nn.functional import interpolate

from ..adapter import clipped_to_window, references_of, without_regions
from ..adapter.regional_prompt import TOKEN_SETTINGS, RegionalPrompt
from ..attention import Settings, route_tokens, window_segments
from ..regions import TokenGrid, coverage
from .node_inputs import CATEGORY, FluxRegionalPrompt
from .search_aliases import search_aliases

UNKNOWN_SIDE = 128
"""Cells along one side where nothing tells the size of the picture."""
WINDOW_EPSILON = 1e-4
"""The host runs a step that lies exactly on the end of one window and the start of the next in both. Windows change
this fraction of the steps earlier, so that such a step belongs to the later one."""


class MaskedConditioning(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_MaskedConditioning",
            display_name="Regions as Masked Conditioning",
            category=CATEGORY,
            description="The regions without any patch: one pass of the model for each, put together by mask. For any "
            "model; slow.",
            inputs=[
                FluxRegionalPrompt.Input("regional_prompt", tooltip="From Encode Regional Prompt."),
                io.Float.Input(
                    "base_ratio",
                    default=Settings().base_ratio,
                    min=0.0,
                    max=1.0,
                    step=0.001,
                    round=0.001,
                    tooltip="The base prompt's share in every region. Lower = regions obey more; higher = more "
                    "coherent.",
                ),
                io.Latent.Input(
                    "latent",
                    optional=True,
                    tooltip="The latent that goes to the sampler: masks are then made for its size. Without it, for "
                    "the canvas.",
                ),
            ],
            outputs=[io.Conditioning.Output(display_name="conditioning")],
            **search_aliases("FluxRegions_MaskedConditioning"),
        )

    @classmethod
    def validate_inputs(cls, base_ratio=None):
        Settings(**({} if base_ratio is None else {"base_ratio": base_ratio}))
        return True

    @classmethod
    def execute(cls, regional_prompt: RegionalPrompt, base_ratio: float, latent: dict | None = None):
        shape = None if latent is None else latent["samples"].shape[-2:]
        return io.NodeOutput(masked_conditionings(regional_prompt, base_ratio, mask_grid(regional_prompt, shape)))


def mask_grid(prompt: RegionalPrompt, latent: tuple[int, int] | None) -> TokenGrid:
    """The cells of the masks: the latent's, else the canvas's, else those of a picture in a region mask's proportions.

    latent: (height, width) in cells. The host stretches masks to the latent that it samples, linearly; so masks that
    add up to one on this grid do so on the latent's.
    """
    if latent is not None:
        return TokenGrid(*latent, patch=1)
    if prompt.regions.canvas is not None:
        width, height = prompt.regions.canvas
        grid = TokenGrid.of_picture(width, height)
        return TokenGrid(grid.latent_height, grid.latent_width, patch=1)
    height, width = prompt.regions.mask_proportions
    scale = UNKNOWN_SIDE / math.sqrt(height * width)
    return TokenGrid(max(1, round(height * scale)), max(1, round(width * scale)), patch=1)


def masked_conditionings(prompt: RegionalPrompt, base_ratio: float, grid: TokenGrid) -> list:
    """CONDITIONING that the host adds up to beta * base + (1 - beta) * composed (RPG, Yang et al. 2024, section 3).

    beta is base_ratio. composed is, in every cell, the pass of the region on top, else of the background, else of the
    base prompt. As in Apply, soft edges and strengths weigh the passes, and where no region acts the base prompt is
    alone. Each part of the base conditioning gets passes of its own, with all its settings. Raises ValueError as
    coverage() does.
    """
    regions, settings = prompt.regions, Settings(base_ratio=base_ratio)
    parts = []
    covered = coverage(regions, grid, comfy.model_management.throw_exception_if_processing_interrupted)
    windows = [(region.start, region.end) for region in regions.of_whole]
    for start, end, active in window_segments(windows):
        here = tuple(index for index in active if index < len(regions))
        active_prompt = prompt.subset(here)
        has_background = active_prompt.has_background and bool(active)
        routing = route_tokens(active_prompt.regions, settings, grid, has_background, covered[list(here)])
        weights = {route.regions[0]: route.weight for route in routing.routes}
        for tokens, extra in prompt.base:
            extra = _clip_window(without_regions(extra), start, end)
            if extra is None:
                continue
            if routing.base_weight.any():
                parts.append([tokens, _with_weight(extra, routing.base_weight, grid)])
            shared = {name: value for name, value in extra.items() if name not in TOKEN_SETTINGS}
            for i, weight in weights.items():
                beside_text = active_prompt.text_settings(i)
                of_region = {name: beside_text[name] for name in TOKEN_SETTINGS if name in beside_text}
                if references := references_of(active_prompt.regions, i):
                    of_region["reference_latents"] = [*(shared.get("reference_latents") or ()), *references]
                parts.append([active_prompt.texts[i], _with_weight({**shared, **of_region}, weight, grid)])
    return parts


def _clip_window(extra: dict, start: float, end: float) -> dict | None:
    """The settings with their step window cut to start..end, in fractions of the steps; None if that leaves nothing."""
    first, last = (edge - WINDOW_EPSILON if 0 < edge < 1 else edge for edge in (start, end))
    return clipped_to_window(extra, first, last)


def _with_weight(extra: dict, weight: Tensor, grid: TokenGrid) -> dict:
    """The settings with weight [N], one for each cell of grid, as their mask; one that they have is multiplied by it.

    Raises ValueError where the host would cut the picture to the bounds of that mask.
    """
    mask = weight.view(1, grid.rows, grid.cols)
    if extra.get("set_area_to_bounds"):
        raise ValueError(
            "The base conditioning is cut to the bounds of its mask (Conditioning Set Mask with 'mask bounds'), and "
            "the regions would be too. Set set_cond_area to 'default'."
        )
    if "mask" in extra:
        base_mask = extra["mask"].float().cpu()
        base_mask = base_mask[None] if base_mask.ndim == 2 else base_mask
        mask = mask * interpolate(base_mask[:, None], mask.shape[1:], mode="bilinear")[:, 0]
    elif bool((weight == 1).all()):
        return extra
    return {**extra, "mask": mask, "set_area_to_bounds": False, "mask_strength": extra.get("mask_strength", 1.0)}
