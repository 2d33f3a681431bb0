"""The pack's nodes as Python callables, tiny Flux models of the host's own class, and one step of the host's
sampler.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

from support.regional import random_text

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture(scope="session")
def nodes(comfy):
    """The pack's nodes by their short names: calling one runs execute and returns its outputs; in `classes` the node
    itself.
    """
    import flux_regions.nodes as package

    def run(node):
        return lambda **inputs: node.execute(**inputs).result

    classes = SimpleNamespace(**{node.__name__: node for node in package.NODES})
    return SimpleNamespace(**{node.__name__: run(node) for node in package.NODES}, classes=classes)


@pytest.fixture(scope="session")
def reference():
    return load_file(GOLDEN / "reference_cases.safetensors")


def weights_of(cases: dict) -> dict:
    """A model's weights, from the tensors of a golden file."""
    return {name[2:]: value.clone() for name, value in cases.items() if name.startswith("w.")}


def two_headed_flux(state: dict):
    """A ModelPatcher of the host's Flux with these weights; the host would guess heads of 128."""
    import comfy.model_detection
    import comfy.model_patcher

    config = comfy.model_detection.model_config_from_unet(state, "")
    config.unet_config.update(num_heads=2, axes_dim=[4, 10, 10])
    config.set_inference_dtype(torch.float32, None)
    model = config.get_model(state, "")
    model.load_model_weights(state, "")
    device = torch.device("cpu")
    return comfy.model_patcher.ModelPatcher(model, device, device)


@pytest.fixture(scope="session")
def tiny_flux(comfy, reference):
    """tiny_flux(**changes) -> a fresh ModelPatcher of the reference model: hidden 48, 2 heads, 2 double + 5 single
    blocks.

    in_channels=32 or 96 gives the shape of a control or Fill model (more input channels, random weights for them).
    """

    def build(in_channels=16):
        state = weights_of(reference)
        if in_channels != 16:
            generator = torch.Generator().manual_seed(1)
            state["img_in.weight"] = torch.randn(48, in_channels * 4, generator=generator) * 0.1
        return two_headed_flux(state)

    return build


@pytest.fixture
def reference_flux(comfy):
    """reference_flux() -> a ModelPatcher of the model of golden/lora, whose MLP is four times as wide as its tokens."""

    cases = load_file(GOLDEN / "lora" / "region_lora_cases.safetensors")

    return lambda: two_headed_flux(weights_of(cases))


@pytest.fixture(scope="session")
def velocity(comfy):
    """velocity(model, positive, latent, sigma, negative=None, cfg=1.0): what the model predicts, through the host's
    sampler.

    One Euler step from sigma to 0; the prediction is solved for from its result.
    """

    def predict(model, positive, latent, sigma, negative=None, cfg=1.0):
        import comfy.sample
        import comfy.samplers

        result = comfy.sample.sample_custom(
            model,
            noise=latent / sigma,
            cfg=cfg,
            sampler=comfy.samplers.sampler_object("euler"),
            sigmas=torch.tensor([sigma, 0.0]),
            positive=positive,
            negative=positive if negative is None else negative,
            latent_image=torch.zeros_like(latent),
            disable_pbar=True,
            seed=0,
        )
        return (latent - model.model.process_latent_in(result)) / sigma

    return predict


@pytest.fixture(scope="session")
def scene(nodes):
    """scene(boxes, ...) -> a regional prompt with random embeddings: one region per (x, y, width, height)."""

    halves = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0))

    def build(boxes=halves, seeds=None, base=None, background=None, tokens=8, **region):
        regions = None
        for x, y, width, height in boxes:
            (regions,) = nodes.FromBox(x=x, y=y, width=width, height=height, regions=regions, **region)
        for index, seed in enumerate(seeds or range(1, len(boxes) + 1)):
            (regions,) = nodes.SetConditioning(
                regions=regions, region=str(index + 1), conditioning=random_text(seed, tokens)
            )
        if background is not None:
            (regions,) = nodes.SetConditioning(
                regions=regions, region="background", conditioning=random_text(background, 5)
            )
        return nodes.Encode(regions=regions, base_conditioning=base or random_text(0, 12))[0]

    return build


