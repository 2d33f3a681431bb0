"""LoRAs of regions on the reference model: what a dense reference computes, and what the host's own loader does.

The golden cases come from a reference that knows no host and no pack, with one sum per token.
"""

from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file, save_file

from support.lora import FILES, GOLDEN, global_lora, random_lora
from support.regional import random_text

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def cases():
    return load_file(GOLDEN / "region_lora_cases.safetensors")


@pytest.fixture
def reference_flux(comfy, cases):
    """reference_flux() -> a ModelPatcher of the cases' model, whose MLP is four times as wide as its tokens."""

    def build():
        import comfy.model_detection
        import comfy.model_patcher

        state = {name[2:]: value.clone() for name, value in cases.items() if name.startswith("w.")}
        config = comfy.model_detection.model_config_from_unet(state, "")
        config.unet_config.update(num_heads=2, axes_dim=[4, 10, 10])
        config.set_inference_dtype(torch.float32, None)
        model = config.get_model(state, "")
        model.load_model_weights(state, "")
        device = torch.device("cpu")
        return comfy.model_patcher.ModelPatcher(model, device, device)

    return build


@pytest.fixture
def case(nodes, cases, lora_folder):
    """case(name, ...) -> the CONDITIONING of a golden case; order: in which its LoRAs are added."""

    def build(name, order=1, with_loras=True, **settings):
        regions = None
        for mask in cases[f"{name}.masks"]:
            pixels = mask.repeat_interleave(16, 0).repeat_interleave(16, 1)
            (regions,) = nodes.FromMask(mask=pixels[None], regions=regions)
        for index, text in enumerate(cases["regions"][: len(regions)]):
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=[[text[None], {}]])
        for region, lora, strength in cases[f"{name}.loras"].tolist()[::order] if with_loras else ():
            file = FILES["ab"[int(lora)]]
            (regions,) = nodes.Lora(regions=regions, region=str(int(region) + 1), lora_name=file, strength=strength)
        (prompt,) = nodes.Encode(regions=regions, base_conditioning=base_of(cases))
        beta = cases[f"{name}.beta"].item()
        return nodes.Apply(model=nodes_model(), regional_prompt=prompt, end=1.0, base_ratio=beta, **settings)[1]

    def nodes_model():
        return build.model()

    return build


def base_of(cases):
    return [[cases["base"], {"pooled_output": cases["y"], "guidance": cases["guidance"].item()}]]


@pytest.mark.parametrize("order", [1, -1])
def test_it_is_what_a_dense_reference_computes(case, cases, reference_flux, velocity, order):
    case.model = reference_flux
    out = velocity(reference_flux(), case("halves", order), cases["lat"], cases["t"].item())
    assert (out - cases["halves.out"]).abs().max() < 2e-5
    without = velocity(reference_flux(), case("halves", with_loras=False), cases["lat"], cases["t"].item())
    assert (without - cases["halves.without"]).abs().max() < 2e-5
    assert (without - cases["halves.out"]).abs().max() > 0.1
