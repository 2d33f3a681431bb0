"""Pictures of a layout with LoRAs: of its regions, of the whole picture, and by the host's LoRA hooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch

from ..renderer import STEPS, Renderer
from .layouts import IdentityLayout
from .marks import MARKS, Mark

REGIONS, NONE, ONE = "LoRAs of regions", "no LoRA", "one region's LoRA"
STACKED, HOOKS = "global LoRAs, stacked", "LoRA hooks, masked passes"
EVERYWHERE = {mark: f"{mark.name} everywhere" for mark in MARKS}
METHODS = (REGIONS, STACKED, HOOKS, NONE, ONE, *EVERYWHERE.values())


@dataclass(frozen=True)
class LoraUse:
    """of_regions: which regions have their own LoRA. everywhere: LoRAs of the whole picture."""

    of_regions: Sequence[int] = ()
    everywhere: tuple[Mark, ...] = ()


class IdentityRenderer(Renderer):
    """A Renderer that knows the marks' LoRAs."""

    def __init__(self, weights: Path | None = None):
        super().__init__(weights)
        import comfy.utils
        import folder_paths

        folder_paths.add_model_folder_path("loras", str(MARKS[0].path.parent))
        self._lora = cache(lambda mark: comfy.utils.load_torch_file(str(mark.path), safe_load=True))

    def identity_picture(self, layout: IdentityLayout, method: str) -> np.ndarray:
        """[H, W, 3] in 0..1; method: of METHODS."""
        with torch.inference_mode():
            if method == HOOKS:
                return self._sampled(self.model, self._hooked_passes(layout), layout)
            use = {
                REGIONS: LoraUse(range(len(layout.regions))),
                STACKED: LoraUse(everywhere=MARKS),
                NONE: LoraUse(),
                ONE: LoraUse([0]),
                **{name: LoraUse(everywhere=(mark,)) for mark, name in EVERYWHERE.items()},
            }[method]
            return self._sampled(self._model_with(use.everywhere), self._positive(layout, use), layout)

    def _sampled(self, model, positive: list, layout: IdentityLayout) -> np.ndarray:
        return self._sample(model, positive, positive, layout.width, layout.height, layout.seed, STEPS)

    def _model_with(self, marks: tuple[Mark, ...]):
        """As a chain of the host's Load LoRA makes it."""
        import comfy.sd

        model = self.model
        for mark in marks:
            model = comfy.sd.load_lora_for_models(model, None, self._lora(mark), 1.0, 0)[0]
        return model

    def _positive(self, layout: IdentityLayout, use: LoraUse) -> list:
        """Regional Prompt as it comes, balance auto."""
        regions = self._regions(layout)
        for index in use.of_regions:
            (regions,) = self._execute(
                "Lora", regions=regions, region=str(index + 1), lora_name=layout.marks[index].path.name
            )
        (positive,) = self._execute(
            "Conditioning",
            regions=regions,
            conditioning=self._encode_text(layout.base_prompt),
            clip=self.clip,
            background_prompt=layout.background_prompt,
        )
        return positive

    def _hooked_passes(self, layout: IdentityLayout) -> list:
        """As Create Hook LoRA and Cond Set Props make them: one pass for every region, with its mask and its LoRA."""
        import comfy.hooks

        owners, parts = layout.owners(), []
        for index, region in enumerate(layout.regions):
            hooks = comfy.hooks.create_hook_lora(self._lora(layout.marks[index]), 1.0, 0.0)
            text = comfy.hooks.set_hooks_for_conditioning(self._encode_text(layout.prompt(region)), hooks)
            mask = torch.from_numpy(owners == index).float()[None]
            masked = {"mask": mask, "set_area_to_bounds": False, "mask_strength": 1.0}
            parts += [[tokens, {**extra, **masked}] for tokens, extra in text]
        return parts
