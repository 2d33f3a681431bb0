"""Mage-Flow: Qwen-Image's blocks, with texts that have no position."""

from __future__ import annotations

from ..family import Family, given_references, is_of, no_base_image_copy
from .qwen_image import BLOCK_LAYERS, MODULATION_LAYERS

MAGE_FLOW = Family(
    name="Mage-Flow",
    matches=is_of("comfy.ldm.mage_flow.model", "MageFlowTransformer2DModel"),
    text_mask=3,  # forward(x, timestep, context, attention_mask, …)
    references=given_references,
    layers=(*BLOCK_LAYERS, *MODULATION_LAYERS),
    block_lists=(("double", "transformer_blocks"),),
    base_image_copy_conflict=no_base_image_copy("Mage-Flow"),
)
