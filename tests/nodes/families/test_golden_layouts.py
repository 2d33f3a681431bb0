"""The nodes compute what a dense reference computes (tests/golden/families), for the families beside FLUX's."""

import pytest
from safetensors.torch import load_file

from support.model_families import GOLDEN, golden_metadata, has_class, tiny_family_model

pytestmark = pytest.mark.host

NAMES = ["qwen", "zimage", "krea2", "anima"]
CASES = ["same", "hard", "background"]
MAX_ERROR = 2e-5


@pytest.fixture(scope="module", params=NAMES)
def golden(request, comfy):
    """(name, metadata, tensors) of a family that this host has."""
    if not has_class(request.param):
        pytest.skip("this host has no such model")
    return request.param, golden_metadata(request.param), load_file(GOLDEN / f"{request.param}.safetensors")


@pytest.fixture
def model(golden):
    name, _, tensors = golden
    return tiny_family_model(name, {key[2:]: value for key, value in tensors.items() if key.startswith("w.")})


def conditioning(tensors, name):
    """A text of the file as a CONDITIONING holds it."""
    extra = {}
    if f"{name}.ids" in tensors:
        extra = {"t5xxl_ids": tensors[f"{name}.ids"], "t5xxl_weights": tensors[f"{name}.weights"]}
    return [[tensors[name], extra]]


def regions_of_case(nodes, tensors, case, settings):
    regions = None
    height, width = (8 * cells for cells in tensors["lat"].shape[-2:])
    for index, mask in enumerate(tensors[f"{case}.masks"]):
        pixels = mask.float().repeat_interleave(16, 0).repeat_interleave(16, 1)[:height, :width]
        (regions,) = nodes.FromMask(mask=pixels[None], regions=regions, strength=settings["strengths"][index])
    for index in range(len(tensors[f"{case}.masks"])):
        (regions,) = nodes.SetConditioning(
            regions=regions, region=str(index + 1), conditioning=conditioning(tensors, f"{case}.text.{index}")
        )
    if settings["background"]:
        (regions,) = nodes.SetConditioning(
            regions=regions, region="background", conditioning=conditioning(tensors, f"{case}.background")
        )
    return regions


def test_without_regions_the_host_computes_the_reference(golden, model, velocity):
    _, metadata, tensors = golden
    out = velocity(model, conditioning(tensors, "base"), tensors["lat"], metadata["sigma"])
    assert (out - tensors["plain.out"]).abs().max() < MAX_ERROR


@pytest.mark.parametrize("node", ["Conditioning", "Apply"])
@pytest.mark.parametrize("case", CASES)
def test_regions_equal_the_dense_reference(nodes, golden, model, velocity, case, node):
    _, metadata, tensors = golden
    settings = metadata["cases"][case]
    regions, base = regions_of_case(nodes, tensors, case, settings), conditioning(tensors, "base")
    inputs = {"base_ratio": settings["beta"], "start": 0.0, "end": 1.0, "double_interval": 1, "single_interval": 1}
    inputs |= {key: settings[key] for key in ("overlap", "isolation")} | {"balance": "manual", "image_stream": "shared"}
    if node == "Apply":
        (prompt,) = nodes.Encode(regions=regions, base_conditioning=base)
        model, positive, _ = nodes.Apply(model=model, regional_prompt=prompt, **inputs)
    else:
        (positive,) = nodes.Conditioning(regions=regions, conditioning=base, **inputs)
    out = velocity(model, positive, tensors["lat"], metadata["sigma"])
    error, effect = (out - tensors[f"{case}.out"]).abs().max(), (out - tensors["plain.out"]).abs().max()
    print(f"{metadata['family']} {case} {node}: error {error:.1e}, effect {effect:.2f}")
    assert error < MAX_ERROR
    assert case == "same" or effect > 0.02
