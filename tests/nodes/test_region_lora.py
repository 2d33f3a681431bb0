"""LoRAs of regions on the reference model: what a dense reference computes, and what the host's own loader does.

The golden cases come from a reference that knows no host and no pack, with one sum per token.
"""

import re

import pytest
import torch
from safetensors.torch import load_file, save_file

from support.lora import FILES, GOLDEN, global_lora, layers_of, random_lora
from support.models import tiny_model
from support.regional import random_text, with_text

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def cases():
    return load_file(GOLDEN / "region_lora_cases.safetensors")


@pytest.fixture
def case(nodes, cases, lora_folder):
    """case(name, ...) -> the CONDITIONING of a golden case; order: in which its LoRAs are added."""

    def build(name, order=1, with_loras=True, **settings):
        regions = None
        for mask in cases[f"{name}.masks"]:
            pixels = mask.repeat_interleave(16, 0).repeat_interleave(16, 1)
            (regions,) = nodes.FromMask(mask=pixels[None], regions=regions)
        for index, text in enumerate(cases["regions"][: len(regions)]):
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=[[text[None], {}]])
        for region, lora, strength in cases[f"{name}.loras"].tolist()[::order] if with_loras else ():
            file = FILES["ab"[int(lora)]]
            (regions,) = nodes.Lora(regions=regions, region=str(int(region) + 1), lora_name=file, strength=strength)
        (prompt,) = nodes.Encode(regions=regions, base_conditioning=base_of(cases))
        beta = cases[f"{name}.beta"].item()
        return nodes.Apply(model=nodes_model(), regional_prompt=prompt, end=1.0, base_ratio=beta, **settings)[1]

    def nodes_model():
        return build.model()

    return build


def base_of(cases):
    return [[cases["base"], {"pooled_output": cases["y"], "guidance": cases["guidance"].item()}]]


@pytest.mark.parametrize("order", [1, -1])
def test_it_is_what_a_dense_reference_computes(case, cases, reference_flux, velocity, order):
    case.model = reference_flux
    out = velocity(reference_flux(), case("halves", order), cases["lat"], cases["t"].item())
    assert (out - cases["halves.out"]).abs().max() < 2e-5
    without = velocity(reference_flux(), case("halves", with_loras=False), cases["lat"], cases["t"].item())
    assert (without - cases["halves.without"]).abs().max() < 2e-5
    assert (without - cases["halves.out"]).abs().max() > 0.1


