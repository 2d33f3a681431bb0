"""Makes pictures of a layout through the real host: its own nodes, its sampler, Pocket Flux, and each method to compare."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from devtools import host, packages

from .adherence.layouts import Layout

STEPS = 20


@dataclass(frozen=True)
class Method:
    """name: as in the table. way: "base" (the base prompt alone), "masked" (FluxRegions_MaskedConditioning) or "regions".

    settings: inputs of that node, or of FluxRegions_Apply, other than its defaults. padding: of FluxRegions_Encode.
    """

    name: str
    way: str = "regions"
    settings: dict = field(default_factory=dict)
    padding: str = "keep"


class Studio:
    """One host, one Pocket Flux. weights: the file to load, or None for the one that ships."""

    def __init__(self, weights: Path | None = None):
        packages.load_comfy(host.current(), Path(tempfile.mkdtemp()))
        import comfy.utils
        import flux_regions.nodes as ours
        from comfy.patcher_extension import WrappersMP
        from flux_regions.pocket.load import WEIGHTS, load_pocket

        import nodes as theirs

        comfy.utils.PROGRESS_BAR_ENABLED = False  # one bar for each of a thousand pictures says nothing
        self._ours = {node.__name__: node for node in ours.NODES}
        self._theirs = theirs
        self.model, self.clip, self.vae = load_pocket(weights or WEIGHTS)
        self.forwards = 0
        self.model.add_wrapper_with_key(WrappersMP.DIFFUSION_MODEL, "benchmark", self._count)

    def _count(self, executor, x, *args, **kwargs):
        """A model pass counts once for every picture in its batch."""
        self.forwards += len(x)
        return executor(x, *args, **kwargs)

    def picture(self, layout: Layout, method: Method) -> np.ndarray:
        """[H, W, 3] float32 in 0..1. The layout's seed makes the noise, so methods differ in nothing else."""
        with torch.inference_mode():
            conditioned = getattr(self, f"_{method.way}")(layout, method)
            return self._sample(*conditioned, layout.width, layout.height, layout.seed)

    def caption(self, words: str, width: int, height: int, seed: int) -> np.ndarray:
        """[H, W, 3] float32 in 0..1: the picture of a caption, without regions. width, height: px."""
        with torch.inference_mode():
            positive = self._words(words)
            return self._sample(self.model, positive, positive, width, height, seed)

    def _sample(self, model, positive: list, negative: list, width: int, height: int, seed: int) -> np.ndarray:
        latent = {"samples": torch.zeros(1, 16, height // 8, width // 8)}
        (sampled,) = self._theirs.common_ksampler(
            model, seed, STEPS, 1.0, "euler", "simple", positive, negative, latent
        )
        return self.vae.decode(sampled["samples"])[0].float().numpy()

    def _words(self, text: str) -> list:
        return self._theirs.CLIPTextEncode().encode(self.clip, text)[0]

    def _base(self, layout: Layout, method: Method):
        base = self._words(layout.base_prompt)
        return self.model, base, base

    def _masked(self, layout: Layout, method: Method):
        """One pass for every region, blended by ComfyUI's own masks."""
        encoded = self._encoded(layout, method)
        latent = {"samples": torch.zeros(1, 16, layout.height // 8, layout.width // 8)}
        (parts,) = self._run(
            "MaskedConditioning", regional_prompt=encoded, latent=latent, **{"base_ratio": 0.2} | method.settings
        )
        return self.model, parts, encoded.base

    def _regions(self, layout: Layout, method: Method):
        return self._run("Apply", model=self.model, regional_prompt=self._encoded(layout, method), **method.settings)

    def _encoded(self, layout: Layout, method: Method):
        """The layout as a regional prompt."""
        regions = None
        for place in layout.places:
            prompt = layout.prompt(place)
            if place.box is not None:
                x, y, width, height = place.box
                regions = self._run("FromBox", prompt=prompt, x=x, y=y, width=width, height=height, regions=regions)[0]
            else:
                mask = torch.from_numpy(place.mask).float()[None]
                regions = self._run("FromMask", mask=mask, prompt=prompt, regions=regions)[0]
        (encoded,) = self._run(
            "Encode",
            clip=self.clip,
            regions=regions,
            base_prompt=layout.base_prompt,
            background_prompt=layout.background_prompt,
            padding=method.padding,
        )
        return encoded

    def _run(self, node: str, **inputs):
        return self._ours[node].execute(**inputs).result
