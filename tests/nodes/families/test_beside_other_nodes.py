"""Regions with a LoRA beside what else may be on a model: ControlNets, skipped layers, weights that are cast or
unpacked in every call. One region over everything is the host's loader with the same beside it.
"""

import pytest
import torch
from torch import nn

from support.lora import global_lora, random_lora, token_layers
from support.model_families import FAMILIES, tiny_family_model

pytestmark = [pytest.mark.host, pytest.mark.slow]

EVERYTHING = ((0, 0, 1, 1),)
HALVES = ((0, 0, 0.5, 1), (0.5, 0, 0.5, 1))
CPU = torch.device("cpu")


def difference(first, second):
    """Relative to the largest value."""
    return (first - second).abs().max() / second.abs().max()


@pytest.fixture
def same_as_the_hosts_loader(subject, positive):
    """same_as_the_hosts_loader(with_node): asserts it with a node beside it, and that the node does something.

    with_node(model, positive) -> both with the node.
    """

    def check(with_node):
        tensors = random_lora(subject.model(), paths=token_layers(subject.model()))
        model, text = global_lora(subject.model(), tensors, 0.8), subject.text(1)
        expected = subject.predict(*with_node(model, text))
        assert difference(subject.predict(*with_node(subject.model(), positive(EVERYTHING, tensors))), expected) < 1e-5
        assert difference(subject.predict(model, text), expected) > 0.01

    return check


class AverageVAE:
    """Stands for a VAE that a picture passes through: 8 x 8 averages, repeated to 16 channels. rank: of its latents."""

    def __init__(self, rank):
        self._rank = rank

    def spacial_compression_encode(self):
        return 8

    def encode(self, pixels):
        latent = nn.functional.avg_pool2d(pixels.movedim(-1, 1).mean(1, keepdim=True), 8).repeat(1, 16, 1, 1)
        return latent if self._rank == 4 else latent[:, :, None]


def randomised(network):
    generator = torch.Generator().manual_seed(4)
    for name, parameter in network.named_parameters():
        if "norm" in name and parameter.ndim == 1:
            parameter.data.fill_(1)
        else:
            parameter.data.normal_(0, 0.5 * parameter.shape[-1] ** -0.5, generator=generator)
    return network


