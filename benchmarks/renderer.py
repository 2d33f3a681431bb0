"""Makes pictures of a layout through the real host: its nodes and sampler, Pocket Flux, and each method to compare."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from flux_regions.attention import Settings
from flux_regions.pocket.scenes import caption_of

from devtools import host, packages

from .adherence.layouts import Layout, object_of

STEPS = 20
TOKEN_SIDE = 16  # px
TILE, TILE_OVERLAP = 256, 64  # px
TILE_STEPS, TILE_DENOISE = 8, 0.4


@dataclass(frozen=True)
class Method:
    """One way to make a picture of a layout.

    name: as in the table. mode: "base" (the base prompt alone), "masked" (FluxRegions_MaskedConditioning), "regions"
    (FluxRegions_Apply), "prompt" (FluxRegions_Conditioning), "alone" (each region's box a picture of its own) or
    "tiles" (the picture at half the size, enlarged, and each tile of it sampled by itself with FluxRegions_ForTiles).
    settings: inputs of that node other than its defaults and the layout's. padding: of FluxRegions_Encode. steps: the
    sampler's. windows: width in px of the host's context windows over columns, a quarter of which they have in common;
    0 = the picture at once. tells_places: whether regions know which window they are in; if not, all of them are
    squeezed into each, as by a pack that does not follow.
    """

    name: str
    mode: str = "regions"
    settings: dict = field(default_factory=dict)
    padding: str = "keep"
    steps: int = STEPS
    windows: int = 0
    tells_places: bool = True


class Renderer:
    """One host, one Pocket Flux. weights: the file to load, or None for the one that ships."""

    def __init__(self, weights: Path | None = None):
        packages.load_comfy(host.current(), Path(tempfile.mkdtemp()))
        import comfy.utils
        import flux_regions.nodes as pack_nodes
        from comfy.patcher_extension import WrappersMP
        from flux_regions.pocket.load import WEIGHTS, load_pocket

        import nodes as comfy_nodes

        comfy.utils.PROGRESS_BAR_ENABLED = False  # one bar for each of a thousand pictures says nothing
        self._pack_nodes = {node.__name__: node for node in pack_nodes.NODES}
        self._comfy_nodes = comfy_nodes
        self.model, self.clip, self.vae = load_pocket(weights or WEIGHTS)
        self.forwards = 0
        self.model.add_wrapper_with_key(WrappersMP.DIFFUSION_MODEL, "benchmark", self._count)

    def _count(self, executor, x, *args, **kwargs):
        """A model pass counts once for every picture in its batch."""
        self.forwards += len(x)
        return executor(x, *args, **kwargs)

    def picture(self, layout: Layout, method: Method) -> np.ndarray:
        """[H, W, 3] float32 in 0..1. The layout's seed makes the noise, so methods differ in nothing else."""
        if method.mode == "alone":
            return self._pictures_of_boxes(layout)
        if method.mode == "tiles":
            return self._picture_of_tiles(layout, method)
        with torch.inference_mode(), nullcontext() if method.tells_places else _no_places():
            model, positive, negative = self._conditioned(layout, method)
            model = _with_windows(model, method.windows) if method.windows else model
            return self._sample(model, positive, negative, layout.width, layout.height, layout.seed, method.steps)

    def caption(self, text: str, width: int, height: int, seed: int) -> np.ndarray:
        """[H, W, 3] float32 in 0..1: the picture of a caption, without regions. width, height: px."""
        with torch.inference_mode():
            positive = self._encode_text(text)
            return self._sample(self.model, positive, positive, width, height, seed, STEPS)

    def picture_of_boxes(
        self, boxes: Sequence[dict], base_prompt: str, settings: dict, width: int, height: int, seed: int
    ) -> np.ndarray:
        """[height, width, 3] float32 in 0..1. boxes: inputs of Region from Box. settings: of Regional Prompt."""
        with torch.inference_mode():
            base = self._encode_text(base_prompt)
            (positive,) = self._execute(
                "Conditioning", regions=self._chained(boxes), conditioning=base, clip=self.clip, **settings
            )
            return self._sample(self.model, positive, base, width, height, seed, STEPS)

    def drawing(self, boxes: Sequence[dict], width: int, height: int) -> np.ndarray:
        """[height, width, 3] float32 in 0..1: the regions of these boxes, as FluxRegions_Preview shows them."""
        picture, _ = self._execute("Preview", regions=replace(self._chained(boxes), canvas=(width, height)))
        return picture[0].numpy()

    def _chained(self, boxes: Sequence[dict]):
        """A RegionSet of boxes, later ones on top. boxes: inputs of FluxRegions_FromBox."""
        regions = None
        for box in boxes:
            (regions,) = self._execute("FromBox", **box, regions=regions)
        return regions

    def _pictures_of_boxes(self, layout: Layout) -> np.ndarray:
        """[H, W, 3] float32 in 0..1: the background, and over each box the picture of its object on that background."""
        picture = self.caption(layout.background_prompt, layout.width, layout.height, layout.seed)
        for region in layout.regions:
            x, y, width, height = region.box * np.array([layout.width, layout.height] * 2)
            left, top, right, bottom = (round(edge) for edge in (x, y, x + width, y + height))
            columns, rows = (-(-side // TOKEN_SIDE) * TOKEN_SIDE for side in (right - left, bottom - top))
            prompt = caption_of((object_of(region),), layout.background)
            own = self.caption(prompt, columns, rows, layout.seed)
            picture[top:bottom, left:right] = own[: bottom - top, : right - left]
        return picture

    def _picture_of_tiles(self, layout: Layout, method: Method) -> np.ndarray:
        """[H, W, 3] float32 in 0..1, whose tiles fade into one another where they overlap."""
        from flux_regions.regions.parts import tile_boxes

        size = layout.width, layout.height
        small = replace(layout, width=size[0] // 2, height=size[1] // 2)
        first = torch.from_numpy(self.picture(small, replace(method, mode="prompt")))[None]
        enlarged = torch.nn.functional.interpolate(first.movedim(-1, 1), size[::-1], mode="bicubic").clamp(0, 1)
        boxes = tile_boxes(*size, TILE, TILE, TILE_OVERLAP)
        tiles = [enlarged[..., y : y + h, x : x + w].movedim(1, -1) for x, y, w, h in boxes]
        sizes = {"final_width": [size[0]], "final_height": [size[1]], "overlap": [TILE_OVERLAP]}
        (parts,) = self._execute("ForTiles", regions=[self._regions(layout)], image_list=tiles, **sizes)
        total, weights = torch.zeros(*size[::-1], 3), torch.zeros(*size[::-1], 1)
        for (x, y, w, h), tile, regions in zip(boxes, tiles, parts, strict=True):
            with torch.inference_mode():
                (positive,) = self._execute(
                    "Conditioning", regions=regions, clip=self.clip, background_prompt=layout.background_prompt
                )
                latent = {"samples": self.vae.encode(tile)}
                (sampled,) = self._comfy_nodes.common_ksampler(
                    self.model,
                    *(layout.seed, TILE_STEPS, 1.0, "euler", "simple", positive, positive, latent),
                    denoise=TILE_DENOISE,
                )
                picture = self.vae.decode(sampled["samples"])[0].float()
            ramps = [torch.arange(1, side + 1).clamp(max=TILE_OVERLAP) for side in (h, w)]
            down, across = (torch.minimum(ramp, ramp.flip(0)).float() for ramp in ramps)
            weight = (down[:, None] * across)[..., None]
            total[y : y + h, x : x + w] += picture * weight
            weights[y : y + h, x : x + w] += weight
        return (total / weights).numpy()

    def _sample(
        self, model, positive: list, negative: list, width: int, height: int, seed: int, steps: int
    ) -> np.ndarray:
        latent = {"samples": torch.zeros(1, 16, height // 8, width // 8)}
        (sampled,) = self._comfy_nodes.common_ksampler(
            model, seed, steps, 1.0, "euler", "simple", positive, negative, latent
        )
        return self.vae.decode(sampled["samples"])[0].float().numpy()

    def _encode_text(self, text: str) -> list:
        return self._comfy_nodes.CLIPTextEncode().encode(self.clip, text)[0]

    def _conditioned(self, layout: Layout, method: Method) -> tuple:
        """(MODEL, positive and negative CONDITIONING) by the method's mode."""
        if method.mode == "base":
            base = self._encode_text(layout.base_prompt)
            return self.model, base, base
        if method.mode == "prompt":
            base = self._encode_text(layout.base_prompt)
            inputs = {"background_prompt": layout.background_prompt} | method.settings
            (positive,) = self._execute(
                "Conditioning", regions=self._regions(layout), conditioning=base, clip=self.clip, **inputs
            )
            return self.model, positive, base
        prompt = self._regional_prompt(layout, method)
        if method.mode == "masked":  # one pass for every region, blended by ComfyUI's own masks
            latent = {"samples": torch.zeros(1, 16, layout.height // 8, layout.width // 8)}
            settings = {"base_ratio": Settings().base_ratio} | method.settings
            (conditioning,) = self._execute("MaskedConditioning", regional_prompt=prompt, latent=latent, **settings)
            return self.model, conditioning, prompt.base
        if method.mode == "regions":
            return self._execute("Apply", model=self.model, regional_prompt=prompt, **method.settings)
        raise ValueError(f"There is no mode {method.mode!r}; give base, masked, regions, prompt, alone or tiles.")

    def _regions(self, layout: Layout):
        """The layout's regions with their prompts, a RegionSet."""
        regions = None
        for region in layout.regions:
            prompt = layout.prompt(region)
            if region.box is not None:
                x, y, width, height = region.box
                regions = self._execute(
                    "FromBox", prompt=prompt, x=x, y=y, width=width, height=height, regions=regions
                )[0]
            else:
                mask = torch.from_numpy(region.mask).float()[None]
                regions = self._execute("FromMask", mask=mask, prompt=prompt, regions=regions)[0]
        return regions

    def _regional_prompt(self, layout: Layout, method: Method):
        """The layout as a regional prompt."""
        (encoded,) = self._execute(
            "Encode",
            clip=self.clip,
            regions=self._regions(layout),
            base_prompt=layout.base_prompt,
            background_prompt=layout.background_prompt,
            padding=method.padding,
        )
        return encoded

    def _execute(self, node: str, **inputs):
        return self._pack_nodes[node].execute(**inputs).result


def _with_windows(model, width: int):
    """The MODEL in context windows of width px over columns."""
    from comfy_extras.nodes_context_windows import ContextWindowsManualNode as Node

    inputs = {
        "context_length": width // 8,
        "context_overlap": width // 32,
        "context_schedule": "standard_static",
        "context_stride": 1,
        "closed_loop": False,
        "fuse_method": "pyramid",
        "dim": 3,
        "freenoise": False,
        "causal_window_fix": False,
    }
    known = inspect.signature(Node.execute).parameters  # newer hosts have more
    return Node.execute(model=model, **{name: value for name, value in inputs.items() if name in known}).result[0]


@contextmanager
def _no_places() -> Iterator[None]:
    """Within it regions are not told which part of the picture they are in."""
    with mock.patch("flux_regions.adapter.sampling_hooks.send_places"):
        yield
