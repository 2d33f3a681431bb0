"""Which models have a place for regions, and what to say of the others."""

from __future__ import annotations

import comfy.ldm.flux.model


def check_supported(diffusion_model) -> None:
    """Raises ValueError, saying why and what to do, unless this is a Flux whose hooks the host serves."""
    kind = type(diffusion_model).__name__
    if kind == "ComfyFluxWrapper":
        raise ValueError(
            "This is a Nunchaku model: it runs its own code in place of ComfyUI's Flux, so regions cannot reach it. "
            "Load FLUX with Load Diffusion Model (fp8 and GGUF files work too)."
        )
    flux = isinstance(diffusion_model, comfy.ldm.flux.model.Flux)
    # FLUX.2, LongCat and Ovis number their text tokens; a region's would stand where the model never saw text.
    numbered = flux and (
        diffusion_model.params.global_modulation or getattr(diffusion_model.params, "txt_ids_dims", None)
    )
    if not flux or numbered:
        name = "of a later family (FLUX.2, LongCat or Ovis)" if flux else kind
        raise ValueError(
            f"Regions need a FLUX.1 model (dev, schnell, Krea, Fill or Kontext), but this one is {name}. "
            "Connect a FLUX.1 model, or remove Apply Regions to FLUX."
        )
