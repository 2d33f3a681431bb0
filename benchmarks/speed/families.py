"""One step of each model family at its own width, random weights, relative to the plain model.

A model has one block of each kind. A step of the whole model is what was measured, with the time in these blocks
multiplied up to the depth of the trained weights: so what comes before and behind the blocks counts once, as it should.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from .. import flux_width
from ..dense_mask import under_dense_mask
from ..flux_width import (
    BASE_TOKENS,
    POOLED,
    TEXT_WIDTH,
    TRIMMED_TOKENS,
    applied,
    grid_of,
    model_config,
    random_model,
    step_times,
    text,
)
from ..interleaved import finish_device_work, interleaved_times

PIXELS = 512
UNPADDED_TOKENS = 64
"""Text tokens of a base prompt that the host does not pad."""
COSMOS_WIDTH = {
    "max_img_h": 240,
    "max_img_w": 240,
    "max_frames": 128,
    "in_channels": 16,
    "out_channels": 16,
    "patch_spatial": 2,
    "patch_temporal": 1,
    "concat_padding_mask": True,
    "model_channels": 2048,
    "num_blocks": 1,
    "num_heads": 16,
    "crossattn_emb_channels": 1024,
    "pos_emb_cls": "rope3d",
    "pos_emb_learnable": False,
    "pos_emb_interpolation": "crop",
    "use_adaln_lora": True,
    "adaln_lora_dim": 256,
    "rope_h_extrapolation_ratio": 4.0,
    "rope_w_extrapolation_ratio": 4.0,
    "rope_enable_fps_modulation": False,
}


@dataclass(frozen=True)
class Width:
    """model: the host's class in supported_models. config: its unet_config, at the size of the trained weights but for
    the number of layers. text: features of a text token. depths: the model's list of blocks -> how many of them the
    trained weights have. latent: shape for a picture of PIXELS x PIXELS px. base_tokens: of the base prompt.
    """

    model: str
    config: dict
    text: int
    depths: dict[str, int]
    latent: tuple[int, ...] = (1, 16, 1, PIXELS // 8, PIXELS // 8)
    base_tokens: int = UNPADDED_TOKENS


WIDTHS = {
    "FLUX.1": Width(
        "Flux",
        flux_width.flux_settings() | {"guidance_embed": True},
        TEXT_WIDTH,
        {"double_blocks": 19, "single_blocks": 38},
        latent=(1, 16, PIXELS // 8, PIXELS // 8),
        base_tokens=BASE_TOKENS,
    ),
    "Chroma": Width(
        "Chroma",
        {
            **{
                key: value
                for key, value in flux_width.flux_settings().items()
                if key not in ("vec_in_dim", "guidance_embed")
            },
            "image_model": "chroma",
            "in_channels": 64,
            "out_channels": 64,
            "in_dim": 64,
            "out_dim": 3072,
            "hidden_dim": 5120,
            "n_layers": 5,
        },
        TEXT_WIDTH,
        {"double_blocks": 19, "single_blocks": 38},
        latent=(1, 16, PIXELS // 8, PIXELS // 8),
    ),
    "FLUX.2 Klein 4B": Width(
        "Flux2",
        {
            "image_model": "flux2",
            "in_channels": 128,
            "out_channels": 128,
            "vec_in_dim": None,
            "context_in_dim": 7680,
            "hidden_size": 3072,
            "mlp_ratio": 3.0,
            "num_heads": 24,
            "depth": 1,
            "depth_single_blocks": 1,
            "axes_dim": [32, 32, 32, 32],
            "theta": 2000,
            "patch_size": 1,
            "qkv_bias": False,
            "guidance_embed": False,
            "global_modulation": True,
            "mlp_silu_act": True,
            "ops_bias": False,
            "default_ref_method": "index",
            "ref_index_scale": 10.0,
        },
        7680,
        {"double_blocks": 5, "single_blocks": 20},
        latent=(1, 128, PIXELS // 16, PIXELS // 16),
    ),
    "Qwen-Image": Width(
        "QwenImage", {"image_model": "qwen_image", "in_channels": 64, "num_layers": 1}, 3584, {"transformer_blocks": 60}
    ),
    "Z-Image": Width(
        "ZImage",
        {
            "image_model": "lumina2",
            "patch_size": 2,
            "in_channels": 16,
            "dim": 3840,
            "n_layers": 1,
            "n_refiner_layers": 1,
            "n_heads": 30,
            "n_kv_heads": 30,
            "axes_dims": [32, 48, 48],
            "axes_lens": [1536, 512, 512],
            "rope_theta": 256.0,
            "ffn_dim_multiplier": 8 / 3,
            "qk_norm": True,
            "cap_feat_dim": 2560,
            "z_image_modulation": True,
            "time_scale": 1000.0,
            "pad_tokens_multiple": 32,
        },
        2560,
        {"layers": 30, "noise_refiner": 2, "context_refiner": 2},
        latent=(1, 16, PIXELS // 8, PIXELS // 8),
    ),
    "Lumina 2": Width(
        "Lumina2",
        {
            "image_model": "lumina2",
            "patch_size": 2,
            "in_channels": 16,
            "dim": 2304,
            "n_layers": 1,
            "n_refiner_layers": 1,
            "n_heads": 24,
            "n_kv_heads": 8,
            "axes_dims": [32, 32, 32],
            "axes_lens": [300, 512, 512],
            "rope_theta": 10000.0,
            "ffn_dim_multiplier": 4.0,
            "qk_norm": True,
            "cap_feat_dim": 2304,
        },
        2304,
        {"layers": 26, "noise_refiner": 2, "context_refiner": 2},
        latent=(1, 16, PIXELS // 8, PIXELS // 8),
    ),
    "Cosmos-Predict2 2B": Width(
        "CosmosT2IPredict2", {**COSMOS_WIDTH, "image_model": "cosmos_predict2"}, 1024, {"blocks": 28}
    ),
    "Krea 2": Width("Krea2", {"image_model": "krea2", "layers": 1}, 12 * 2560, {"blocks": 28}),
    "Anima": Width("Anima", {**COSMOS_WIDTH, "image_model": "anima"}, 1024, {"blocks": 28}),
    "Mage-Flow": Width(
        "MageFlow",
        {"image_model": "mage_flow", "num_layers": 1},
        2560,
        {"transformer_blocks": 12},
        latent=(1, 128, PIXELS // 16, PIXELS // 16),
    ),
}
"""Sizes as the host's model_detection reads them from the published files, and its classes' defaults."""


def measure(regions: list[int], count: int, device: str = "cpu", names: list[str] | None = None) -> dict:
    """Family -> number of regions -> {"trim", "dense_mask": relative to a plain step, "plain_s": seconds of that}.

    names: which families; None: all. Those whose class this host lacks are left out. count: rounds.
    """
    import comfy.supported_models

    return {
        name: _measure_family(name, width, regions, count, device)
        for name, width in WIDTHS.items()
        if (not names or name in names) and hasattr(comfy.supported_models, width.model)
    }


def _measure_family(name: str, width: Width, regions: list[int], count: int, device: str) -> dict:
    patcher = family_model(width, device)
    base = [[text(width.base_tokens, 0, width.text), {"pooled_output": torch.zeros(1, POOLED)}]]
    cases = {"plain": lambda: whole_step(patcher, base, width)}
    for number in regions:
        model, positive = applied(
            patcher, regional_prompt(width, base, number), base_ratio=0.2, end=1.0, isolation="auto"
        )
        cases[f"trim {number}"] = lambda model=model, positive=positive: whole_step(model, positive, width)
        cases[f"dense_mask {number}"] = under_dense_mask(cases[f"trim {number}"])
    times = interleaved_times(cases, count, f"{name}, {PIXELS} px")
    plain = times["plain"]
    return {
        str(number): {case: round(times[f"{case} {number}"] / plain, 3) for case in ("trim", "dense_mask")}
        | {"plain_s": round(plain, 2)}
        for number in regions
    }


def whole_step(patcher, positive: list, width: Width) -> float:
    """Seconds of one step, with the time in the blocks multiplied up to the depth of the trained weights."""
    seconds = dict.fromkeys(width.depths, 0.0)
    with _timed_blocks(patcher.model.diffusion_model, seconds):
        (step,) = step_times(patcher, positive, torch.zeros(width.latent))
    built = {blocks: len(getattr(patcher.model.diffusion_model, blocks)) for blocks in width.depths}
    return step + sum(seconds[blocks] * (depth / built[blocks] - 1) for blocks, depth in width.depths.items())


@contextmanager
def _timed_blocks(model: nn.Module, seconds: dict[str, float]) -> Iterator[None]:
    """Within it the time in the model's blocks is added to seconds: list of blocks -> seconds."""
    started: list[float] = []

    def start(_block: nn.Module, _args: tuple) -> None:
        finish_device_work()
        started.append(time.perf_counter())

    def stop(blocks: str) -> None:
        finish_device_work()
        seconds[blocks] += time.perf_counter() - started.pop()

    hooks = []
    for blocks in seconds:
        for block in getattr(model, blocks):
            hooks.append(block.register_forward_pre_hook(start))
            hooks.append(block.register_forward_hook(lambda *_, blocks=blocks: stop(blocks)))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def family_model(width: Width, device: str):
    """A ModelPatcher with random weights."""
    return random_model(model_config(width.model, width.config), device)


def regional_prompt(width: Width, base: list, regions: int):
    """The RegionalPrompt of grid_of(regions) beside the base prompt, a CONDITIONING. Its texts are trimmed."""
    from flux_regions.adapter.regional_prompt import RegionalPrompt

    texts = tuple(text(TRIMMED_TOKENS, 1 + index, width.text) for index in range(regions))
    return RegionalPrompt(base, grid_of(regions), texts, trimmed=(0,) * regions)
