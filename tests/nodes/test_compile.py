"""Regions on a model that goes through torch.compile (the host's TorchCompileModel node): the same picture, compiled once."""

import pytest
import torch

pytestmark = [pytest.mark.host, pytest.mark.slow]


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_a_compiled_model_draws_the_same(nodes, scene, sample, tiny_flux, comfy, image_stream):
    from comfy_api.torch_helpers import set_torch_compile_wrapper

    compiled = []

    def backend(graph, inputs):
        compiled.append(graph)
        return graph.forward

    chosen = dict(end=0.5, image_stream=image_stream, single_interval=2)
    model, positive, negative = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), **chosen)
    expected = sample(model, positive, negative, steps=4)
    torch._dynamo.reset()
    set_torch_compile_wrapper(model, backend=backend)
    found = sample(model, positive, negative, steps=4)
    assert (found - expected).abs().max() < 1e-5
    first = len(compiled)
    assert first, "nothing was compiled"
    again = sample(model, positive, negative, steps=4, seed=6)
    assert torch.isfinite(again).all()
    assert len(compiled) == first, "a second run compiled again"