def picture():
    """Of 8 x 8 tokens, [1, H, W, 3]."""
    return torch.rand(1, 128, 128, 3, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("subject", ["qwen"], indirect=True)
def test_a_controlnet_beside_the_model(same_as_the_hosts_loader):
    """Qwen-Image's, of InstantX: it sees the base prompt."""
    import comfy.controlnet
    import comfy.latent_formats
    import comfy.ops
    from comfy.ldm.qwen_image.controlnet import QwenImageControlNetModel

    sizes = {name: size for name, size in FAMILIES["qwen"].config.items() if name != "image_model"}
    network = QwenImageControlNetModel(
        device="cpu", dtype=torch.float32, operations=comfy.ops.disable_weight_init, **sizes
    )
    network.main_model_double = sizes["num_layers"]
    control = comfy.controlnet.ControlNet(
        randomised(network), compression_ratio=1, latent_format=comfy.latent_formats.Wan21(), load_device=CPU
    )

    def with_control(model, conditioning):
        hint = picture().movedim(-1, 1)
        own = control.copy().set_cond_hint(hint, 0.8, (0.0, 1.0), vae=AverageVAE(5))
        return model, [[tokens, {**extra, "control": own}] for tokens, extra in conditioning]

    same_as_the_hosts_loader(with_control)


@pytest.mark.parametrize("subject", ["zimage"], indirect=True)
def test_a_controlnet_inside_of_the_model(same_as_the_hosts_loader):
    """Z-Image's, a patch of its refiner and its blocks."""
    import comfy.model_patcher
    import comfy.ops

    host = pytest.importorskip("comfy.ldm.lumina.controlnet", reason="this host has none")
    from comfy_extras.nodes_model_patch import QwenImageDiffsynthControlnet

    sizes = {name: FAMILIES["zimage"].config[name] for name in ("dim", "n_heads", "n_kv_heads")}
    places = {"device": "cpu", "dtype": torch.float32, "operations": comfy.ops.disable_weight_init}
    network = randomised(host.ZImage_Control(n_control_layers=30, refiner_control=True, **sizes, **places))

    def with_control(model, conditioning):
        patch = comfy.model_patcher.ModelPatcher(network, CPU, CPU)
        node = QwenImageDiffsynthControlnet()
        return node.diffsynth_controlnet(model, patch, AverageVAE(4), image=picture())[0], conditioning

    same_as_the_hosts_loader(with_control)


@pytest.mark.parametrize("subject", ["qwen", "mage"], indirect=True)
def test_a_pass_with_skipped_blocks(same_as_the_hosts_loader):
    """Skip Layer Guidance calls the model once more, with a block left out."""
    from comfy_extras.nodes_slg import SkipLayerGuidanceDiT

    choices = {"scale": 3.0, "double_layers": "1", "single_layers": "", "start_percent": 0.0, "end_percent": 1.0}

    def with_guidance(model, conditioning):
        if hasattr(SkipLayerGuidanceDiT, "execute"):
            return SkipLayerGuidanceDiT.execute(model=model, **choices).result[0], conditioning
        return SkipLayerGuidanceDiT().skip_guidance(model=model, **choices)[0], conditioning

    same_as_the_hosts_loader(with_guidance)


def test_a_model_loaded_in_part(subject, positive, little_vram):
    """With LoRAs of the whole picture too, which such a model applies in every call."""
    paths = token_layers(subject.model())
    model = global_lora(subject.model(), random_lora(subject.model(), seed=8, paths=paths), 0.5)
    conditioning = positive(HALVES, random_lora(model, paths=paths), base=0, base_ratio=0.2)
    expected = subject.predict(model, conditioning)
    model.detach()
    little_vram(0.3)
    layers = [layer for layer in model.model.diffusion_model.modules() if isinstance(layer, nn.Linear)]
    cast = []
    layers[0].register_forward_pre_hook(lambda *_: cast.append(sum(layer.comfy_cast_weights for layer in layers)))
    assert difference(subject.predict(model, conditioning), expected) < 1e-5
    assert cast and min(cast) > 0


def packed(weight):
    """weight [out, in] -> bytes in a shape of their own, and a scale [out, 1]."""
    scale = weight.abs().amax(1, keepdim=True) / 127
    return (weight / scale).round().to(torch.int8).view(torch.uint8).flatten(), scale


def unpacked(numbers, scale, shape):
    return numbers.view(torch.int8).view(shape).to(scale) * scale


def test_weights_that_layers_unpack_in_every_call(subject, positive):
    """As loaders of GGUF files make their layers: a weight has neither the shape nor the type of what it stands for."""
    import comfy.ops

    class Operations(comfy.ops.manual_cast):
        class Linear(comfy.ops.manual_cast.Linear):
            def _load_from_state_dict(self, state, prefix, *_):
                numbers, self.scale = packed(state[f"{prefix}weight"])
                self.weight = nn.Parameter(numbers, requires_grad=False)
                if self.bias is not None:
                    self.bias = nn.Parameter(state[f"{prefix}bias"], requires_grad=False)

            def forward_comfy_cast_weights(self, input):
                weight = unpacked(self.weight, self.scale, (self.out_features, self.in_features))
                return nn.functional.linear(input, weight, self.bias)

    source = subject.model()
    state = source.model.diffusion_model.state_dict()
    shapes = {name: state[f"{name}.weight"].shape for name, layer in source.model.diffusion_model.named_modules()
              if isinstance(layer, nn.Linear)}  # fmt: skip
    rounded = {f"{name}.weight": unpacked(*packed(state[f"{name}.weight"]), shape) for name, shape in shapes.items()}
    conditioning = positive(HALVES, random_lora(source, paths=token_layers(source)), base=0, base_ratio=0.2)
    expected = subject.predict(tiny_family_model(subject.name, state | rounded), conditioning)
    model = tiny_family_model(subject.name, state, operations=Operations)
    assert {model.model.diffusion_model.get_submodule(name).weight.dtype for name in shapes} == {torch.uint8}
    assert difference(subject.predict(model, conditioning), expected) < 1e-5
