"""The model families that regions work with, and what to say of the others.

A new family is a file here and a line below.
"""

from __future__ import annotations

from comfy.ldm.flux.model import Flux

from ..family import Family, ModelInfo
from .anima import ANIMA
from .chroma import CHROMA
from .cosmos_predict2 import COSMOS_PREDICT2
from .flux1 import FLUX1
from .flux2 import FLUX2
from .krea2 import KREA2
from .mage_flow import MAGE_FLOW
from .qwen_image import QWEN_IMAGE
from .z_image import Z_IMAGE

# A class before its parent's: Anima is a Cosmos-Predict2.
FAMILIES = (FLUX1, FLUX2, CHROMA, KREA2, QWEN_IMAGE, Z_IMAGE, ANIMA, COSMOS_PREDICT2, MAGE_FLOW)

OTHER_NAMES = {
    "UNetModel": "Stable Diffusion (1, 2 or XL)",
    "OpenAISignatureMMDITWrapper": "Stable Diffusion 3",
    "WanModel": "Wan",
    "HunyuanVideo": "HunyuanVideo",
    "LTXVModel": "LTX-Video",
    "HiDreamImageTransformer2DModel": "HiDream",
    "StageC": "Stable Cascade",
}
"""What people call models in which regions have no place, by the class of the host's; others go by their class."""


def family_names() -> str:
    """All families as people call them, for errors and tooltips."""
    names = [family.name for family in FAMILIES]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def family_of(diffusion_model) -> Family:
    """Raises ValueError, saying why and what to do, for a model in which regions have no place."""
    for family in FAMILIES:
        if family.matches(diffusion_model):
            return family
    kind = type(diffusion_model).__name__
    if kind == "ComfyFluxWrapper":
        raise ValueError(
            "This is a Nunchaku model: it runs its own code in place of ComfyUI's Flux, so regions cannot reach it. "
            "Load FLUX with Load Diffusion Model (fp8 and GGUF files work too)."
        )
    name = "LongCat or Ovis" if isinstance(diffusion_model, Flux) else OTHER_NAMES.get(kind, kind)
    raise ValueError(
        f"Regions need a {family_names()} model, but this one is {name}. Connect one of these, or bypass Regional Prompt."
    )


def model_info(model) -> ModelInfo:
    """What reports say of a MODEL. Raises ValueError as family_of does."""
    diffusion_model = model.get_model_object("diffusion_model")
    family = family_of(diffusion_model)
    return ModelInfo(family.block_counts(diffusion_model), family.text_length, family.text_unit(diffusion_model))
