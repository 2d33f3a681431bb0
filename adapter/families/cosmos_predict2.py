"""Cosmos-Predict2 as a model of pictures: image tokens see texts by cross-attention."""

from __future__ import annotations

from ...attention import Settings
from ..family import Family, LayerTokens, TokenStream, is_of, no_base_image_copy, several_frames


def conflict(call, settings: Settings) -> str | None:
    if settings.isolation == "modulate":
        return (
            "isolation 'modulate' needs text and image in one attention, and this model has two. Set isolation to 'text' or "
            "'regions'."
        )
    return several_frames(call)


COSMOS_PREDICT2 = Family(
    name="Cosmos-Predict2",
    matches=is_of("comfy.ldm.cosmos.predict2", "MiniTrainDIT"),
    isolation="text",
    attention="cross",
    conflict=conflict,
    patch=lambda model: model.patch_spatial,
    runs_post_input=lambda _: False,
    layers=(
        LayerTokens(
            r"x_embedder\.proj\.1|final_layer\.linear|blocks\.\d+\.(self_attn\..+|cross_attn\.(q|output)_proj|mlp\..+)",
            TokenStream.IMAGE,
        ),
        LayerTokens(r"blocks\.\d+\.cross_attn\.[kv]_proj", TokenStream.TEXT),
    ),
    block_lists=(("double", "blocks"),),
    base_image_copy_conflict=no_base_image_copy("Cosmos-Predict2"),
)
