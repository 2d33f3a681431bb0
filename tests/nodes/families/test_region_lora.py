"""LoRAs of regions on every family: what the host's loader does, where one region is everything; else its pixels."""

import re

import pytest
import torch

from support.lora import global_lora, layers_of, random_lora, token_layers

pytestmark = [pytest.mark.host, pytest.mark.slow]

EVERYTHING = ((0, 0, 1, 1),)
HALVES = ((0, 0, 0.5, 1), (0.5, 0, 0.5, 1))


@pytest.mark.parametrize("kind", ["lora", "lokr"])
@pytest.mark.parametrize("size", [(8, 8), (6, 7)])
def test_one_region_over_everything_is_the_hosts_loader(subject, positive, kind, size):
    if subject.name == "zimage" and size != (8, 8):
        pytest.skip("its padding of the image asks the base text, which has no LoRA")
    model, text, latent = subject.model(), subject.text(1), subject.latent(*size)
    tensors = random_lora(model, kind, paths=token_layers(model))
    expected = subject.predict(global_lora(model, tensors, 0.8), text, latent)
    found = subject.predict(subject.model(), positive(EVERYTHING, tensors), latent)
    assert (found - expected).abs().max() < 1e-5
    assert (expected - subject.predict(model, text, latent)).abs().max() > 0.01


def test_every_layer_is_accounted_for(subject):
    """Each linear layer of the model sees tokens, or is one of those that serve all of them at once."""
    model = subject.model()
    others = {re.sub(r"\d+", "N", path) for path in layers_of(model)} - {
        re.sub(r"\d+", "N", path) for path in token_layers(model)
    }
    known = r"time|t_embedder|adaln|llm_adapter|tmlp|tproj|pos_embed|t_embedding"
    assert not [path for path in others if not re.search(known, path)]


def test_two_halves_of_it_are_the_whole(subject, positive):
    """Two regions share every pixel, and have the same text and LoRA."""
    model, text = subject.model(), subject.text(1)
    tensors = random_lora(model, paths=token_layers(model))
    expected = subject.predict(global_lora(model, tensors, 0.8), text)
    both = positive(2 * EVERYTHING, tensors, texts=(1, 1), region="1, 2", overlap="blend")
    assert (subject.predict(model, both) - expected).abs().max() < 1e-5


def test_only_its_pixels_change(subject, positive):
    model = subject.model()
    # Z-Image and Lumina 2 refine the whole image before any region is told apart.
    paths = {path for path in token_layers(model) if not re.match("noise_refiner|x_embedder", path)}
    tensors = random_lora(model, paths=paths)
    prediction, without = (subject.predict(model, positive(HALVES, lora)) for lora in (tensors, None))
    difference = (prediction - without).abs()
    half = difference.shape[-1] // 2
    assert difference[..., :half].max() > 0.01 and difference[..., half:].max() == 0


def test_with_a_base_prompt_batch_and_negative(subject, positive):
    """Two pictures at once are two pictures; a negative without regions has the LoRA where the positive has it."""
    model = subject.model()
    tensors = random_lora(model, paths=token_layers(model))
    conditioning = positive(HALVES, tensors, base=3, base_ratio=0.3)
    latent = subject.latent(batch=2)
    pair = subject.predict(model, conditioning, latent, negative=subject.text(9, 11), cfg=3.0)
    single = subject.predict(model, conditioning, latent[1:], negative=subject.text(9, 11), cfg=3.0)
    assert (pair[1:] - single).abs().max() < 5e-5
    plain = subject.predict(
        model, positive(HALVES, None, base=3, base_ratio=0.3), latent[1:], negative=subject.text(9, 11), cfg=3.0
    )
    assert (single - plain).abs().max() > 0.01


def test_outside_of_the_prompts_window_it_acts_alone(subject, positive):
    """No text of a region joins, and its pixels have the LoRA; the text has no owner."""
    model = subject.model()
    images = {path for path in token_layers(model) if family_stream(model, path) == "IMAGE"}
    tensors = random_lora(model, paths=images)
    conditioning = positive(EVERYTHING, tensors, base=3, start=0.9, end=1.0)
    steps = {}
    for name, regions, on in (
        ("found", conditioning, model),
        ("expected", subject.text(3), global_lora(model, tensors, 0.8)),
    ):
        steps[name] = first_step(on, regions, subject.text(9), subject.latent())
    assert (steps["found"] - steps["expected"]).abs().max() < 1e-5


def family_stream(model, path):
    from flux_regions.adapter.families import family_of

    return family_of(model.model.diffusion_model).layer_tokens(path).stream.name


def first_step(model, positive, negative, latent):
    """What the first of four steps foresees."""
    import comfy.sample

    seen = []
    comfy.sample.sample(
        *(model, latent, 4, 1.0, "euler", "simple", positive, negative, torch.zeros_like(latent)),
        disable_pbar=True,
        seed=1,
        callback=lambda _step, denoised, *_: seen.append(denoised),
    )
    return seen[0]
