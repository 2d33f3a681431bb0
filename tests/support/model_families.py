"""Tiny models of the families beside FLUX's, of the host's own classes; those that this host has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import safe_open

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "families"


@dataclass(frozen=True)
class TinyFamily:
    """model: the name of the host's class in supported_models. config: its unet_config. width: of a text embedding.

    latent: of a picture of 96 x 128 px, 6 x 8 tokens.
    """

    model: str
    config: dict
    width: int = 32
    latent: tuple[int, ...] = (1, 16, 1, 12, 16)
    adapter: dict = field(default_factory=dict)
    vocabulary: int = 0


def golden_metadata(name: str) -> dict:
    with safe_open(GOLDEN / f"{name}.safetensors", "pt") as file:
        return {
            key: json.loads(value) if value[0] in "{[0123456789" and key != "host" else value
            for key, value in file.metadata().items()
        }


QWEN = golden_metadata("qwen")["config"]
Z_IMAGE = golden_metadata("zimage")["config"]
ANIMA = golden_metadata("anima")
COSMOS = {**ANIMA["config"], "image_model": "cosmos_predict2", "crossattn_emb_channels": 32}
MAGE = {**QWEN, "image_model": "mage_flow", "in_channels": 128, "out_channels": 128}

FAMILIES = {
    "qwen": TinyFamily("QwenImage", QWEN),
    "zimage": TinyFamily("ZImage", Z_IMAGE, latent=(1, 16, 12, 16)),
    "lumina2": TinyFamily(
        "Lumina2", {**Z_IMAGE, "pad_tokens_multiple": None, "time_scale": 1.0}, latent=(1, 16, 12, 16)
    ),
    "cosmos": TinyFamily("CosmosT2IPredict2", COSMOS),
    "krea2": TinyFamily("Krea2", golden_metadata("krea2")["config"], width=72),
    "anima": TinyFamily("Anima", ANIMA["config"], 20, adapter=ANIMA["adapter"], vocabulary=ANIMA["vocabulary"]),
    "mage": TinyFamily("MageFlow", MAGE, latent=(1, 128, 6, 8)),
}


def has_class(name: str) -> bool:
    """Whether this host has the family's class."""
    import comfy.supported_models

    return hasattr(comfy.supported_models, FAMILIES[name].model)


def tiny_family_model(
    name: str, state: dict | None = None, stored_as: torch.dtype | None = None, operations: type | None = None
):
    """A ModelPatcher of the family, with these weights or random ones.

    stored_as: the dtype of the weights, which then are cast to float32 in every call; None: float32. operations: whose
    layers it has, as a loader node chooses them; None: the host's.
    """
    import comfy.model_patcher
    import comfy.supported_models

    tiny = FAMILIES[name]
    config = getattr(comfy.supported_models, tiny.model)(dict(tiny.config))
    config.set_inference_dtype(stored_as or torch.float32, None if stored_as is None else torch.float32)
    config.custom_operations = operations
    with _small_adapter(tiny):
        model = config.get_model({}, "")
    if state is not None:
        missing = model.diffusion_model.load_state_dict(state, strict=False)
        unused = {"norm_final.weight"}  # a layer of older hosts' NextDiT that nothing calls
        assert set(missing.missing_keys) <= unused and not missing.unexpected_keys, missing
    else:
        generator = torch.Generator().manual_seed(7)
        for parameter_name, parameter in model.named_parameters():
            if "norm" in parameter_name or (parameter.ndim == 1 and parameter_name.endswith("weight")):
                parameter.data.fill_(1)
            else:
                parameter.data.normal_(0, 0.8 * parameter.shape[-1] ** -0.5, generator=generator)
    cpu = torch.device("cpu")
    return comfy.model_patcher.ModelPatcher(model.eval(), cpu, cpu)


@contextmanager
def _small_adapter(tiny: TinyFamily) -> Iterator[None]:
    """Within it Anima's text adapter, 130 M parameters in the host, is made with the sizes of a tiny one."""
    if not tiny.adapter:
        yield
        return
    import comfy.ldm.anima.model as host

    original = host.LLMAdapter

    def small(**more):
        adapter = original(**tiny.adapter, **more)
        places = {"device": more.get("device"), "dtype": more.get("dtype")}
        adapter.embed = more["operations"].Embedding(tiny.vocabulary, tiny.adapter["target_dim"], **places)
        return adapter

    host.LLMAdapter = small
    try:
        yield
    finally:
        host.LLMAdapter = original
