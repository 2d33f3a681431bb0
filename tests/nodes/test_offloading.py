"""Little VRAM: weights that stay behind and are cast for each call, and what a run puts on the device and takes off
again.
"""

import gc

import pytest
import torch
from safetensors.torch import save_file
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from support.lora import random_lora
from support.regional import random_text, regional_wrappers

pytestmark = [pytest.mark.host, pytest.mark.slow]

TOKENS = 7
"""Of a region's text: no tensor of the host has this many."""

CORNERS = ((0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5))


def lora():
    """Of the text's projection and of one attention; a layer that is cast per call gets it in every call."""
    generator = torch.Generator().manual_seed(5)
    weights = {}
    for layer, down, up in (("txt_in", 32, 48), ("double_blocks.0.img_attn.qkv", 48, 144)):
        weights[f"diffusion_model.{layer}.lora_A.weight"] = torch.randn(4, down, generator=generator)
        weights[f"diffusion_model.{layer}.lora_B.weight"] = torch.randn(up, 4, generator=generator)
    return weights


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_model_loaded_in_part_draws_the_same(nodes, scene, sample, tiny_flux, little_vram, share, image_stream):
    import comfy.sd

    model, _ = comfy.sd.load_lora_for_models(tiny_flux(), None, lora(), 1.0, 0)
    model, positive, negative = nodes.Apply(
        model=model, regional_prompt=scene(), end=0.7, single_interval=2, image_stream=image_stream
    )
    expected = sample(model, positive, negative)
    assert (expected - sample(model, random_text(0, 12), negative)).abs().max() > 1e-2, "the regions show"
    model.detach()
    little_vram(share)
    layers = [layer for layer in model.model.diffusion_model.modules() if isinstance(layer, torch.nn.Linear)]
    cast = []

    def look(*_):
        cast.append(sum(layer.comfy_cast_weights for layer in layers))

    found = sample(model, positive, negative, callback=look)
    assert set(cast) == {len(layers)} if share < 0.1 else 0 < min(cast) == max(cast) < len(layers)
    assert (found - expected).abs().max() < 1e-5


@pytest.fixture
def with_region_lora(nodes, scene, lora_folder):
    """with_region_lora(model) -> CONDITIONING of two halves, the first with a LoRA of all layers."""

    def build(model):
        from dataclasses import replace

        save_file(random_lora(model), lora_folder / "own.safetensors")
        prompt = scene()
        (regions,) = nodes.Lora(regions=prompt.regions, lora_name="own")
        return nodes.Apply(model=model, regional_prompt=replace(prompt, regions=regions), end=0.7)[1]

    return build


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_regions_lora_on_a_model_loaded_in_part(with_region_lora, sample, tiny_flux, little_vram, share):
    model = tiny_flux()
    positive = with_region_lora(model)
    expected = sample(model, positive)
    model.detach()
    little_vram(share)
    assert (sample(model, positive) - expected).abs().max() < 1e-5


def test_the_host_loads_a_regions_lora_and_lets_it_go_with_the_conditioning(with_region_lora, sample, tiny_flux):
    from comfy import model_management
    from flux_regions.adapter.lora_delta import LowRank

    def loaded():
        return [one.model.model for one in model_management.current_loaded_models if one.model is not None]

    def holding(module):
        return any(isinstance(part, LowRank) for part in module.modules())

    model = tiny_flux()
    positive = with_region_lora(model)
    during = []
    sample(model, positive, callback=lambda *_: during.append(sum(map(holding, loaded()))))
    sample(model, positive, callback=lambda *_: during.append(sum(map(holding, loaded()))))
    assert set(during) == {1}, "one model of LoRAs, the same in both runs"
    del positive
    gc.collect()
    model_management.cleanup_models()
    assert not any(map(holding, loaded())) and not [part for part in gc.get_objects() if type(part) is LowRank]


