"""Tiny models of the FLUX family, of the host's own classes with random weights."""

import torch

FLUX1 = {
    "image_model": "flux",
    "in_channels": 16,
    "out_channels": 16,
    "vec_in_dim": 16,
    "context_in_dim": 32,
    "hidden_size": 48,
    "mlp_ratio": 2.0,
    "num_heads": 2,
    "depth": 2,
    "depth_single_blocks": 3,
    "axes_dim": [4, 10, 10],
    "theta": 10000,
    "patch_size": 2,
    "qkv_bias": True,
    "guidance_embed": True,
}
FLUX2 = FLUX1 | {
    "image_model": "flux2",
    "in_channels": 128,
    "out_channels": 128,
    "vec_in_dim": None,
    "axes_dim": [6, 6, 6, 6],
    "theta": 2000,
    "patch_size": 1,
    "qkv_bias": False,
    "global_modulation": True,
    "mlp_silu_act": True,
    "ops_bias": False,
    "default_ref_method": "index",
    "ref_index_scale": 10.0,
}
CHROMA = {name: value for name, value in FLUX1.items() if name not in ("vec_in_dim", "guidance_embed")} | {
    "image_model": "chroma",
    "in_channels": 64,
    "out_channels": 64,
    "in_dim": 64,
    "out_dim": 48,
    "hidden_dim": 32,
    "n_layers": 2,
}


def tiny_model(kind: str):
    """A ModelPatcher: "krea" (a FLUX.1 with guidance), "flux2", "klein" (a FLUX.2 without guidance) or "chroma"."""
    import comfy.ldm.flux.model
    import comfy.model_patcher
    import comfy.supported_models

    settings = {"krea": FLUX1, "flux2": FLUX2, "klein": FLUX2 | {"guidance_embed": False}, "chroma": CHROMA}[kind]
    if "txt_ids_dims" in comfy.ldm.flux.model.FluxParams.__annotations__:  # newer hosts
        settings = {"vec_in_dim": None} | settings | {"txt_ids_dims": [3] if "flux2" in settings.values() else []}
    named = {"krea": "Flux", "flux2": "Flux2", "klein": "Flux2", "chroma": "Chroma"}[kind]
    config = getattr(comfy.supported_models, named)(settings)
    config.set_inference_dtype(torch.float32, None)
    model = config.get_model({}, "")
    generator = torch.Generator().manual_seed(7)
    for name, parameter in model.named_parameters():
        if "norm" in name:
            parameter.data.fill_(1)
        else:
            parameter.data.normal_(0, 0.8 * parameter.shape[-1] ** -0.5, generator=generator)
    cpu = torch.device("cpu")
    return comfy.model_patcher.ModelPatcher(model.eval(), cpu, cpu)
