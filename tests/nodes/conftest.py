"""The pack's nodes as Python callables, tiny Flux models of the host's own class, and one step of the host's sampler."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture(scope="session")
def nodes(comfy):
    """The node classes of the pack by their short names; calling one runs execute and returns its outputs."""
    import flux_regions.nodes as package

    def run(node):
        return lambda **inputs: node.execute(**inputs).result

    return SimpleNamespace(**{node.__name__: run(node) for node in package.NODES}, classes=package.NODES)


@pytest.fixture(scope="session")
def reference():
    return load_file(GOLDEN / "reference_cases.safetensors")


@pytest.fixture(scope="session")
def tiny_flux(comfy, reference):
    """tiny_flux(**changes) -> a fresh ModelPatcher of the reference model: hidden 48, 2 heads, 2 double + 5 single blocks.

    in_channels=32 or 96 gives the shape of a control or Fill model (more input channels, random weights for them).
    """

    def build(in_channels=16):
        import comfy.model_detection
        import comfy.model_management
        import comfy.model_patcher

        state = {name[2:]: value.clone() for name, value in reference.items() if name.startswith("w.")}
        if in_channels != 16:
            generator = torch.Generator().manual_seed(1)
            state["img_in.weight"] = torch.randn(48, in_channels * 4, generator=generator) * 0.1
        config = comfy.model_detection.model_config_from_unet(state, "")
        config.unet_config.update(num_heads=2, axes_dim=[4, 10, 10])
        config.set_inference_dtype(torch.float32, None)
        model = config.get_model(state, "")
        model.load_model_weights(state, "")
        device = torch.device("cpu")
        return comfy.model_patcher.ModelPatcher(model, device, device)

    return build


@pytest.fixture(scope="session")
def velocity(comfy):
    """velocity(model, positive, latent, sigma, negative=None, cfg=1.0): what the model predicts, through the host's sampler.

    One Euler step from sigma to 0; the prediction is solved for from its result.
    """

    def predict(model, positive, latent, sigma, negative=None, cfg=1.0):
        import comfy.sample
        import comfy.samplers

        result = comfy.sample.sample_custom(
            model,
            noise=latent / sigma,
            cfg=cfg,
            sampler=comfy.samplers.sampler_object("euler"),
            sigmas=torch.tensor([sigma, 0.0]),
            positive=positive,
            negative=positive if negative is None else negative,
            latent_image=torch.zeros_like(latent),
            disable_pbar=True,
            seed=0,
        )
        return (latent - model.model.process_latent_in(result)) / sigma

    return predict
