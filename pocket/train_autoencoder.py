"""Teach the autoencoder the code of `latents`: to encode pixels in it, and to decode sharp pixels from a noisy one."""

import argparse
import logging
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .autoencoder import Autoencoder
from .checkpoints import load_checkpoint, save_atomically
from .latents import scene_latents
from .scenes import random_scene, render

log = logging.getLogger(__name__)
SIZES = ((64, 64), (64, 64), (64, 64), (96, 96), (64, 128), (128, 64), (128, 128), (192, 160), (256, 256))
PIXELS_PER_BATCH = 8 * 96 * 96
LATENT_NOISE = 0.5  # largest standard deviation of the noise that the decoder learns to see through


def scene_batch(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Pixels [B, 3, H, W] in -1..1 and the latents [B, 16, H/8, W/8] that stand for them, all of one random size."""
    width, height = SIZES[rng.integers(len(SIZES))]
    max_objects = min(6, max(1, width * height // 4096))
    scenes = [
        random_scene(rng, width, height, int(rng.integers(1, max_objects + 1)), held_out=bool(rng.random() < 0.12))
        for _ in range(PIXELS_PER_BATCH // (width * height) or 1)
    ]
    pixels = np.stack([render(scene) for scene in scenes])
    latents = np.stack([scene_latents(scene) for scene in scenes])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2) * 2 - 1, torch.from_numpy(latents)


def perturbed(latents: Tensor) -> Tensor:
    """Latents with the errors that a flow model makes: noise per cell and noise that is alike over several cells."""
    strength = LATENT_NOISE * torch.rand(2, len(latents), 1, 1, 1) * (torch.rand(2, len(latents), 1, 1, 1) < 0.85)
    coarse = torch.randn(*latents.shape[:2], -(-latents.shape[2] // 4), -(-latents.shape[3] // 4))
    smooth = F.interpolate(coarse, size=latents.shape[-2:], mode="bilinear")
    return latents + strength[0] * torch.randn_like(latents) + 0.5 * strength[1] * smooth


def train(out: Path, steps: int, seed: int = 0, threads: int = 1, begin: Path | None = None) -> None:
    """Train for `steps` steps; `out` is written every 200 steps. begin: an earlier one to go on from."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Autoencoder().to(memory_format=torch.channels_last)
    if begin:
        model.load_state_dict(load_checkpoint(begin), strict=False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, betas=(0.9, 0.98), weight_decay=1e-3)
    start = time.monotonic()
    for step in range(1, steps + 1):
        pixels, latents = scene_batch(rng)
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, step / 100) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        code_error = model.to_model_space(pixels) - latents
        error = model.from_model_space(perturbed(latents)) - pixels
        picture = error.abs().mean() + error.square().mean()
        code = code_error.square().mean() + 0.3 * code_error.abs().mean()
        optimizer.zero_grad()
        (picture + code).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 0:
            seconds = time.monotonic() - start
            log.info("step %d  %.0f s  picture %.4f  code %.4f", step, seconds, picture.item(), code.item())
        if step % 200 == 0 or step == steps:
            save_atomically(model.state_dict(), out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the autoencoder of Pocket Flux.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--begin", type=Path, help="an earlier autoencoder to go on from")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    train(arguments.out, arguments.steps, arguments.seed, arguments.threads, arguments.begin)
