"""FLUX.1: dev, schnell, Krea, Fill, Kontext, and what has its class."""

from __future__ import annotations

from comfy.ldm.flux.model import Flux

from ..family import Family, LayerTokens, TokenStream, given_references


def matches(model) -> bool:
    # LongCat and Ovis have this class too; they tell text tokens apart by numbers, and image tokens by numbers that go
    # on.
    numbered_texts = getattr(model.params, "txt_ids_dims", None) if isinstance(model, Flux) else None
    return isinstance(model, Flux) and not model.params.global_modulation and not numbered_texts


def base_image_copy_conflict(call) -> str | None:
    """The host counts tokens to tell references of this method apart, and would miscount."""
    if not given_references(call):
        return None
    method = call.kwargs.get("ref_latents_method", call.model.params.default_ref_method)
    if method != "index_timestep_zero":
        return None
    return (
        "image_stream 'paper' does not go together with reference latents of the method 'index_timestep_zero'. "
        "Set image_stream to 'shared', or choose another method (Flux KV Cache sets this one)."
    )


BLOCK_LAYERS = (
    LayerTokens(r"img_in|double_blocks\.\d+\.img_(attn|mlp)\..+|final_layer\.linear", TokenStream.IMAGE),
    LayerTokens(r"txt_in|double_blocks\.\d+\.txt_(attn|mlp)\..+", TokenStream.TEXT),
    LayerTokens(r"single_blocks\.\d+\.linear[12]", TokenStream.JOINT),
)
FLUX1 = Family(
    name="FLUX.1 (dev, schnell, Krea, Fill, Kontext)",
    matches=matches,
    references=given_references,
    layers=(
        *BLOCK_LAYERS,
        LayerTokens(
            r"double_blocks\.\d+\.img_mod\.lin|final_layer\.adaLN_modulation\.1", TokenStream.IMAGE, is_modulation=True
        ),
        LayerTokens(r"double_blocks\.\d+\.txt_mod\.lin", TokenStream.TEXT, is_modulation=True),
        LayerTokens(r"single_blocks\.\d+\.modulation\.lin", TokenStream.JOINT, is_modulation=True),
    ),
    base_image_copy_conflict=base_image_copy_conflict,
)
