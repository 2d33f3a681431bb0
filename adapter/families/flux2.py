"""FLUX.2 and Klein: FLUX.1's class with one modulation for all blocks, and text tokens that are numbered."""

from __future__ import annotations

from comfy.ldm.flux.model import Flux

from ..family import Family, LayerTokens, TokenStream, given_references
from .flux1 import BLOCK_LAYERS, base_image_copy_conflict


def matches(model) -> bool:
    return isinstance(model, Flux) and bool(model.params.global_modulation)


FLUX2 = Family(
    name="FLUX.2, Klein",
    matches=matches,
    text_length=512,  # comfy/model_base.py, Flux2.extra_conds
    references=given_references,
    layers=(
        *BLOCK_LAYERS,
        LayerTokens(
            r"double_stream_modulation_img\.lin|final_layer\.adaLN_modulation\.1", TokenStream.IMAGE, is_modulation=True
        ),
        LayerTokens(r"double_stream_modulation_txt\.lin", TokenStream.TEXT, is_modulation=True),
        LayerTokens(r"single_stream_modulation\.lin", TokenStream.JOINT, is_modulation=True),
    ),
    base_image_copy_conflict=base_image_copy_conflict,
)