@pytest.fixture(scope="session")
def sample(comfy):
    """sample(model, positive, ...) -> the latent [B, 16, H, W] that the host's KSampler makes; size = (height, width)
    px.
    """

    def run(
        model,
        positive,
        negative=None,
        size=(96, 128),
        steps=3,
        cfg=1.0,
        batch=1,
        seed=5,
        sampler="euler",
        latent=None,
        **more,
    ):
        import comfy.sample

        if latent is None:
            latent = torch.zeros(batch, 16, size[0] // 8, size[1] // 8)
        noise = comfy.sample.prepare_noise(latent, seed)
        negative = random_text(99, 12) if negative is None else negative
        return comfy.sample.sample(
            model,
            noise,
            steps,
            cfg,
            sampler,
            "simple",
            positive,
            negative,
            latent,
            disable_pbar=True,
            seed=seed,
            **more,
        )

    return run


@pytest.fixture
def lora_folder(comfy, tmp_path, monkeypatch):
    """A folder of the host's LoRAs, with the golden files in it and in a folder of its own."""
    import folder_paths

    for file in (GOLDEN / "lora").glob("lora_*.safetensors"):
        (tmp_path / file.name).symlink_to(file)
    endings = folder_paths.folder_names_and_paths["loras"][1]
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "loras", ([str(tmp_path)], endings))
    folder_paths.filename_list_cache.pop("loras", None)
    yield tmp_path
    folder_paths.filename_list_cache.pop("loras", None)


class Recorder:
    """A foreign attention override that writes down every call and goes on to the host's backend."""

    def __init__(self):
        self.tokens = []

    def __call__(self, func, q, k, v, *args, **kwargs):
        self.tokens.append((q.shape[2], k.shape[2]))
        return func(q, k, v, *args, **kwargs)

    def on(self, model):
        model = model.clone()
        # As the host's own attention nodes install theirs.
        options = model.model_options.setdefault("transformer_options", {})
        recorder = self
        options["optimized_attention_override"] = lambda func, *args, **kwargs: recorder(func, *args, **kwargs)
        return model


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def compared(nodes, sample, tiny_flux):
    """compared(prompt, others, **settings) -> for each step, the names of the others that would give the same bits.

    prompt: what is sampled, in 4 steps, with its windows. others: name -> a regional prompt, or None for no regions at
    all, or a pair: a regional prompt and settings of its own.
    """

    from flux_regions.adapter import regions_of

    def run(prompt, others, **settings):
        settings = {"end": 1.0, **settings}
        model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, **settings)
        rivals = {}
        for name, other in others.items():
            if other is not None:
                other, own = other if isinstance(other, tuple) else (other, settings)
                _, conditioning, _ = nodes.Apply(model=tiny_flux(), regional_prompt=other, **own)
                other = regions_of(conditioning)
            rivals[name] = other
        same = []

        def every_way(apply_model, call):
            def predicted(**regions):
                given = {key: value for key, value in call["c"].items() if key != "flux_regions"}
                return apply_model(call["input"], call["timestep"], **given, **regions)

            out = predicted(flux_regions=call["c"]["flux_regions"])
            same.append(
                {
                    name
                    for name, other in rivals.items()
                    if torch.equal(out, predicted(**({} if other is None else {"flux_regions": other})))
                }
            )
            return out

        model.set_model_unet_function_wrapper(every_way)
        sample(model, positive, steps=4)
        return same

    return run


@pytest.fixture
def little_vram(comfy, monkeypatch):
    """little_vram(share): from now on the host loads at most this share of a model's weights, and casts the others per
    call.
    """
    import comfy.model_patcher

    real = comfy.model_patcher.ModelPatcher.partially_load

    def limit(share):
        def partially_load(self, device_to, extra_memory=0, *args, **kwargs):
            budget = share * self.model_size() - self.model.model_loaded_weight_memory
            return real(self, device_to, min(extra_memory, budget), *args, **kwargs)

        monkeypatch.setattr(comfy.model_patcher.ModelPatcher, "partially_load", partially_load)

    return limit
