"""Which models have a place for regions, what sets them apart, and what to say of the others."""

from __future__ import annotations

import comfy.ldm.chroma.model
import comfy.ldm.chroma_radiance.model
import comfy.ldm.flux.model

from .regional_prompt import ModelShape

FLUX2_TEXT_LENGTH = 512
"""The host makes FLUX.2's texts so long, by zeros in front (comfy/model_base.py, Flux2.extra_conds)."""


def check_supported(diffusion_model) -> None:
    """Raises ValueError, saying why and what to do, unless this is a FLUX whose hooks the host serves."""
    kind = type(diffusion_model).__name__
    if kind == "ComfyFluxWrapper":
        raise ValueError(
            "This is a Nunchaku model: it runs its own code in place of ComfyUI's Flux, so regions cannot reach it. "
            "Load FLUX with Load Diffusion Model (fp8 and GGUF files work too)."
        )
    flux = isinstance(diffusion_model, comfy.ldm.flux.model.Flux)
    # LongCat and Ovis tell text tokens apart by numbers, and image tokens by numbers that go on from there.
    foreign = flux and not is_flux2(diffusion_model) and getattr(diffusion_model.params, "txt_ids_dims", None)
    if not (flux or is_chroma(diffusion_model)) or foreign:
        name = "LongCat or Ovis" if flux else kind
        raise ValueError(
            f"Regions need a FLUX.1 (dev, schnell, Krea, Fill, Kontext), FLUX.2, Klein or Chroma model, but this one is {name}. "
            "Connect one of these, or remove Apply Regions to FLUX."
        )


def is_chroma(diffusion_model) -> bool:
    """Chroma, whose forward call has no post_input patches. Not its child Chroma Radiance, which works on pixels."""
    radiance = comfy.ldm.chroma_radiance.model.ChromaRadiance
    return isinstance(diffusion_model, comfy.ldm.chroma.model.Chroma) and not isinstance(diffusion_model, radiance)


def is_flux2(diffusion_model) -> bool:
    """FLUX.2 or Klein: one modulation for all blocks, and text tokens that are numbered."""
    return isinstance(diffusion_model, comfy.ldm.flux.model.Flux) and diffusion_model.params.global_modulation


def text_length(diffusion_model) -> int:
    """To how many tokens the host fills up a shorter text for this model; 0: it takes texts as they are."""
    return FLUX2_TEXT_LENGTH if is_flux2(diffusion_model) else 0


def model_shape(model) -> ModelShape:
    """Of a supported MODEL."""
    diffusion_model = model.get_model_object("diffusion_model")
    blocks = len(diffusion_model.double_blocks), len(diffusion_model.single_blocks)
    return ModelShape(*blocks, text_length(diffusion_model))
