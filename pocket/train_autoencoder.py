"""Teach the autoencoder the code of `latents`: to encode pixels in it, and to decode sharp pixels from a noisy one.

Then, with --small-shapes, the decoder alone: objects of 30 to 56 px, most of them stars, moons and triangles, whose
thin parts it blurs longest. The code stays what it is, and with it all that the flow model has learned.
"""

import argparse
import logging
import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .autoencoder import Autoencoder
from .checkpoints import load_checkpoint, save_atomically
from .latents import scene_latents
from .scenes import random_scene, render
from .shapes import SHAPES
from .weights import read_weights, tensors_under

log = logging.getLogger(__name__)
PIXELS_PER_BATCH = 8 * 96 * 96


class Lesson(NamedTuple):
    """sizes: (width, height) of the scenes, in pixels. shapes: of the objects, as random_scene takes them.
    latent_noise: largest standard deviation of the noise that the decoder learns to see through. rate: of learning, at
    most; rise: steps until it is reached; beta2, max_norm: of AdamW and of the gradients. encoder: whether it learns.
    """

    sizes: tuple[tuple[int, int], ...]
    shapes: tuple[str, ...]
    latent_noise: float
    rate: float
    rise: int
    beta2: float
    max_norm: float
    encoder: bool


ALL_SHAPES = Lesson(
    sizes=((64, 64), (64, 64), (64, 64), (96, 96), (64, 128), (128, 64), (128, 128), (192, 160), (256, 256)),
    shapes=SHAPES,
    latent_noise=0.5,
    rate=2e-3,
    rise=100,
    beta2=0.98,
    max_norm=1.0,
    encoder=True,
)
SMALL_SHAPES = Lesson(
    sizes=((64, 64),) * 6 + ((96, 96), (96, 64), (64, 96), (128, 128)),
    shapes=("star",) * 5 + ("moon", "triangle") * 2 + SHAPES,
    latent_noise=0.3,
    rate=6e-4,
    rise=200,
    beta2=0.995,
    max_norm=0.3,
    encoder=False,
)


def scene_batch(rng: np.random.Generator, lesson: Lesson) -> tuple[Tensor, Tensor]:
    """Pixels [B, 3, H, W] in -1..1 and the latents [B, 16, H/8, W/8] that stand for them, all of one random size."""
    width, height = lesson.sizes[rng.integers(len(lesson.sizes))]
    max_objects = min(6, max(1, width * height // 4096))
    scenes = [
        random_scene(
            rng,
            width,
            height,
            int(rng.integers(1, max_objects + 1)),
            held_out=bool(rng.random() < 0.12),
            shapes=lesson.shapes,
        )
        for _ in range(PIXELS_PER_BATCH // (width * height) or 1)
    ]
    pixels = np.stack([render(scene) for scene in scenes])
    latents = np.stack([scene_latents(scene) for scene in scenes])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2) * 2 - 1, torch.from_numpy(latents)


def perturbed(latents: Tensor, noise: float) -> Tensor:
    """Latents with the errors that a flow model makes: noise per cell and noise that is alike over several cells.

    noise: its largest standard deviation.
    """
    strength = noise * torch.rand(2, len(latents), 1, 1, 1) * (torch.rand(2, len(latents), 1, 1, 1) < 0.85)
    coarse = torch.randn(*latents.shape[:2], -(-latents.shape[2] // 4), -(-latents.shape[3] // 4))
    smooth = F.interpolate(coarse, size=latents.shape[-2:], mode="bilinear")
    return latents + strength[0] * torch.randn_like(latents) + 0.5 * strength[1] * smooth


def train(
    out: Path, steps: int, lesson: Lesson = ALL_SHAPES, seed: int = 0, threads: int = 1, begin: Path | None = None
) -> None:
    """Train for `steps` steps; `out` is written every 200 steps. begin: an earlier one to go on from, or a file of
    weights that holds one.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Autoencoder().to(memory_format=torch.channels_last)
    if begin:
        is_weights = begin.suffix == ".safetensors"
        model.load_state_dict(tensors_under(read_weights(begin), "vae") if is_weights else load_checkpoint(begin))
    model.encoder.requires_grad_(lesson.encoder)
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=lesson.rate, betas=(0.9, lesson.beta2), weight_decay=1e-3)
    start = time.monotonic()
    for step in range(1, steps + 1):
        pixels, latents = scene_batch(rng, lesson)
        for group in optimizer.param_groups:
            group["lr"] = lesson.rate * min(1, step / lesson.rise) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        error = model.from_model_space(perturbed(latents, lesson.latent_noise)) - pixels
        loss = error.abs().mean() + error.square().mean()
        if lesson.encoder:
            code_error = model.to_model_space(pixels) - latents
            loss = loss + code_error.square().mean() + 0.3 * code_error.abs().mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learning, lesson.max_norm)
        optimizer.step()
        if step % 50 == 0:
            log.info("step %d  %.0f s  loss %.4f", step, time.monotonic() - start, loss.item())
        if step % 200 == 0 or step == steps:
            save_atomically(model.state_dict(), out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the autoencoder of Pocket Flux.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--begin", type=Path, help="an earlier autoencoder to go on from, or a file of weights")
    parser.add_argument("--small-shapes", action="store_true", help="teach the decoder alone, small shapes")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    lesson = SMALL_SHAPES if arguments.small_shapes else ALL_SHAPES
    train(arguments.out, arguments.steps, lesson, arguments.seed, arguments.threads, arguments.begin)
