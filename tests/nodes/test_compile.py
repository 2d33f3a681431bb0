"""Regions on a model that goes through the host's TorchCompileModel node: the same picture, and no step compiles
anew.
"""

import gc
import os
import shutil
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from support.lora import random_lora
from support.regional import random_text

pytestmark = [pytest.mark.host, pytest.mark.slow]

STEPS, INSIDE = 4, 2
COMPILER = shutil.which(os.environ.get("CXX", "g++"))
"""What inductor needs on the CPU."""


@pytest.fixture
def small_flux(tiny_flux):
    """small_flux() -> one double and two single blocks, with attention by PyTorch, as on a GPU.

    The host's choice for the CPU looks up the free memory, which no compiler can: every block would be cut in pieces.
    """
    from comfy.ldm.modules.attention import attention_pytorch

    def build():
        model = tiny_flux()
        network = model.model.diffusion_model
        network.double_blocks, network.single_blocks = network.double_blocks[:1], network.single_blocks[:2]
        options = model.model_options.setdefault("transformer_options", {})
        options["optimized_attention_override"] = lambda func, *args, **kwargs: attention_pytorch(*args, **kwargs)
        return model

    torch._dynamo.reset()
    yield build
    torch._dynamo.reset()


@pytest.fixture(autouse=True)
def ours_stay_uncompiled():
    """No code of the pack is compiled: it reads what changes between calls, so it would be compiled again and again, up
    to the number after which torch.compile gives a function up, or serve one call with what was another's.
    """
    import flux_regions
    from torch._dynamo.convert_frame import register_bytecode_hook

    pack, compiled = os.path.dirname(os.path.realpath(flux_regions.__file__)), []

    def look(code, _new_code):
        if os.path.realpath(code.co_filename).startswith(os.path.join(pack, "adapter")):
            compiled.append(f"{os.path.basename(code.co_filename)}: {code.co_name}")

    handle = register_bytecode_hook(look)
    yield
    handle.remove()
    assert compiled == []


def none_on_options(guards):
    """No compiled code looks at transformer_options again: not which block it is in, nor whose attention override is
    there.
    """
    return ["transformer_options" not in guard.name for guard in guards]


@pytest.mark.parametrize(
    "backend, order, chosen",
    [
        ("inductor" if COMPILER else "eager", "compile after Apply", {}),
        ("eager", "compile before Apply", {"isolation": "modulate"}),
        ("eager", "compile after Apply, forgetful", {"image_stream": "paper"}),
    ],
)
def test_a_compiled_model_draws_the_same(nodes, scene, sample, small_flux, backend, order, chosen):
    from comfy_api.torch_helpers import set_torch_compile_wrapper
    from comfy_extras.nodes_torch_compile import TorchCompileModel
    from flux_regions.attention import AttentionPlan, LogitModulation

    prompt = scene()

    def with_regions(model):
        settings = dict(end=INSIDE / STEPS, single_interval=2, **chosen)
        return nodes.Apply(model=model, regional_prompt=prompt, **settings)

    def compiled(model):
        if order.endswith("forgetful"):  # on any host, what the node does on those since 0.5
            model = model.clone()
            set_torch_compile_wrapper(model, backend, options={"guard_filter_fn": none_on_options})
            return model
        return TorchCompileModel.execute(model=model, backend=backend).result[0]

    def draw(model, positive, negative, seed):
        """What each step foresees, and how many graphs were compiled by then."""
        foreseen, graphs = [], []

        def look(step, denoised, *_):
            foreseen.append(denoised.clone())
            graphs.append(torch._dynamo.utils.counters["stats"]["unique_graphs"])

        sample(model, positive, negative, steps=STEPS, seed=seed, callback=look)
        return torch.stack(foreseen), graphs

    base = small_flux()
    model, positive, negative = with_regions(base)
    expected = [draw(model, positive, negative, seed)[0] for seed in (5, 6)]
    plain, _ = draw(base, random_text(0, 12), negative, 5)
    assert (expected[0] - plain)[0].abs().max() > 1e-3, "the regions act on the first step"

    model = compiled(model) if order.startswith("compile after") else with_regions(compiled(base))[0]
    before = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    found, graphs = draw(model, positive, negative, 5)
    assert (found - expected[0]).abs().amax((1, 2, 3, 4)).tolist() == pytest.approx([0.0] * STEPS, abs=1e-4)
    assert before < graphs[0], "nothing was compiled"
    assert graphs[0] == graphs[INSIDE - 1], "a second step inside the window compiled again"
    assert graphs[INSIDE - 1] < graphs[INSIDE] == graphs[-1], "a second step outside the window compiled again"
    found, again = draw(model, positive, negative, 6)
    assert (found - expected[1]).abs().max() < 1e-4
    assert again == graphs[-1:] * STEPS, "a second run compiled again"
    gc.collect()
    assert not [thing for thing in gc.get_objects() if type(thing) in (AttentionPlan, LogitModulation)], (
        "what was compiled keeps no plan"
    )


@pytest.mark.parametrize("is_forgetful", [False, True], ids=["host's guards", "forgetful"])
def test_loras_of_regions_on_a_compiled_model(nodes, scene, sample, small_flux, lora_folder, is_forgetful):
    """In any order of plain, regions, and LoRAs on the same layers: uncompiled pictures, and none compiled twice."""
    from comfy_api.torch_helpers import set_torch_compile_wrapper

    base = small_flux()
    conditionings = {"plain": random_text(0, 12)}
    for name, seed, region in (("none", 0, ""), ("first", 1, "1"), ("second", 2, "2"), ("both", 3, "1, 2")):
        prompt = scene()
        if region:
            save_file(random_lora(base, seed=seed), lora_folder / f"{name}.safetensors")
            (regions,) = nodes.Lora(regions=prompt.regions, region=region, lora_name=name)
            prompt = replace(prompt, regions=regions)
        _, conditionings[name], _ = nodes.Apply(model=base, regional_prompt=prompt, end=0.5)
    expected = {name: sample(base, conditioning, steps=2) for name, conditioning in conditionings.items()}
    assert len({picture.sum().item() for picture in expected.values()}) == 5

    model = base.clone()
    options = {"guard_filter_fn": none_on_options} if is_forgetful else None
    set_torch_compile_wrapper(model, "eager", options=options)
    for name in ("plain", "first", "none", "both", "plain", "second", "first"):
        assert (sample(model, conditionings[name], steps=2) - expected[name]).abs().max() < 1e-4, name
    graphs = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    for name in conditionings:
        assert (sample(model, conditionings[name], steps=2) - expected[name]).abs().max() < 1e-4, name
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == graphs, (
        "a run that was there before compiled again"
    )
