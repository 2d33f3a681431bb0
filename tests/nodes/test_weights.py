"""Weights of any kind: fp8 as Load Diffusion Model makes them, and layers that unpack their own, as GGUF loaders make
them.
"""

import pytest
import torch
from safetensors.torch import save_file

from support.lora import global_lora, layers_of, random_lora
from support.regional import random_text

pytestmark = [pytest.mark.host, pytest.mark.slow]

FP8 = [torch.float8_e4m3fn, torch.float8_e5m2]


@pytest.fixture
def load(comfy, reference, monkeypatch):
    """load(state, compute, **options) -> the reference model through the host's loader, computing in that dtype.

    options are those that loader nodes give: dtype (of the weights), custom_operations.
    """
    import comfy.model_management
    import comfy.sd

    detect = comfy.sd.model_detection.model_config_from_unet

    def detect_small_heads(*args, **kwargs):
        config = detect(*args, **kwargs)
        config.unet_config.update(num_heads=2, axes_dim=[4, 10, 10])
        return config

    monkeypatch.setattr(comfy.sd.model_detection, "model_config_from_unet", detect_small_heads)

    def build(state, compute=torch.float32, **options):
        def compute_dtype(weight_dtype, *_, **__):
            return None if weight_dtype == compute else compute

        monkeypatch.setattr(comfy.model_management, "unet_manual_cast", compute_dtype)
        return comfy.sd.load_diffusion_model_state_dict(dict(state), model_options=options)

    return build


@pytest.fixture
def state(reference):
    """The reference model's weights in float32."""
    return {name[2:]: value.clone() for name, value in reference.items() if name.startswith("w.")}


@pytest.fixture
def draw(nodes, scene, sample):
    """draw(model, image_stream) -> the picture with regions, after making sure that the regions show in it."""

    def run(model, image_stream):
        patched, positive, negative = nodes.Apply(
            model=model, regional_prompt=scene(), end=0.7, single_interval=2, image_stream=image_stream
        )
        picture = sample(patched, positive, negative)
        assert (picture - sample(model, random_text(0, 12), negative)).abs().max() > 1e-2
        return picture

    return run


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
@pytest.mark.parametrize("compute", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("weights", FP8, ids=str)
def test_fp8_weights_draw_as_their_rounded_values_do(load, state, draw, weights, compute, image_stream):
    model = load(state, compute, dtype=weights)
    assert {value.dtype for value in model.model.diffusion_model.parameters()} == {weights}
    assert model.model_dtype() == weights and model.model.manual_cast_dtype == compute
    rounded = load({name: value.to(weights).to(compute) for name, value in state.items()}, compute, dtype=compute)
    assert rounded.model_dtype() == compute and rounded.model.manual_cast_dtype is None
    assert (draw(model, image_stream) - draw(rounded, image_stream)).abs().max() < 1e-5


def packed(weight):
    """weight [out, in] -> int8 [out, in] and its scale [out, 1]."""
    scale = weight.abs().amax(1, keepdim=True) / 127
    return (weight / scale).round().to(torch.int8), scale


def unpacked(numbers, scale):
    return numbers.to(scale.dtype) * scale


@pytest.fixture
def packed_operations(comfy):
    """The host's operations, but linear layers hold int8 and a scale, and make their weight in every call."""
    import comfy.ops

    class Operations(comfy.ops.manual_cast):
        class Linear(comfy.ops.manual_cast.Linear):
            def _load_from_state_dict(self, state, prefix, *_):
                numbers, scale = packed(state[f"{prefix}weight"])
                self.weight = torch.nn.Parameter(numbers, requires_grad=False)
                self.register_buffer("scale", scale)
                self.bias = torch.nn.Parameter(state[f"{prefix}bias"], requires_grad=False)

            def forward_comfy_cast_weights(self, input):
                numbers, bias = comfy.ops.cast_bias_weight(self, input)
                return torch.nn.functional.linear(input, unpacked(numbers, self.scale.to(input)), bias)

    return Operations


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_layers_that_unpack_their_weights_draw_as_the_unpacked_weights_do(
    load, state, draw, packed_operations, image_stream
):
    model = load(state, dtype=torch.float32, custom_operations=packed_operations)
    linear = [layer for layer in model.model.diffusion_model.modules() if isinstance(layer, torch.nn.Linear)]
    assert {layer.weight.dtype for layer in linear} == {torch.int8}
    matrices = [name for name, value in state.items() if value.ndim == 2]
    assert len(matrices) == len(linear)
    plain = load({**state, **{name: unpacked(*packed(state[name])) for name in matrices}}, dtype=torch.float32)
    assert (draw(model, image_stream) - draw(plain, image_stream)).abs().max() < 1e-5


@pytest.fixture
def draw_with_lora(nodes, lora_folder, sample):
    """draw_with_lora(model, tensors) -> the picture with one region over everything, which has this LoRA.

    draw_with_lora.plain(model): without regions.
    """

    def run(model, tensors):
        save_file(tensors, lora_folder / "own.safetensors")
        (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
        (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=random_text(1, 12))
        (regions,) = nodes.Lora(regions=regions, lora_name="own", strength=0.5)
        settings = {"balance": "manual", "base_ratio": 0.0, "end": 1.0}
        return sample(model, nodes.Conditioning(regions=regions, conditioning=random_text(1, 12), **settings)[0])

    run.plain = lambda model: sample(model, random_text(1, 12))
    return run


@pytest.mark.parametrize("compute", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("weights", FP8, ids=str)
def test_a_regions_lora_on_fp8_weights(load, state, draw_with_lora, weights, compute):
    """Its products are added to those of the rounded weights: no rounding of the two together."""
    model = load(state, compute, dtype=weights)
    rounded = load({name: value.to(weights).to(compute) for name, value in state.items()}, compute, dtype=compute)
    tensors = random_lora(model)
    found = draw_with_lora(model, tensors)
    assert (found - draw_with_lora(rounded, tensors)).abs().max() < 1e-5
    if compute == torch.float32:
        paths = set(layers_of(model, "blocks")) | {"img_in", "txt_in"}
        tensors = random_lora(model, paths=paths)
        expected = draw_with_lora.plain(global_lora(rounded, tensors, 0.5))
        assert (draw_with_lora(model, tensors) - expected).abs().max() < 1e-4


def test_a_regions_lora_on_layers_that_unpack_their_weights(load, state, draw_with_lora, packed_operations):
    model = load(state, dtype=torch.float32, custom_operations=packed_operations)
    matrices = [name for name, value in state.items() if value.ndim == 2]
    plain = load({**state, **{name: unpacked(*packed(state[name])) for name in matrices}}, dtype=torch.float32)
    tensors = random_lora(plain)
    found = draw_with_lora(model, tensors)
    assert (found - draw_with_lora(plain, tensors)).abs().max() < 1e-5
    assert (found - draw_with_lora.plain(model)).abs().max() > 1e-2
