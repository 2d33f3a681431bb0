"""Krea 2: texts are put together from several layers of their encoder and refined by themselves; then single blocks."""

from __future__ import annotations

from ..family import (
    CallsBeforeBlocks,
    Family,
    LayerTokens,
    TokenStream,
    is_of,
    no_base_image_copy,
    several_frames,
    source_runs_post_input,
)


def calls_before_blocks(model) -> CallsBeforeBlocks:
    fusion = model.txtfusion
    # The first see one token's layers, not tokens.
    return CallsBeforeBlocks(other=len(fusion.layerwise_blocks), text=len(fusion.refiner_blocks))


KREA2 = Family(
    name="Krea 2",
    matches=is_of("comfy.ldm.krea2.model", "SingleStreamDiT"),
    conflict=several_frames,
    patch=lambda model: model.patch,
    runs_post_input=source_runs_post_input,
    layers=(
        LayerTokens(r"first", TokenStream.IMAGE),
        LayerTokens(r"txtfusion\.layerwise_blocks\..+", TokenStream.TEXT, in_batch=True),
        LayerTokens(r"txtfusion\.(projector|refiner_blocks\..+)|txtmlp\.\d+", TokenStream.TEXT),
        LayerTokens(r"blocks\.\d+\.(attn|mlp)\..+|last\.linear", TokenStream.JOINT),
    ),
    block_lists=(("single", "blocks"),),
    calls_before_blocks=calls_before_blocks,
    base_image_copy_conflict=no_base_image_copy("Krea 2"),
)