@pytest.fixture
def whole(nodes, lora_folder):
    """whole(model, tensors, ...) -> CONDITIONING of one region over everything, its text the prompt, with this LoRA."""

    def build(tensors, text, strength=0.8, **settings):
        save_file(tensors, lora_folder / "own.safetensors")
        (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
        (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=text)
        (regions,) = nodes.Lora(regions=regions, lora_name="own.safetensors", strength=strength)
        settings = {"balance": "manual", "base_ratio": 0.0, "end": 1.0, "isolation": "regions"} | settings
        return nodes.Conditioning(regions=regions, conditioning=text, **settings)[0]

    return build


KINDS = ("lora", "loha", "lokr", "diff", "lora with a core", "loha with cores")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", ["krea", "flux2", "klein", "chroma"])
def test_one_region_over_everything_is_the_hosts_loader(whole, velocity, family, kind):
    model = tiny_model(family)
    text = random_text(1, 12)
    paths = {path for path in layers_of(model) if not path.startswith(TOKENLESS)}
    tensors = random_lora(model, kind, paths=paths)
    expected = velocity(global_lora(model, tensors, 0.8), text, latent_of(family), 0.7)
    found = velocity(model, whole(tensors, text), latent_of(family), 0.7)
    assert (found - expected).abs().max() < 1e-5
    assert (expected - velocity(tiny_model(family), text, latent_of(family), 0.7)).abs().max() > 0.01


TOKENLESS = ("time_in", "vector_in", "guidance_in", "distilled_guidance_layer")


def latent_of(family, batch=1):
    channels, scale = (128, 1) if family in ("flux2", "klein") else (16, 2)
    return torch.randn(batch, channels, 6 * scale, 8 * scale, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("file", FILES.values())
def test_files_in_the_names_of_others_are_read(whole, reference_flux, cases, velocity, file):
    tensors, text = load_file(GOLDEN / file), base_of(cases)
    expected = velocity(global_lora(reference_flux(), tensors, 0.8), text, cases["lat"], 0.73)
    found = velocity(reference_flux(), whole(tensors, text), cases["lat"], 0.73)
    assert (found - expected).abs().max() < 1e-5


@pytest.mark.parametrize("family", ["krea", "flux2", "klein", "chroma"])
@pytest.mark.parametrize("kind", ["lora", "lokr"])
def test_every_name_that_the_host_knows_is_read(whole, velocity, family, kind):
    """Those of kohya, diffusers, OneTrainer, LyCORIS, …: parts of layers, and outputs in another order."""
    import comfy.lora
    from flux_regions.adapter.families import family_of

    model, layers = tiny_model(family), layers_of(tiny_model(family))
    names: dict[str, dict] = {}
    generator = torch.Generator().manual_seed(3)
    for name, key in comfy.lora.model_lora_keys_unet(model.model, {}).items():
        key, part, *_ = (*key, None) if isinstance(key, tuple) else (key, None)
        path = key.removeprefix("diffusion_model.").removesuffix(".weight")
        if path not in layers or not family_of(model.model.diffusion_model).layer_tokens(path):
            continue
        out, inputs = layers[path].weight.shape
        start, out = (0, out) if part is None else part[1:]
        if start + out > layers[path].out_features:  # the host takes every MLP for four times as wide as its tokens
            continue
        sides = {"lora_up.weight": (out, 2), "lora_down.weight": (2, inputs)}
        sides = sides if kind == "lora" else {"lokr_w1": (2, 2), "lokr_w2": (out // 2, inputs // 2)}
        tensors = {f"{name}.{side}": torch.randn(size, generator=generator) * 0.2 for side, size in sides.items()}
        names.setdefault(re.split(r"[._]", name)[0], {}).update(tensors)
    assert {"diffusion", "lora", "transformer", "lycoris"} <= set(names)
    text = random_text(1, 12)
    for tensors in names.values():
        expected = velocity(global_lora(model, tensors, 0.8), text, latent_of(family), 0.7)
        assert (velocity(model, whole(tensors, text), latent_of(family), 0.7) - expected).abs().max() < 1e-5


@pytest.mark.parametrize(
    "settings", [{"isolation": "text"}, {"image_stream": "paper"}, {"isolation": "modulate"}], ids=str
)
def test_settings_of_the_attention_change_nothing_of_it(whole, velocity, settings):
    model, text = tiny_model("krea"), random_text(1, 12)
    tensors = random_lora(model, paths={path for path in layers_of(model) if not path.startswith(TOKENLESS)})
    if settings == {"isolation": "modulate"}:
        expected = velocity(model, whole({**tensors}, text, 1e-30, **settings), latent_of("krea"), 0.7)
        found = velocity(model, whole(tensors, text, **settings), latent_of("krea"), 0.7)
        assert (found - expected).abs().max() > 0.01
        return
    expected = velocity(global_lora(model, tensors, 0.8), text, latent_of("krea"), 0.7)
    assert (velocity(model, whole(tensors, text, **settings), latent_of("krea"), 0.7) - expected).abs().max() < 1e-5


@pytest.mark.parametrize("wire", ["regions", "conditioning"])
def test_in_a_crop_it_acts_as_in_a_picture_of_its_own(nodes, lora_folder, velocity, wire):
    """The right half has a LoRA and is cropped: what the host's loader makes of a picture of its size."""
    model, text = tiny_model("krea"), random_text(1, 12)
    tensors = random_lora(model, paths={path for path in layers_of(model) if not path.startswith(TOKENLESS)})
    save_file(tensors, lora_folder / "own.safetensors")
    regions = None
    for x in (0, 0.5):
        (regions,) = nodes.FromBox(x=x, y=0, width=0.5, height=1, regions=regions)
    for region, seed in (("1", 2), ("2", 1)):
        (regions,) = nodes.SetConditioning(regions=regions, region=region, conditioning=random_text(seed, 12))
    (regions,) = nodes.Lora(regions=regions, region="2", lora_name="own", strength=0.8)

    def conditioned(regions):
        settings = {"balance": "manual", "base_ratio": 0.0, "end": 1.0, "isolation": "regions", "padding": "keep"}
        return nodes.Conditioning(regions=regions, conditioning=text, **settings)[0]

    box = {"x": 0.5, "y": 0.0, "width": 0.5, "height": 1.0}
    if wire == "regions":
        cropped = conditioned(nodes.Crop(regions=regions, **box)[0])
    else:
        cropped = nodes.Crop(conditioning=conditioned(regions), **box)[1]
    expected = velocity(global_lora(model, tensors, 0.8), text, latent_of("krea"), 0.7)
    assert (velocity(model, cropped, latent_of("krea"), 0.7) - expected).abs().max() < 1e-5
    assert (expected - velocity(model, text, latent_of("krea"), 0.7)).abs().max() > 0.01
    (other,) = nodes.Crop(conditioning=conditioned(regions), x=0.0, y=0.0, width=0.5, height=1.0)[1:]
    without = velocity(model, with_text(text, random_text(2, 12)), latent_of("krea"), 0.7)
    assert (velocity(model, other, latent_of("krea"), 0.7) - without).abs().max() < 1e-5


def outputs_of(model, path, run):
    """What the layer at path returns in the first call of it while run runs."""
    seen = []
    layer = model.model.diffusion_model.get_submodule(path)
    handle = layer.register_forward_hook(lambda _module, _args, output: seen.append(output))
    try:
        run()
    finally:
        handle.remove()
    return seen[0]


@pytest.fixture
def halves(nodes, lora_folder):
    """halves(lora, ...) -> CONDITIONING of two halves that cover everything; lora: tensors for the left, or None."""

    def build(tensors, region="1", texts=(1, 2), base=0, more=None, tokens=8, file="own", **settings):
        regions = None
        for x in (0, 0.5):
            (regions,) = nodes.FromBox(x=x, y=0, width=0.5, height=1, regions=regions, **(more or {}))
        for index, seed in enumerate(texts):
            text = random_text(seed, tokens)
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=text)
        if tensors is not None:
            save_file(tensors, lora_folder / f"{file}.safetensors")
            (regions,) = nodes.Lora(regions=regions, region=region, lora_name=file, strength=1.0)
        settings = {"balance": "manual", "base_ratio": 0.0, "end": 1.0} | settings
        return nodes.Conditioning(regions=regions, conditioning=random_text(base, 12), **settings)[0]

    return build


def test_outside_of_its_region_nothing_changes(halves, tiny_flux, velocity, reference):
    model = tiny_flux()
    lora = random_lora(model)
    latent = reference["lat"]
    with_lora, without = (velocity(model, halves(tensors), latent, 0.7) for tensors in (lora, None))
    difference = (with_lora - without).abs()
    assert difference[..., :8].max() > 0.05 and difference[..., 8:].max() == 0
    # With a base branch the first layers are the same outside, whatever the later ones see through it.
    for path, rows in (("double_blocks.0.img_attn.qkv", 48), ("double_blocks.0.txt_attn.qkv", 28)):
        ours, plain = (
            outputs_of(
                model, path, lambda tensors=tensors: velocity(model, halves(tensors, base_ratio=0.2), latent, 0.7)
            )
            for tensors in (lora, None)
        )
        own = torch.zeros(rows, dtype=torch.bool)
        if rows == 48:
            own.view(6, 8)[:, :4] = True
        else:
            own[:8] = True
        assert ours.shape[1] == rows
        assert torch.equal(ours[:, ~own], plain[:, ~own]) and not torch.equal(ours[:, own], plain[:, own])


def test_the_negative_has_it_too(whole, sample, tiny_flux):
    """One region over everything under CFG: on both sides the picture of the host's loader."""
    model, text, negative = tiny_flux(), random_text(1, 12), random_text(9, 12)
    paths = {path for path in layers_of(model, "blocks") if "txt" not in path and "single" not in path}
    tensors = random_lora(model, paths=paths)  # image rows alone: the negative's text has no owner
    expected = sample(global_lora(model, tensors, 0.8), text, negative, cfg=3.0, batch=2)
    found = sample(model, whole(tensors, text), negative, cfg=3.0, batch=2)
    assert (found - expected).abs().max() < 1e-4
    assert (found - sample(model, text, negative, cfg=3.0, batch=2)).abs().max() > 0.1


def test_a_negative_with_regions_has_it_too(whole, nodes, sample, tiny_flux):
    model, text, negative = tiny_flux(), random_text(1, 12), random_text(9, 12)
    paths = {path for path in layers_of(model, "blocks") if "txt" not in path and "single" not in path}
    positive = whole(random_lora(model, paths=paths), text)
    (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
    (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=negative)
    (regional,) = nodes.Conditioning(
        regions=regions, conditioning=negative, balance="manual", base_ratio=0.0, end=1.0, isolation="regions"
    )
    expected = sample(model, positive, negative, cfg=3.0)
    assert (sample(model, positive, regional, cfg=3.0) - expected).abs().max() < 1e-4


def test_windows_of_lora_and_prompt_are_their_own(nodes, lora_folder, sample, tiny_flux):
    model, text = tiny_flux(), random_text(0, 12)
    save_file(random_lora(model), lora_folder / "own.safetensors")
    (drawn,) = nodes.FromBox(x=0, y=0, width=0.5, height=1)
    (drawn,) = nodes.SetConditioning(regions=drawn, region="1", conditioning=random_text(1))

    def steps(lora=None, **window):
        regions = drawn
        if lora is not None:
            (regions,) = nodes.Lora(regions=drawn, lora_name="own", strength=lora, **window)
        (positive,) = nodes.Conditioning(regions=regions, conditioning=text, balance="manual", end=0.5)
        seen = []
        sample(model, positive, steps=4, callback=lambda step, denoised, *_: seen.append(denoised.clone()))
        return seen

    without = steps()
    late = steps(1.0, start=0.5)
    assert [torch.equal(a, b) for a, b in zip(late, without, strict=True)] == [True, True, False, False]
    assert not torch.equal(steps(1.0)[0], without[0])
    assert all(torch.equal(a, b) for a, b in zip(steps(0.0), without, strict=True)), "strength 0 is no LoRA"


def test_a_region_without_a_prompt_is_a_brush(nodes, lora_folder, velocity, tiny_flux, reference):
    """Strength 0 for the prompt: the LoRA acts on its pixels, and no text joins."""
    model, text = tiny_flux(), random_text(0, 12)
    paths = set(layers_of(model, "img_"))
    tensors = random_lora(model, paths=paths)
    save_file(tensors, lora_folder / "own.safetensors")
    (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1, strength=0)
    (regions,) = nodes.Lora(regions=regions, lora_name="own")
    (positive,) = nodes.Conditioning(regions=regions, conditioning=text)
    expected = velocity(global_lora(model, tensors), text, reference["lat"], 0.7)
    assert (velocity(model, positive, reference["lat"], 0.7) - expected).abs().max() < 1e-5


def test_it_adds_to_a_lora_of_the_whole_picture(whole, velocity, tiny_flux, reference):
    model, text = tiny_flux(), random_text(1, 12)
    other = random_lora(model, seed=8)
    paths = {path for path in layers_of(model) if not path.startswith(TOKENLESS)}
    tensors = random_lora(model, paths=paths)
    both = velocity(global_lora(global_lora(model, other), tensors, 0.8), text, reference["lat"], 0.7)
    found = velocity(global_lora(model, other), whole(tensors, text), reference["lat"], 0.7)
    assert (found - both).abs().max() < 1e-5


def test_it_adds_to_a_lora_of_the_conditionings_hooks(whole, velocity, tiny_flux, reference):
    import comfy.hooks

    model, text = tiny_flux(), random_text(1, 12)
    other = random_lora(model, seed=8, paths=set(layers_of(model, "double")))
    tensors = random_lora(model, paths={path for path in layers_of(model) if not path.startswith(TOKENLESS)})

    def hooked(conditioning):
        group = comfy.hooks.create_hook_lora(dict(other), 1.0, 0.0)
        return comfy.hooks.set_hooks_for_conditioning(conditioning, group)

    both = velocity(global_lora(model, tensors, 0.8), hooked(text), reference["lat"], 0.7)
    found = velocity(tiny_flux(), hooked(whole(tensors, text)), reference["lat"], 0.7)
    assert (found - both).abs().max() < 1e-5


def swapped(model):
    return [path for path, layer in model.model.diffusion_model.named_modules() if "Regional" in type(layer).__name__]


@pytest.mark.parametrize("ending", ["done", "interrupt", "error in a block"])
def test_nothing_is_left_on_the_model(halves, sample, tiny_flux, ending):
    from comfy.model_management import InterruptProcessingException
    from flux_regions.adapter import class_swap

    model = tiny_flux()
    before = sample(model, random_text(0, 12))
    state = {name: set(vars(module)) for name, module in model.model.diffusion_model.named_modules()}
    during = []

    def attention(func, *args, **kwargs):
        during.append(len(swapped(model)))
        if ending == "error in a block" and len(during) == 9:
            raise MemoryError("as on a full device")
        return func(*args, **kwargs)

    def look(*_):
        if ending == "interrupt":
            raise InterruptProcessingException

    watched = model.clone()
    watched.model_options.setdefault("transformer_options", {})["optimized_attention_override"] = attention
    ended = "done"
    try:
        sample(watched, halves(random_lora(model)), callback=look)
    except InterruptProcessingException:
        ended = "interrupt"
    except MemoryError:
        ended = "error in a block"
    assert ended == ending and max(during) > 20
    assert swapped(model) == [] and class_swap._finish_of == {}
    assert {name: set(vars(module)) for name, module in model.model.diffusion_model.named_modules()} == state
    assert torch.equal(sample(model, random_text(0, 12)), before)


def test_two_sets_of_loras_do_not_meet(halves, sample, tiny_flux):
    """Two conditionings with other LoRAs, by turns, and on another model between: each as when it is alone."""
    model, other = tiny_flux(), tiny_flux()
    other.model.diffusion_model.img_in.weight.data *= 1.5
    sets = [
        halves(random_lora(model, seed=1), file="first"),
        halves(random_lora(model, seed=4, paths=set(layers_of(model, "double"))), region="1, 2", file="second"),
    ]
    alone = [[sample(where, regions) for regions in sets] for where in (tiny_flux(), other)]
    again = [[sample(where, regions) for regions in sets] for where in (model, other)]
    for pictures, expected in zip(again, alone, strict=True):
        assert all(torch.equal(*pair) for pair in zip(pictures, expected, strict=True))
    assert len({picture.sum().item() for pictures in alone for picture in pictures}) == 4


def test_a_forward_of_a_layers_own_stays(whole, velocity, tiny_flux, reference):
    """Other packs put a function into an instance: it is called, and is there afterwards."""
    model, text = tiny_flux(), random_text(1, 12)
    path = "double_blocks.0.img_attn.proj"
    layer = model.model.diffusion_model.get_submodule(path)
    tensors = random_lora(model, paths={path})
    expected = velocity(global_lora(model, tensors, 0.8), text, reference["lat"], 0.7)
    model, calls = tiny_flux(), []
    layer = model.model.diffusion_model.get_submodule(path)
    original = layer.forward

    def forward(*args, **kwargs):
        calls.append(1)
        return original(*args, **kwargs)

    layer.forward = forward
    assert (velocity(model, whole(tensors, text), reference["lat"], 0.7) - expected).abs().max() < 1e-5
    assert calls and vars(layer)["forward"] is forward


def test_a_lora_that_has_nothing_of_the_picture_is_said(halves, nodes, lora_folder, sample, tiny_flux, caplog):
    """The background's where regions cover everything, and that of a region that another one hides."""
    model = tiny_flux()
    save_file(random_lora(model), lora_folder / "mine.safetensors")
    regions = None
    for seed in (1, 2):
        (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1, regions=regions)
        (regions,) = nodes.SetConditioning(regions=regions, region=str(seed), conditioning=random_text(seed))
    (both,) = nodes.Lora(regions=regions, region="1, background", lora_name="mine.safetensors")
    (seen,) = nodes.Lora(regions=regions, region="2", lora_name="mine.safetensors")
    for given, labels in ((both, "Region 1, The background: the LoRA has no effect"), (seen, None)):
        caplog.clear()
        sample(model, nodes.Conditioning(regions=given, conditioning=random_text(0, 12))[0])
        assert (labels in caplog.text) if labels else ("has no effect" not in caplog.text)


@pytest.mark.parametrize(
    "change, message",
    [
        (
            lambda tensors: {name: tensor * torch.nan for name, tensor in tensors.items()},
            "holds NaN or infinite values",
        ),
        (
            lambda tensors: {name: tensor for name, tensor in tensors.items() if "lora_A" in name or "down" in name},
            "none of its layers is complete in the file",
        ),
        (
            lambda tensors: {name: tensor for name, tensor in tensors.items() if "down" not in name},
            "the file is damaged .*lora_down.weight",
        ),
        (
            lambda tensors: {name: tensor[:3] if "down" in name else tensor for name, tensor in tensors.items()},
            r"does not go together \(ranks 4 and 3\)",
        ),
        (
            lambda tensors: {name: torch.ones(3) if "alpha" in name else tensor for name, tensor in tensors.items()},
            "the file is damaged",
        ),
        (
            lambda tensors: {name.replace("lora_up", "lora_magnitude_vector"): each for name, each in tensors.items()},
            "is a DoRA, which cannot act on a region alone",
        ),
        (
            lambda tensors: {name.replace("lora_up", "oft_R"): tensor for name, tensor in tensors.items()},
            "is an OFT, which cannot act on a region alone",
        ),
    ],
    ids=["NaN", "halves", "other halves", "ranks", "alphas", "DoRA of PEFT", "OFT of PEFT"],
)
def test_a_spoilt_file_is_refused_by_region(halves, sample, tiny_flux, change, message):
    model = tiny_flux()
    with pytest.raises(ValueError, match=f"^Region 1.*{message}"):
        sample(model, halves(change(random_lora(model))))


def test_a_region_that_is_named_twice_has_a_lora_once(nodes, lora_folder):
    (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1, name="fox")
    (regions,) = nodes.Lora(regions=regions, region="1, fox, background, Background,, ", lora_name=FILES["a"])
    assert len(regions.regions[0].loras) == 1 and len(regions.background_loras) == 1
