"""FLUX.1's width at a small depth: ComfyUI's own Flux with random weights, regions in a grid, times of its calls.

A double and a single block cost the same for each token, and the depth keeps FLUX.1's proportion of them (19 to 38), so
that ratios of times are those of the whole model.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import torch
from torch import Tensor

from devtools import host, packages

from .interleaved import finish_device_work

WIDTH, HEADS, TEXT_WIDTH, POOLED = 3072, 24, 4096, 768
DOUBLE_BLOCKS, SINGLE_BLOCKS = 1, 2
BASE_TOKENS = 256
"""Text tokens of the base prompt: ComfyUI pads FLUX.1's prompts to 256."""
PAPER_TOKENS = 512
"""Tokens of every prompt in the authors' code, the base prompt's as well."""
TRIMMED_TOKENS = 23
"""Tokens of a region's prompt without padding; those of the workflow ship_four_boxes have 20 to 25."""
GRIDS = {1: (1, 1), 2: (2, 1), 4: (2, 2), 8: (4, 2), 16: (4, 4), 64: (8, 8)}
"""number of equal regions -> (columns, rows)"""


DTYPES = {"cpu": torch.float32, "cuda": torch.bfloat16}
"""Device -> what is computed in there."""


def open_host(device: str = "cpu") -> None:
    """ComfyUI in this process, on a device of DTYPES, with PyTorch's own attention."""
    packages.load_comfy(host.current(), Path(tempfile.mkdtemp()), cpu=device == "cpu", use_pytorch_cross_attention=True)


def model(
    width: int = WIDTH,
    heads: int = HEADS,
    double: int = DOUBLE_BLOCKS,
    single: int = SINGLE_BLOCKS,
    device: str = "cpu",
):
    """A ModelPatcher. width / heads must be 128 or a multiple of 8 that the three rotary axes can share."""
    return random_model(model_config("FluxSchnell", flux_settings(width, heads, double, single)), device)


