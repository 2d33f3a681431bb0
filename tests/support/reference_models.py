"""Tiny models of every family that looks at reference pictures, those that this host has, and what they are given."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .model_families import FAMILIES, has_class, tiny_family_model
from .models import tiny_model
from .regional import random_text


@dataclass(frozen=True)
class ReferenceFamily:
    """latent: of a picture of 8 x 8 tokens. cells: of the latent along one side of a token. method: what it needs to
    look at references.

    padded: to how many tokens the host fills up a text, in front. numbered: the axes in which it numbers text tokens.
    """

    name: str
    latent: tuple[int, ...]
    width: int = 32
    cells: int = 2
    method: str | None = None
    padded: int = 0
    numbered: tuple[int, ...] = ()

    @property
    def is_flux(self) -> bool:
        return self.name in ("krea", "flux2", "klein")

    def exists(self) -> bool:
        return self.is_flux or has_class(self.name)

    def model(self):
        return tiny_model(self.name) if self.is_flux else tiny_family_model(self.name)

    def picture(self, seed: int, rows: int = 8, cols: int = 8):
        """A random latent of so many tokens."""
        shape = (*self.latent[:-2], rows * self.cells, cols * self.cells)
        return torch.randn(shape, generator=torch.Generator().manual_seed(seed))

    def text(self, seed: int, tokens: int = 8) -> list:
        return random_text(seed, tokens, self.width)


REFERENCE_FAMILIES = {
    family.name: family
    for family in (
        ReferenceFamily("krea", (1, 16, 16, 16)),
        ReferenceFamily("flux2", (1, 128, 8, 8), cells=1, padded=512, numbered=(3,)),
        ReferenceFamily("klein", (1, 128, 8, 8), cells=1, padded=512, numbered=(3,)),
        ReferenceFamily("qwen", (1, 16, 1, 16, 16), numbered=(0, 1, 2)),
        ReferenceFamily("krea2", (1, 16, 1, 16, 16), width=FAMILIES["krea2"].width, method="index"),
        ReferenceFamily("mage", (1, 128, 8, 8), cells=1),
    )
}
