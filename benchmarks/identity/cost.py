"""What LoRAs of regions cost at FLUX.1's width: a step with them, relative to one without."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from ..flux_width import TRIMMED_TOKENS, applied, base, empty_latent, model, regional_prompt, step_times
from ..interleaved import interleaved_times

PIXELS, REGIONS, RANK = 512, 2, 16


def measure(rounds: int, folder: Path) -> dict:
    """Of two regions with a LoRA of rank 16 each, on every linear layer inside of the blocks.

    folder: for the LoRAs, which the host reads from there. loras: regions without prompts, their LoRAs alone, over
    plain FLUX. regions: the prompts alone, trimmed. both: both. plain_s: seconds of a plain step.
    """
    import folder_paths

    patcher = model()
    folder_paths.add_model_folder_path("loras", str(folder))
    names = [f"of_region_{index}.safetensors" for index in range(REGIONS)]
    for seed, name in enumerate(names):
        _write_lora(patcher.model.diffusion_model, folder / name, seed)
    cases = {
        "plain": lambda: step_times(patcher, base(), empty_latent(PIXELS))[0],
        "loras": _case(patcher, names, strength=0.0),
        "regions": _case(patcher, []),
        "both": _case(patcher, names),
    }
    times = interleaved_times(cases, rounds, f"step, {PIXELS} px, {REGIONS} regions of rank {RANK}")
    ratios = {name: round(times[name] / times["plain"], 3) for name in cases if name != "plain"}
    return ratios | {"plain_s": round(times["plain"], 2)}


def _case(patcher, names: list[str], strength: float = 1.0):
    from dataclasses import replace

    from flux_regions.regions import RegionLora

    prompt = regional_prompt(REGIONS, TRIMMED_TOKENS)
    regions = tuple(
        replace(region, strength=strength, loras=(RegionLora(names[index]),) if names else ())
        for index, region in enumerate(prompt.regions.regions)
    )
    prompt = replace(prompt, regions=replace(prompt.regions, regions=regions))
    case_model, positive = applied(patcher, prompt, end=1.0)
    return lambda: step_times(case_model, positive, empty_latent(PIXELS))[0]


def _write_lora(diffusion_model, path: Path, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, layer in diffusion_model.named_modules():
        if isinstance(layer, torch.nn.Linear) and "_blocks." in name:
            out, inputs = layer.weight.shape
            tensors[f"diffusion_model.{name}.lora_down.weight"] = torch.randn(RANK, inputs, generator=generator) * 0.01
            tensors[f"diffusion_model.{name}.lora_up.weight"] = torch.randn(out, RANK, generator=generator) * 0.01
    save_file(tensors, str(path))
