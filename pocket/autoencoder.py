"""A small autoencoder with FLUX's latent shape (16 channels at 1/8) whose latents say what they depict."""

from torch import Tensor, nn
from torch.nn import functional as F

from .architecture import LATENT_CHANNELS, LATENT_SCALE, LATENT_SHIFT


def _conv(width_in: int, width_out: int) -> nn.Conv2d:
    return nn.Conv2d(width_in, width_out, 3, padding=1, padding_mode="replicate")


class Residual(nn.Module):
    """Two 3x3 convolutions beside a skip connection."""

    def __init__(self, width: int):
        super().__init__()
        self.first = _conv(width, width)
        self.second = _conv(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(F.silu(x))))


class Context(nn.Module):
    """The surroundings: residual blocks at 1/2 and 1/4 of the resolution, added back. [B, width, H, W] both ways."""

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
    """Pixels [B, 3, H, W] in -1..1 <-> latents [B, 16, H/8, W/8] in the scale of FLUX's VAE.

    The decoder refines the latents at their own resolution, interpolates them over the pixels and then colours each
    pixel by itself, so edges are sharp wherever they fall. The weights file has the names of the submodules.
    """

    def __init__(self, width: int = 96, features: int = 32, hidden: int = 48):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(4),
            _conv(48, 64),
            Residual(64),
            nn.PixelUnshuffle(2),
            nn.Conv2d(256, width, 1),
            Residual(width),
            Context(width),
            Residual(width),
            nn.Conv2d(width, LATENT_CHANNELS, 1),
        )
        self.tidy = nn.Sequential(
            _conv(LATENT_CHANNELS, width),
            Context(width),
            Residual(width),
            Residual(width),
            nn.Conv2d(width, features, 1),
        )
        self.colour = nn.Sequential(
            nn.Conv2d(features, hidden, 1),
            nn.SiLU(),
            nn.Conv2d(hidden, hidden, 1),
            nn.SiLU(),
            nn.Conv2d(hidden, 3, 1),
        )

    def to_model_space(self, pixels: Tensor) -> Tensor:
        """Pixels [B, 3, H, W] -> the model's latents [B, 16, H/8, W/8] (see `latents`)."""
        return self.encoder(pixels)

    def from_model_space(self, latents: Tensor) -> Tensor:
        """The model's latents [B, 16, h, w] -> pixels [B, 3, 8h, 8w]."""
        features = self.tidy(F.pad(latents, (1, 1, 1, 1), mode="replicate"))
        features = F.interpolate(features, scale_factor=8, mode="bilinear", align_corners=False)
        return self.colour(features[..., 8:-8, 8:-8])

    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels [B, 3, H, W] in -1..1 -> latents [B, 16, H/8, W/8] in the scale of FLUX's VAE."""
        return self.to_model_space(pixels) / LATENT_SCALE + LATENT_SHIFT

    def decode(self, latents: Tensor) -> Tensor:
        """The inverse of encode."""
        return self.from_model_space((latents - LATENT_SHIFT) * LATENT_SCALE)