class Crossings(TorchDispatchMode):
    """Writes down what happens between devices: copies (0-d tensors are free to pass) and operations that mix them."""

    def __init__(self):
        super().__init__()
        self.copies, self.mixed = [], []

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        result = operation(*args, **(kwargs or {}))
        used = [
            thing for thing in tree_leaves((args, kwargs, result)) if isinstance(thing, torch.Tensor) and thing.ndim
        ]
        if len({thing.device for thing in used}) > 1:
            copy = operation in (torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default)
            (self.copies if copy else self.mixed).append((str(operation), [list(thing.shape) for thing in used]))
        return result


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_texts_and_plans_go_where_the_model_computes(nodes, scene, tiny_flux, dtype, image_stream):
    """The model's forward call on the meta device, with the embeddings on the CPU, as the text encoder left them."""
    from comfy.ldm.modules.attention import attention_pytorch
    from flux_regions.adapter import regions_of

    model, positive, _ = nodes.Apply(
        model=tiny_flux(), regional_prompt=scene(CORNERS, background=3), single_interval=2, image_stream=image_stream
    )
    network = model.model.diffusion_model.to("meta", dtype)
    where = {"device": "meta", "dtype": dtype}
    attended = []

    def attention(func, q, k, v, *args, **kwargs):
        attended.extend((part.device.type, part.dtype) for part in (q, k, v))
        return attention_pytorch(q, k, v, *args, **kwargs)

    def step():
        with Crossings() as crossings:
            result = network(
                torch.empty(1, 16, 12, 16, **where),
                torch.empty(1, **where),
                context=torch.empty(1, 12, 32, **where),
                y=torch.empty(1, 16, **where),
                guidance=torch.empty(1, **where),
                transformer_options={"wrappers": regional_wrappers(), "optimized_attention_override": attention},
                flux_regions=regions_of(positive),
            )
        assert (result.device.type, result.dtype, list(result.shape)) == ("meta", dtype, [1, 16, 12, 16])
        assert not crossings.mixed
        return crossings.copies

    first, second = step(), step()
    texts = [shapes for _, shapes in first if shapes[0][-1] == 32]
    assert texts == [[[1, 8, 32]] * 2, [[1, 8, 32]] * 2, [[1, 5, 32]] * 2], "two regions and the background"
    assert len(first) > len(texts), "the plan was made on the CPU, too"
    assert not second, "the second step copies nothing"
    assert set(attended) == {("meta", dtype)}


def alive():
    """(texts of regions, plans) that exist, also those that only wait for the garbage collector."""
    from flux_regions.attention import AttentionPlan

    things = gc.get_objects()
    texts = [thing for thing in things if type(thing) is torch.Tensor and list(thing.shape) == [1, TOKENS, 32]]
    return len(texts), sum(type(thing) is AttentionPlan for thing in things)


@pytest.fixture
def no_collector():
    """What is released, is released at once: memory on a device cannot wait for the garbage collector."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("ending", ["done", "interrupt", "error in a block"])
def test_nothing_of_a_run_outlives_it(nodes, scene, sample, tiny_flux, no_collector, ending):
    """The model computes in bfloat16 here, so that the run needs copies of the texts even on the CPU."""
    from comfy.model_management import InterruptProcessingException

    calls, during = [], []

    def attention(func, *args, **kwargs):
        calls.append(1)
        if ending == "error in a block" and during and len(calls) % 5 == 0:
            raise MemoryError("as on a full device")
        return func(*args, **kwargs)

    def look(step, *_):
        during.append(alive())
        if ending == "interrupt" and step == 1:
            raise InterruptProcessingException

    base = tiny_flux()
    base.model.diffusion_model.to(torch.bfloat16)
    base.model.manual_cast_dtype = torch.bfloat16
    base.model_options.setdefault("transformer_options", {})["optimized_attention_override"] = attention
    model, positive, negative = nodes.Apply(model=base, regional_prompt=scene(tokens=TOKENS), end=1.0)
    assert alive() == (2, 0)
    ended = "done"
    try:
        sample(model, positive, negative, callback=look)
    except InterruptProcessingException:
        ended = "interrupt"
    except MemoryError:
        ended = "error in a block"
    assert ended == ending
    assert during and set(during) == {(4, 1)}, "two texts of the prompt, their copies for the model, and a plan"
    assert alive() == (2, 0), "of the texts only the prompt's are left"
