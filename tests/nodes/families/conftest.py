"""One tiny model of each family that this host has, and the same few things to do with any of them."""

import pytest
import torch
from safetensors.torch import save_file

from support.model_families import FAMILIES, has_class, tiny_family_model

SIGMA = 0.7


class Subject:
    """A family under test. picture: rows and columns of the picture in tokens; 8 x 8 is a size that no model pads."""

    def __init__(self, name, nodes, velocity):
        self.name, self.tiny = name, FAMILIES[name]
        self._nodes, self._velocity = nodes, velocity

    def model(self):
        return tiny_family_model(self.name)

    def text(self, seed, tokens=8):
        """A random text as a CONDITIONING of this model holds it."""
        generator = torch.Generator().manual_seed(seed)
        embedding = torch.randn(1, tokens, self.tiny.width, generator=generator)
        extra = {"pooled_output": torch.zeros(1, 16)}
        if self.tiny.vocabulary:
            extra["t5xxl_ids"] = torch.randint(1, self.tiny.vocabulary, (tokens + 2,), generator=generator)
            extra["t5xxl_weights"] = torch.ones(tokens + 2)
        return [[embedding, extra]]

    @property
    def cells(self):
        """Latent cells along one side of a token."""
        return 1 if self.name == "mage" else 2

    def latent(self, rows=8, cols=8, batch=1, less=0):
        """less: cells that are missing to whole tokens, in both directions."""
        shape = [batch, *self.tiny.latent[1:-2], rows * self.cells - less, cols * self.cells - less]
        return torch.randn(shape, generator=torch.Generator().manual_seed(11))

    def prompt(self, boxes, texts, base):
        """A regional prompt: for each (x, y, width, height) its text."""
        regions = None
        for x, y, width, height in boxes:
            (regions,) = self._nodes.FromBox(x=x, y=y, width=width, height=height, regions=regions)
        for index, text in enumerate(texts):
            (regions,) = self._nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=text)
        return self._nodes.Encode(regions=regions, base_conditioning=base)[0]

    def applied(self, prompt, model=None, **settings):
        """(model, positive, negative) of Apply, with regions alone in every step."""
        settings = {"base_ratio": 0.0, "end": 1.0, "isolation": "regions"} | settings
        return self._nodes.Apply(model=model or self.model(), regional_prompt=prompt, **settings)

    def predict(self, model, positive, latent=None, **more):
        return self._velocity(model, positive, self.latent() if latent is None else latent, SIGMA, **more)


@pytest.fixture(params=FAMILIES)
def subject(request, comfy, nodes, velocity):
    if not has_class(request.param):
        pytest.skip("this host has no such model")
    return Subject(request.param, nodes, velocity)


@pytest.fixture
def positive(subject, nodes, lora_folder):
    """positive(boxes, tensors, ...) -> CONDITIONING; the first region has the LoRA, or those of region."""

    def build(boxes, tensors, texts=(1, 2), base=1, strength=0.8, region="1", **settings):
        regions = None
        for x, y, width, height in boxes:
            (regions,) = nodes.FromBox(x=x, y=y, width=width, height=height, regions=regions)
        for index, seed in enumerate(texts[: len(boxes)]):
            text = subject.text(seed)
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=text)
        if tensors is not None:
            save_file(tensors, lora_folder / "own.safetensors")
            (regions,) = nodes.Lora(regions=regions, region=region, lora_name="own", strength=strength)
        settings = {"base_ratio": 0.0, "end": 1.0, "isolation": "regions"} | settings
        return nodes.Conditioning(
            regions=regions, conditioning=subject.text(base), balance="manual", padding="keep", **settings
        )[0]

    return build