def flux_settings(width: int = WIDTH, heads: int = HEADS, double: int = 1, single: int = 1) -> dict:
    """The unet_config of a FLUX.1 without guidance, of so many blocks. width, heads: as of model."""
    axis = width // heads // 16 * 7 // 2 * 2
    return {
        "image_model": "flux",
        "in_channels": 16,
        "out_channels": 16,
        "vec_in_dim": POOLED,
        "context_in_dim": TEXT_WIDTH,
        "hidden_size": width,
        "mlp_ratio": 4.0,
        "num_heads": heads,
        "depth": double,
        "depth_single_blocks": single,
        "axes_dim": [width // heads - 2 * axis, axis, axis],
        "theta": 10000,
        "patch_size": 2,
        "qkv_bias": True,
        "guidance_embed": False,
    }


def model_config(name: str, settings: dict):
    """A config of the host's supported_models, by the name of its class. settings: its unet_config."""
    import comfy.ldm.flux.model
    import comfy.supported_models

    if "hidden_size" in settings and "txt_ids_dims" in comfy.ldm.flux.model.FluxParams.__dataclass_fields__:
        # Hosts since 0.4 say here how texts are numbered.
        settings = {"vec_in_dim": None} | settings | {"txt_ids_dims": [3] if name == "Flux2" else []}
    return getattr(comfy.supported_models, name)(dict(settings))


def random_model(config, device: str):
    """A ModelPatcher of a config of the host's supported_models, with random weights."""
    import comfy.model_patcher

    config.set_inference_dtype(DTYPES[device], None)
    built = config.get_model({}, "")
    generator = torch.Generator().manual_seed(0)
    for name, parameter in built.named_parameters():
        if parameter.ndim == 1 and ("norm" in name or name.endswith(("weight", "scale"))):
            parameter.data.fill_(1)
        else:
            parameter.data.normal_(0, parameter.shape[-1] ** -0.5, generator=generator)
    return comfy.model_patcher.ModelPatcher(built.eval(), torch.device(device), torch.device("cpu"))


def text(tokens: int, seed: int, width: int = TEXT_WIDTH) -> Tensor:
    """Random text features [1, tokens, width]."""
    return torch.randn(1, tokens, width, generator=torch.Generator().manual_seed(seed))


def base(tokens: int = BASE_TOKENS) -> list:
    """The base prompt, a CONDITIONING."""
    return [[text(tokens, 0), {"pooled_output": torch.zeros(1, POOLED)}]]


def grid_of(regions: int):
    """Equal boxes that fill the canvas, as a RegionSet; regions: how many, a key of GRIDS."""
    from flux_regions.regions import Rect, Region, RegionSet, ShapeOp

    columns, rows = GRIDS[regions]
    boxes = [Rect(x / columns, y / rows, 1 / columns, 1 / rows) for y in range(rows) for x in range(columns)]
    return RegionSet(tuple(Region(shapes=(ShapeOp(box),)) for box in boxes))


def uneven_grid():
    """Sixteen boxes that fill the canvas, no two of one size, as a RegionSet."""
    from flux_regions.regions import Rect, Region, RegionSet, ShapeOp

    widths, heights = (9, 14, 18, 23), (10, 13, 19, 22)  # in tokens of a picture of 1024 px
    boxes = [
        Rect(sum(widths[:x]) / 64, sum(heights[:y]) / 64, widths[x] / 64, heights[y] / 64)
        for y in range(4)
        for x in range(4)
    ]
    return RegionSet(tuple(Region(shapes=(ShapeOp(box),)) for box in boxes))


def attention_plan(
    regions,
    pixels: int,
    tokens: int,
    base_tokens: int = BASE_TOKENS,
    dtype=torch.float32,
    device="cpu",
    **settings,
):
    """The AttentionPlan of regions (a RegionSet; a number: grid_of it) on a square picture of so many pixels a side.

    tokens: of each region's prompt. settings: of Settings.
    """
    from flux_regions.attention import AttentionPlan, Settings, TokenLayout, route_tokens
    from flux_regions.regions import TokenGrid

    plan_settings, grid = Settings(**settings), TokenGrid.of_picture(pixels, pixels)
    region_set = grid_of(regions) if isinstance(regions, int) else regions
    routing = route_tokens(region_set, plan_settings, grid, background=False)
    layout = TokenLayout((tokens,) * len(region_set), base_tokens, grid.tokens)
    return AttentionPlan(layout, routing, plan_settings, torch.device(device), dtype)


def regional_prompt(regions: int, tokens: int, base_tokens: int = BASE_TOKENS, background: bool = False):
    """The RegionalPrompt of grid_of(regions), each region, and the background, with a prompt of so many tokens."""
    from flux_regions.adapter.regional_prompt import RegionalPrompt

    return RegionalPrompt(
        base(base_tokens), grid_of(regions), tuple(text(tokens, 1 + i) for i in range(regions + background))
    )


def applied(patcher, prompt, **settings):
    """(model, positive) of FluxRegions_Apply."""
    from flux_regions.nodes.apply import Apply

    return Apply.execute(model=patcher, regional_prompt=prompt, **settings).result[:2]


def empty_latent(pixels: int) -> Tensor:
    """Of a square picture of so many px a side."""
    return torch.zeros(1, 16, pixels // 8, pixels // 8)


def step_times(patcher, positive: list, latent: Tensor, steps: int = 1) -> list[float]:
    """Seconds of each model call in a run of the host's sampler, the pack's work included."""
    import comfy.sample

    times = []

    def timed(apply_model, call):
        start = time.perf_counter()
        output = apply_model(call["input"], call["timestep"], **call["c"])
        finish_device_work()
        times.append(time.perf_counter() - start)
        return output

    patcher = patcher.clone()
    patcher.set_model_unet_function_wrapper(timed)
    with torch.inference_mode():
        comfy.sample.sample(
            patcher,
            torch.randn(latent.shape, generator=torch.Generator().manual_seed(0)),
            steps,
            1.0,
            "euler",
            "simple",
            positive,
            positive,
            latent,
            disable_pbar=True,
            seed=0,
        )
    return times
