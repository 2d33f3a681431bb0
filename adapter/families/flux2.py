"""FLUX.2 and Klein: FLUX.1's class with one modulation for all blocks, and text tokens that are numbered."""

from __future__ import annotations

from comfy.ldm.flux.model import Flux

from ..family import Family
from .flux1 import base_image_copy_conflict


def matches(model) -> bool:
    return isinstance(model, Flux) and bool(model.params.global_modulation)


FLUX2 = Family(
    name="FLUX.2, Klein",
    matches=matches,
    text_length=512,  # comfy/model_base.py, Flux2.extra_conds
    base_image_copy_conflict=base_image_copy_conflict,
)
