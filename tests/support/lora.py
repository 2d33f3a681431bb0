"""LoRA files of the tests: the golden ones and random ones, and the host's own way of loading them."""

from __future__ import annotations

from pathlib import Path

import torch

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "lora"
FILES = {"a": "lora_a_kohya.safetensors", "b": "lora_b_diffusers.safetensors"}
SCALE = 0.3


def layers_of(model, part=""):
    """{path: layer} of the linear layers of a MODEL whose path holds part."""
    named = model.model.diffusion_model.named_modules()
    return {path: layer for path, layer in named if isinstance(layer, torch.nn.Linear) and part in path}


def token_layers(model):
    """The paths of a MODEL's layers that see tokens: others are left out of regions' LoRAs."""
    from flux_regions.adapter.families import family_of

    family = family_of(model.model.diffusion_model)
    return {path for path in layers_of(model) if family.layer_tokens(path)}


def random_lora(model, kind="lora", seed=3, paths=None, rank=4):
    """A LoRA of these layers (by default of all that are linear), in the names that the host has itself."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*size):
        return torch.randn(*size, generator=generator) * SCALE

    tensors = {}
    for path, layer in layers_of(model).items():
        if paths is not None and path not in paths:
            continue
        out, inputs, name = layer.out_features, layer.in_features, f"diffusion_model.{path}"
        if kind == "lora":
            tensors |= {f"{name}.lora_down.weight": normal(rank, inputs), f"{name}.lora_up.weight": normal(out, rank)}
            tensors[f"{name}.alpha"] = torch.tensor(rank / 2)
        elif kind == "loha":
            for part in ("w1", "w2"):
                tensors |= {f"{name}.hada_{part}_a": normal(out, 2), f"{name}.hada_{part}_b": normal(2, inputs)}
            tensors[f"{name}.alpha"] = torch.tensor(1.0)
        elif kind == "lora with a core":
            tensors |= {
                f"{name}.lora_down.weight": normal(3, inputs, 1, 1),
                f"{name}.lora_up.weight": normal(out, 3, 1, 1),
            }
            tensors |= {f"{name}.lora_mid.weight": normal(3, 3, 1, 1), f"{name}.alpha": torch.tensor(6.0)}
        elif kind == "loha with cores":
            for part, core in (("w1", "t1"), ("w2", "t2")):
                tensors |= {f"{name}.hada_{part}_a": normal(2, out), f"{name}.hada_{part}_b": normal(2, inputs)}
                tensors[f"{name}.hada_{core}"] = normal(2, 2, 1, 1) * 4
        elif kind == "lokr":
            first = (2 if out % 2 == 0 else 1, 2 if inputs % 2 == 0 else 1)
            tensors[f"{name}.lokr_w1"] = normal(*first)
            tensors[f"{name}.lokr_w2_a"] = normal(out // first[0], 2)
            tensors[f"{name}.lokr_w2_b"] = normal(2, inputs // first[1])
            tensors[f"{name}.alpha"] = torch.tensor(1.0)
        elif kind == "diff":
            tensors[f"{name}.diff"] = normal(out, inputs) * SCALE
            if layer.bias is not None:
                tensors[f"{name}.diff_b"] = normal(out)
    return {key: value.contiguous() for key, value in tensors.items()}


def global_lora(model, tensors, strength=1.0):
    """The MODEL with it on all tokens, as the host's loader node does it."""
    import comfy.sd

    return comfy.sd.load_lora_for_models(model, None, dict(tensors), strength, 0)[0]
