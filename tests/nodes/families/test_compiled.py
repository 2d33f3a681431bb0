"""Compiled by the host's TorchCompileModel, every family draws what it draws uncompiled, and the next prompt too."""

import pytest
import torch

pytestmark = [pytest.mark.host, pytest.mark.slow]

HALVES = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0))


@pytest.fixture(autouse=True)
def fresh_compiler():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def with_pytorch_attention(model):
    """As on a GPU. The host's choice for the CPU looks up the free memory, which no compiler can."""
    from comfy.ldm.modules.attention import attention_pytorch

    options = model.model_options.setdefault("transformer_options", {})
    options["optimized_attention_override"] = lambda func, *args, **kwargs: attention_pytorch(*args, **kwargs)
    return model


def test_a_compiled_model_draws_the_same(subject):
    """A plain call compiles first, so that what is swapped or hooked afterwards meets code that is there already."""
    from comfy_extras.nodes_torch_compile import TorchCompileModel

    base = subject.text(0, 11)
    prompts = [subject.prompt(HALVES, [subject.text(a, 7), subject.text(b, 14)], base) for a, b in ((1, 2), (3, 4))]
    model = with_pytorch_attention(subject.model())
    compiled = TorchCompileModel.execute(model=model, backend="eager").result[0]
    assert (subject.predict(compiled, base) - subject.predict(model, base)).abs().max() < 1e-6
    for prompt in prompts:
        _, positive, _ = subject.applied(prompt, model=model, base_ratio=0.2)
        assert (subject.predict(compiled, positive) - subject.predict(model, positive)).abs().max() < 1e-6
    assert (subject.predict(compiled, base) - subject.predict(model, base)).abs().max() < 1e-6
