"""FLUX.1: dev, schnell, Krea, Fill, Kontext, and what has its class."""

from __future__ import annotations

from comfy.ldm.flux.model import Flux

from ..family import Family

REF_LATENTS = 5  # forward(x, timestep, context, y, guidance, ref_latents, control, transformer_options)


def matches(model) -> bool:
    # LongCat and Ovis have this class too; they tell text tokens apart by numbers, and image tokens by numbers that go
    # on.
    numbered_texts = getattr(model.params, "txt_ids_dims", None) if isinstance(model, Flux) else None
    return isinstance(model, Flux) and not model.params.global_modulation and not numbered_texts


def base_image_copy_conflict(call) -> str | None:
    """The host counts tokens to tell references of this method apart, and would miscount."""
    if call.args[REF_LATENTS] is None:
        return None
    method = call.kwargs.get("ref_latents_method", call.model.params.default_ref_method)
    if method != "index_timestep_zero":
        return None
    return (
        "image_stream 'paper' does not go together with reference latents of the method 'index_timestep_zero'. "
        "Set image_stream to 'shared', or choose another method (Flux KV Cache sets this one)."
    )


FLUX1 = Family(
    name="FLUX.1 (dev, schnell, Krea, Fill, Kontext)",
    matches=matches,
    base_image_copy_conflict=base_image_copy_conflict,
)
