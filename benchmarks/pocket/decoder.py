"""What the decoder makes of true latents with a little noise: how small an object may be until its shape is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from flux_regions.pocket.autoencoder import Autoencoder
from flux_regions.pocket.latents import scene_latents
from flux_regions.pocket.load import WEIGHTS
from flux_regions.pocket.recognise import is_right
from flux_regions.pocket.scenes import BACKGROUNDS, COLORS, MARGIN, Object, Scene, caption_of
from flux_regions.pocket.shapes import SHAPES
from flux_regions.pocket.weights import read_weights, tensors_under

DIAMETERS = (30, 34, 38, 42, 48, 60)  # px
CANVAS = 96  # px
NOISE = 0.2
"""Standard deviation, of latents that are about one: as a flow model's errors."""


def decoded_right(count: int, weights: Path | None = None, seed: int = 0) -> dict[int, dict[str, float]]:
    """diameter -> shape -> the fraction of count pictures of one object that are recognised as what they show."""
    autoencoder = Autoencoder()
    autoencoder.load_state_dict(tensors_under(read_weights(weights or WEIGHTS), "vae"))
    rng, noise = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    return {
        diameter: {
            shape: float(np.mean([_is_decoded(autoencoder, shape, diameter, rng, noise) for _ in range(count)]))
            for shape in SHAPES
        }
        for diameter in DIAMETERS
    }


@torch.inference_mode()
def _is_decoded(
    autoencoder: Autoencoder, shape: str, diameter: int, rng: np.random.Generator, noise: torch.Generator
) -> bool:
    ground = str(rng.choice(BACKGROUNDS))
    color = str(rng.choice([name for name in COLORS if name != ground]))
    x, y = (int(side) for side in rng.integers(MARGIN, CANVAS - MARGIN - diameter + 1, 2))
    item = Object(shape, color, x, y, diameter)
    scene = Scene(CANVAS, CANVAS, ground, (item,), caption_of((item,), ground))
    latents = torch.from_numpy(scene_latents(scene))[None]
    latents = latents + NOISE * torch.randn(latents.shape, generator=noise)
    pixels = (autoencoder.from_model_space(latents)[0].permute(1, 2, 0) + 1) / 2
    return is_right(pixels.clamp(0, 1).numpy(), scene)
