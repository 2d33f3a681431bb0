"""From a weights file to the host's ordinary MODEL, CLIP and VAE objects."""

from pathlib import Path

from torch import Tensor

from .architecture import LATENT_CHANNELS, SHIFT, flux_overrides
from .autoencoder import Autoencoder
from .text import make_clip
from .weights import read_weights, tensors_under, word_table

WEIGHTS = Path(__file__).with_name("pocket_flux.safetensors")


def load_pocket(weights: Path = WEIGHTS) -> tuple:
    """(MODEL, CLIP, VAE) of a weights file. Raises ValueError, one sentence, if it is missing or damaged."""
    return build_pocket(read_weights(weights))


def build_pocket(state: dict[str, Tensor]) -> tuple:
    """(MODEL, CLIP, VAE) from tensors, named as in a weights file. ValueError if the host knows no FLUX."""
    text = tensors_under(state, "t5") | {"shared.weight": word_table(state)}
    return (
        _model(tensors_under(state, "flux"), state["preview.factors"], state["preview.bias"]),
        make_clip(text),
        _vae(tensors_under(state, "vae")),
    )


def _model(state: dict[str, Tensor], preview_factors: Tensor, preview_bias: Tensor):
    """A ModelPatcher around `comfy.model_base.Flux`, by the host's own detection and name conversion, in fp32."""
    import comfy.model_detection
    import comfy.model_management
    import comfy.model_patcher
    import torch

    config = comfy.model_detection.model_config_from_unet(state, "")
    if config is None:
        raise ValueError(
            "This ComfyUI does not recognise Pocket Flux as a FLUX.1 model: please report its version to us."
        )
    config.unet_config.update(flux_overrides())
    config.sampling_settings["shift"] = SHIFT
    config.latent_format.latent_rgb_factors = preview_factors.tolist()
    config.latent_format.latent_rgb_factors_bias = preview_bias.tolist()
    config.latent_format.taesd_decoder_name = None
    config.set_inference_dtype(torch.float32, None)
    offload = comfy.model_management.unet_offload_device()
    model = config.get_model(state, "").to(offload)
    model.load_model_weights(dict(state), "")
    return comfy.model_patcher.ModelPatcher(model, comfy.model_management.get_torch_device(), offload)


def _vae(state: dict[str, Tensor]):
    """A `comfy.sd.VAE` whose network is ours: the host builds its tiny TAESD for 16 channels, then ours replaces it."""
    import comfy.model_patcher
    import comfy.sd
    import torch
    from comfy.taesd.taesd import TAESD

    vae = comfy.sd.VAE(sd=TAESD(latent_channels=LATENT_CHANNELS).state_dict(), dtype=torch.float32)
    network = Autoencoder().eval().requires_grad_(False)
    network.load_state_dict(state)
    vae.first_stage_model = network
    vae.patcher = comfy.model_patcher.ModelPatcher(network, vae.patcher.load_device, vae.patcher.offload_device)
    vae.memory_used_encode = lambda shape, _: 600 * shape[2] * shape[3]
    vae.memory_used_decode = lambda shape, _: 600 * shape[2] * shape[3] * 64
    vae.disable_offload = True
    vae.size = None
    return vae
