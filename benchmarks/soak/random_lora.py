"""A LoRA of random numbers for Pocket Flux: what it draws does not matter to a soak."""

from pathlib import Path

import torch
from flux_regions.pocket.load import WEIGHTS
from safetensors import safe_open
from safetensors.torch import save_file

RANK = 2
SCALE = 0.05


def write_random_lora(path: Path) -> None:
    """Of all linear layers inside of the blocks."""
    generator = torch.Generator().manual_seed(0)

    def normal(*size: int) -> torch.Tensor:
        return torch.randn(*size, generator=generator) * SCALE

    tensors = {}
    with safe_open(WEIGHTS, "pt") as weights:
        for key in weights.keys():  # noqa: SIM118  (it is no dict)
            shape = weights.get_slice(key).get_shape()
            if "_blocks." in key and key.startswith("flux.") and len(shape) == 2:
                layer = f"diffusion_model.{key.removeprefix('flux.').removesuffix('.weight')}"
                tensors[f"{layer}.lora_down.weight"] = normal(RANK, shape[1])
                tensors[f"{layer}.lora_up.weight"] = normal(shape[0], RANK)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
