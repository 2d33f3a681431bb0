"""One step of each model family at its own width and a small depth, random weights, relative to the plain model."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..dense_mask import under_dense_mask
from ..flux_width import BASE_TOKENS, TRIMMED_TOKENS, applied, grid_of, random_model, step_times, text
from ..interleaved import interleaved_times

PIXELS = 512
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
    "num_blocks": 4,
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
    the number of layers. text: features of a text token. latent: shape for a picture of PIXELS x PIXELS px.
    """

    model: str
    config: dict
    text: int
    latent: tuple[int, ...] = (1, 16, 1, PIXELS // 8, PIXELS // 8)
    pooled: int = 768
    has_dense_mask: bool = True


WIDTHS = {
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
            "depth_single_blocks": 4,
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
        latent=(1, 128, PIXELS // 16, PIXELS // 16),
    ),
    "Qwen-Image": Width("QwenImage", {"image_model": "qwen_image", "in_channels": 64, "num_layers": 2}, 3584),
    "Z-Image": Width(
        "ZImage",
        {
            "image_model": "lumina2",
            "patch_size": 2,
            "in_channels": 16,
            "dim": 3840,
            "n_layers": 4,
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
        latent=(1, 16, PIXELS // 8, PIXELS // 8),
    ),
    "Lumina 2": Width(
        "Lumina2",
        {
            "image_model": "lumina2",
            "patch_size": 2,
            "in_channels": 16,
            "dim": 2304,
            "n_layers": 4,
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
        latent=(1, 16, PIXELS // 8, PIXELS // 8),
    ),
    "Cosmos-Predict2 2B": Width(
        "CosmosT2IPredict2", {**COSMOS_WIDTH, "image_model": "cosmos_predict2"}, 1024, has_dense_mask=False
    ),
    "Krea 2": Width("Krea2", {"image_model": "krea2", "layers": 2}, 12 * 2560),
    "Anima": Width("Anima", {**COSMOS_WIDTH, "image_model": "anima"}, 1024, has_dense_mask=False),
    "Mage-Flow": Width(
        "MageFlow", {"image_model": "mage_flow", "num_layers": 2}, 2560, latent=(1, 128, PIXELS // 16, PIXELS // 16)
    ),
}
"""Sizes as the host's model_detection reads them from the published files, and its classes' defaults. A mask for two
attentions, of which the second sees texts alone, is not the dense mask of the paper: those have none here.
"""


def measure(regions: list[int], count: int, device: str = "cpu") -> dict:
    """Family -> number of regions -> {"trim", "dense_mask": relative to a plain step, "plain_s": seconds of that}.

    Families whose class this host lacks are left out. count: rounds.
    """
    import comfy.supported_models

    return {
        name: _measure_family(name, width, regions, count, device)
        for name, width in WIDTHS.items()
        if hasattr(comfy.supported_models, width.model)
    }


def _measure_family(name: str, width: Width, regions: list[int], count: int, device: str) -> dict:
    patcher, latent = family_model(width, device), torch.zeros(width.latent)
    base = [[text(BASE_TOKENS, 0, width.text), {"pooled_output": torch.zeros(1, width.pooled)}]]
    ratios = {}
    for number in regions:
        model, positive = applied(
            patcher, regional_prompt(width, base, number), base_ratio=0.2, end=1.0, isolation="regions"
        )
        cases = {
            "plain": lambda: step_times(patcher, base, latent)[0],
            "trim": lambda model=model, positive=positive: step_times(model, positive, latent)[0],
        }
        if width.has_dense_mask:
            cases["dense_mask"] = under_dense_mask(cases["trim"])
        times = interleaved_times(cases, count, f"{name}, {PIXELS} px, {number} regions")
        row = {case: round(times[case] / times["plain"], 3) for case in cases if case != "plain"}
        ratios[str(number)] = row | {"plain_s": round(times["plain"], 2)}
    return ratios


def family_model(width: Width, device: str):
    """A ModelPatcher with random weights."""
    import comfy.ldm.flux.model
    import comfy.supported_models

    settings = dict(width.config)
    if width.model == "Flux2" and "txt_ids_dims" in comfy.ldm.flux.model.FluxParams.__dataclass_fields__:
        settings["txt_ids_dims"] = [3]  # hosts since 0.4 number its texts so
    return random_model(getattr(comfy.supported_models, width.model)(settings), device)


def regional_prompt(width: Width, base: list, regions: int):
    """The RegionalPrompt of grid_of(regions) beside the base prompt, a CONDITIONING."""
    from flux_regions.adapter.regional_prompt import RegionalPrompt

    texts = tuple(text(TRIMMED_TOKENS, 1 + index, width.text) for index in range(regions))
    return RegionalPrompt(base, grid_of(regions), texts)
