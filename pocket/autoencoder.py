"""A small autoencoder with FLUX's latent shape (16 channels at 1/8) and latents smooth enough to learn on a CPU."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .architecture import LATENT_CHANNELS, LATENT_SCALE, LATENT_SHIFT


class Residual(nn.Module):
    """Two 3x3 convolutions beside a skip connection."""

    def __init__(self, width: int):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(F.silu(x))))


class Context(nn.Module):
    """A glance at the surroundings: residual blocks at 1/2 and 1/4 of the resolution, added back."""

    def __init__(self, width: int):
        super().__init__()
        self.near = nn.Sequential(Residual(width), Residual(width))
        self.far = nn.Sequential(Residual(width), Residual(width))
        self.join = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        half = self.near(F.avg_pool2d(x, 2, ceil_mode=True))
        quarter = self.far(F.avg_pool2d(half, 2, ceil_mode=True))
        half = half + F.interpolate(quarter, size=half.shape[-2:], mode="nearest")
        return x + self.join(F.interpolate(half, size=x.shape[-2:], mode="nearest"))


class Autoencoder(nn.Module):
    """Pixels [B, 3, H, W] in -1..1 <-> latents [B, 16, H/8, W/8] in the scale of ComfyUI's Flux latent format."""

    def __init__(self, width: int = 96):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, 64, 3, padding=1),
            Residual(64),
            nn.PixelUnshuffle(2),
            nn.Conv2d(256, width, 1),
            Residual(width),
            Context(width),
            Residual(width),
            nn.Conv2d(width, LATENT_CHANNELS, 1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, 128, 3, padding=1),
            Residual(128),
            Context(128),
            Residual(128),
            Residual(128),
            nn.Conv2d(128, 256, 1),
            nn.PixelShuffle(2),
            Residual(64),
            nn.Conv2d(64, 48, 3, padding=1),
            nn.PixelShuffle(4),
        )
        self.register_buffer("mean", torch.zeros(LATENT_CHANNELS))
        self.register_buffer("std", torch.ones(LATENT_CHANNELS))

    def to_unit(self, pixels: Tensor) -> Tensor:
        """Pixels [B, 3, H, W] -> latents [B, 16, H/8, W/8] of zero mean and unit variance per channel."""
        return (self.encoder(pixels) - self.mean.view(1, -1, 1, 1)) / self.std.view(1, -1, 1, 1)

    def from_unit(self, latents: Tensor) -> Tensor:
        """Unit-variance latents [B, 16, h, w] -> pixels [B, 3, 8h, 8w]."""
        return self.decoder(latents)

    def encode(self, pixels: Tensor) -> Tensor:
        return self.to_unit(pixels) / LATENT_SCALE + LATENT_SHIFT

    def decode(self, latents: Tensor) -> Tensor:
        return self.from_unit((latents - LATENT_SHIFT) * LATENT_SCALE)
