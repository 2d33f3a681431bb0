"""Z-Image and Lumina 2: texts and image are refined by themselves, then joined; Z-Image fills both up with a learned
token.

Region texts stand before the base text, each filled up to the model's unit by us, so that the model's own filling
falls to the base text. It numbers all texts from 1 on and the image behind the last, so base text and image keep their
distance; a region's text is turned to end where the base text ends, right before the image. The image's own padding is
the only thing that the model puts at a fixed place, 0, and moves with the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...attention import Settings, TokenLayout
from ..family import (
    CallsBeforeBlocks,
    Family,
    LayerOutput,
    LayerTokens,
    Modulated,
    Shift,
    TokenStream,
    is_of,
    no_base_image_copy,
)

is_lumina = is_of("comfy.ldm.lumina.model", "NextDiT")
is_pixel_space = is_of("comfy.ldm.lumina.model", "NextDiTPixelSpace")


def matches(model) -> bool:
    """Not the child that works on pixels, nor NewBie, which has a second text encoder."""
    has_pooled_text = getattr(model, "clip_text_pooled_proj", None) is not None
    return is_lumina(model) and not is_pixel_space(model) and not has_pooled_text


def conflict(call, _settings: Settings) -> str | None:
    if not call.kwargs.get("ref_latents"):
        return None
    return (
        "Reference pictures in a Z-Image conditioning (the Omni model's) and regions do not go together yet. Remove the "
        "reference latents."
    )


def unit(model) -> int:
    return getattr(model, "pad_tokens_multiple", None) or 1


def rest_length(call) -> int:
    """The image's own padding."""
    return -call.grid.tokens % unit(call.model)


def shifts(_model, layout: TokenLayout) -> Sequence[Shift]:
    end = layout.base.stop
    texts = [Shift(text, (float(end - text.stop), 0.0, 0.0)) for text in layout.texts]
    return [*texts, Shift(layout.references, (float(layout.base.start), 0.0, 0.0))]


def finished_layers(call, filled: Sequence[range]) -> Sequence[LayerOutput]:
    """Where region texts are filled up, the embedder returns the learned token, as the model does it for a prompt."""

    def fill(embedded, _text):
        embedded = embedded.clone()
        for tokens in filled:
            embedded[:, tokens.start : tokens.stop] = call.model.cap_pad_token.to(embedded)
        return embedded

    return [LayerOutput(call.model.cap_embedder, fill)] if filled else []


BLOCK_MODULATION = (
    Modulated("attention_norm1", "scale"),
    Modulated("attention_norm2", "tanh gate"),
    Modulated("ffn_norm1", "scale"),
    Modulated("ffn_norm2", "tanh gate"),
)
Z_IMAGE = Family(
    name="Z-Image, Lumina 2",
    matches=matches,
    isolation="text",
    conflict=conflict,
    text_unit=unit,
    runs_post_input=lambda _: False,
    rest_length=rest_length,
    rest_is_padding=True,
    shifts=shifts,
    rotation=lambda model, position: model.rope_embedder(position),
    finished_layers=finished_layers,
    layers=(
        LayerTokens(r"x_embedder|noise_refiner\.\d+\.(attention|feed_forward)\..+", TokenStream.IMAGE),
        LayerTokens(r"cap_embedder\.1|context_refiner\.\d+\.(attention|feed_forward)\..+", TokenStream.TEXT),
        LayerTokens(r"layers\.\d+\.(attention|feed_forward)\..+|final_layer\.linear", TokenStream.JOINT),
        LayerTokens(r"(noise_refiner\.\d+)\.adaLN_modulation\.[01]", TokenStream.IMAGE, modulates=BLOCK_MODULATION),
        LayerTokens(r"(layers\.\d+)\.adaLN_modulation\.[01]", TokenStream.JOINT, modulates=BLOCK_MODULATION),
        LayerTokens(
            r"(final_layer)\.adaLN_modulation\.1", TokenStream.JOINT, modulates=(Modulated("norm_final", "scale"),)
        ),
    ),
    block_lists=(("double", "layers"),),
    calls_before_blocks=lambda model: CallsBeforeBlocks(
        text=len(model.context_refiner), image=len(model.noise_refiner)
    ),
    base_image_copy_conflict=no_base_image_copy("Z-Image"),
)
