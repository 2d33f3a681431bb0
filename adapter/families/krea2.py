"""Krea 2: texts are put together from several layers of their encoder and refined by themselves; then single blocks."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ..family import (
    CallsBeforeBlocks,
    Family,
    LayerTokens,
    TokenStream,
    given_references,
    is_of,
    no_base_image_copy,
    several_frames,
    source_runs_post_input,
)


def calls_before_blocks(model) -> CallsBeforeBlocks:
    fusion = model.txtfusion
    # The first see one token's layers, not tokens.
    return CallsBeforeBlocks(other=len(fusion.layerwise_blocks), text=len(fusion.refiner_blocks))


def references(call) -> Sequence[Tensor]:
    """Without a method, its own or the conditioning's, it looks at none."""
    method = call.kwargs.get("ref_latents_method", getattr(call.model, "default_ref_method", None))
    return () if method is None else given_references(call)


KREA2 = Family(
    name="Krea 2",
    matches=is_of("comfy.ldm.krea2.model", "SingleStreamDiT"),
    conflict=several_frames,
    patch=lambda model: model.patch,
    runs_post_input=source_runs_post_input,
    references=references,
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
