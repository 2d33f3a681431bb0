"""Qwen-Image and its Edit models. Their texts are numbered on from a start that the picture's size gives."""

from __future__ import annotations

from collections.abc import Sequence

from ...attention import TokenLayout
from ..family import (
    Family,
    LayerTokens,
    Modulated,
    Shift,
    TokenStream,
    given_references,
    is_of,
    no_base_image_copy,
    several_frames,
    source_runs_post_input,
)

TEXT_MASK = 3  # forward(x, timestep, context, attention_mask, …)


def shifts(model, layout: TokenLayout) -> Sequence[Shift]:
    """Without post_input patches a region's text, behind the base text, is numbered on from it; it belongs where the
    base text begins.
    """
    if source_runs_post_input(model):
        return ()
    return [Shift(text, (float(-text.start),) * 3) for text in layout.texts]


BLOCK_LAYERS = (
    LayerTokens(
        r"img_in|proj_out|transformer_blocks\.\d+\.(attn\.(to_[qkv]|to_out\.0)|img_mlp\..+)", TokenStream.IMAGE
    ),
    LayerTokens(r"txt_in|transformer_blocks\.\d+\.(attn\.(add_[qkv]_proj|to_add_out)|txt_mlp\..+)", TokenStream.TEXT),
)


def _block_modulation(stream: str, gated: tuple[str, str]) -> tuple[Modulated, ...]:
    parts = []
    for number, gate in enumerate(gated, 1):
        norm = f"{stream}_norm{number}"
        parts += [Modulated(norm, "shift"), Modulated(norm, "scale"), Modulated(gate, "gate")]
    return tuple(parts)


MODULATION_LAYERS = (
    LayerTokens(
        r"(transformer_blocks\.\d+)\.img_mod\.1",
        TokenStream.IMAGE,
        modulates=_block_modulation("img", ("attn.to_out.0", "img_mlp.net.2")),
    ),
    LayerTokens(
        r"(transformer_blocks\.\d+)\.txt_mod\.1",
        TokenStream.TEXT,
        modulates=_block_modulation("txt", ("attn.to_add_out", "txt_mlp.net.2")),
    ),
    LayerTokens(
        r"(norm_out)\.linear", TokenStream.IMAGE, modulates=(Modulated("norm", "scale"), Modulated("norm", "shift"))
    ),
)
NAME = "Qwen-Image (also Edit, 2509, 2511, 2512)"
QWEN_IMAGE = Family(
    name=NAME,
    matches=is_of("comfy.ldm.qwen_image.model", "QwenImageTransformer2DModel"),
    conflict=several_frames,
    text_mask=TEXT_MASK,
    base_first=lambda model: not source_runs_post_input(model),
    runs_post_input=source_runs_post_input,
    references=given_references,
    shifts=shifts,
    layers=(*BLOCK_LAYERS, *MODULATION_LAYERS),
    block_lists=(("double", "transformer_blocks"),),
    base_image_copy_conflict=no_base_image_copy("Qwen-Image"),
)
