"""The nodes compute what the authors' own code computes (arXiv 2411.02395; golden/reference_cases.safetensors)."""

import pytest
import torch

pytestmark = pytest.mark.host

CASES = ["halves", "overlap_bg"]


@pytest.fixture(scope="module")
def case_velocity(nodes, tiny_flux, velocity, reference):
    """case_velocity(name, image_stream, node): one reference case through FromMask, SetConditioning, node, a sampler.

    node: "Conditioning", or "Apply" behind Encode.
    """

    def run(name, image_stream, node="Conditioning"):
        regions = None
        for mask in reference[f"{name}.masks"]:
            (regions,) = nodes.FromMask(mask=mask[None].float(), regions=regions)
        for index, text in enumerate(reference[f"{name}.regions"]):
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=[[text[None], {}]])
        extra = {"pooled_output": reference["y"], "guidance": reference["guidance"].item()}
        base = [[reference["base"], extra]]
        beta, double_interval, single_interval = reference[f"{name}.params"].tolist()
        settings = {
            "base_ratio": beta,
            "start": 0.0,
            "end": 1.0,
            "double_interval": int(double_interval),
            "single_interval": int(single_interval),
            "image_stream": image_stream,
            "overlap": "union",
            "isolation": "regions",
        }
        if node == "Apply":
            (prompt,) = nodes.Encode(regions=regions, base_conditioning=base)
            _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, **settings)
        else:
            (positive,) = nodes.Conditioning(regions=regions, conditioning=base, balance="manual", **settings)
        return velocity(tiny_flux(), positive, reference["lat"], reference["t"].item())

    return run


def test_without_regions_the_host_computes_the_reference(tiny_flux, velocity, reference):
    extra = {"pooled_output": reference["y"], "guidance": reference["guidance"].item()}
    out = velocity(tiny_flux(), [[reference["base"], extra]], reference["lat"], reference["t"].item())
    assert (out - reference["plain.out"]).abs().max() < 2e-5


@pytest.mark.parametrize("node", ["Conditioning", "Apply"])
@pytest.mark.parametrize("name", CASES)
def test_the_paper_stream_equals_the_authors_code(case_velocity, reference, name, node):
    error = (case_velocity(name, "paper", node) - reference[f"{name}.out"]).abs().max()
    assert error < 2e-5


@pytest.mark.parametrize("name", CASES)
def test_the_shared_stream_differs_by_a_fraction_of_the_effect(case_velocity, reference, name):
    effect = (reference[f"{name}.out"] - reference["plain.out"]).abs().mean()
    difference = (case_velocity(name, "shared") - case_velocity(name, "paper")).abs().mean()
    assert 0 < difference < 0.05 * effect


def test_the_cases_are_told_apart(reference):
    effect = (reference["halves.out"] - reference["plain.out"]).abs().mean()
    assert effect > 1e-3, "the method's effect must be far above the tolerance of the comparison"
    assert torch.isfinite(reference["overlap_bg.out"]).all()
