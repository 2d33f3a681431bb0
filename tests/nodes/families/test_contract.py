"""What every family does with regions, whatever its attention looks like inside."""

import inspect

import pytest
import torch

from support.model_families import tiny_family_model

pytestmark = pytest.mark.host

FULL = ((0.0, 0.0, 1.0, 1.0),)
HALVES = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0))
SAME, OTHER = 2e-5, 1e-2
"""The largest difference that counts as none, the smallest that counts as one."""


def difference(a, b):
    return (a - b).abs().max()


def halves_of(prediction):
    middle = prediction.shape[-1] // 2
    return prediction[..., :middle], prediction[..., middle:]


def test_one_region_over_everything_is_the_plain_model_with_its_text(subject):
    base, text = subject.text(0, 11), subject.text(1, 19)
    model, positive, _ = subject.applied(subject.prompt(FULL, [text], base))
    expected = subject.predict(subject.model(), text)
    assert difference(subject.predict(model, positive), expected) < SAME
    assert difference(subject.predict(subject.model(), base), expected) > OTHER


@pytest.mark.parametrize("tokens", [(24, 40), (20, 20)])
def test_as_many_text_tokens_as_image_tokens(subject, tokens):
    """24 + 40 is the 64 of the image; Z-Image fills up 20 + 20 to as many, and makes calls of both lengths."""
    text, base = subject.text(1, tokens[0]), subject.text(0, tokens[1])
    model, positive, _ = subject.applied(subject.prompt(FULL, [text], base))
    assert difference(subject.predict(model, positive), subject.predict(subject.model(), text)) < SAME


def test_a_region_s_text_moves_only_its_own_pixels(subject):
    predictions = []
    for seed in (2, 3):
        prompt = subject.prompt(HALVES, [subject.text(1, 7), subject.text(seed, 38)], subject.text(0, 11))
        model, positive, _ = subject.applied(prompt)
        predictions.append(halves_of(subject.predict(model, positive)))
    left, right = (difference(a, b) for a, b in zip(*predictions, strict=True))
    assert left < SAME and right > OTHER


def test_a_region_does_not_depend_on_how_many_prompts_come_before_its_own(subject):
    quarters = ((0.0, 0.0, 0.5, 0.25), (0.0, 0.25, 0.5, 0.75), HALVES[1])
    last, predictions = subject.text(4, 38), []
    for boxes, seeds in ((quarters, (1, 2)), (HALVES, (1,))):
        prompt = subject.prompt(boxes, [*(subject.text(seed) for seed in seeds), last], subject.text(0, 11))
        model, positive, _ = subject.applied(prompt)
        predictions.append(halves_of(subject.predict(model, positive))[1])
    assert difference(*predictions) < SAME


def test_outside_the_window_the_model_is_untouched(subject, sample, recorder):
    """Of three steps the first has regions. After it: not one token more, and the plain model's bits."""
    prompt = subject.prompt(HALVES, [subject.text(1), subject.text(2)], subject.text(0, 11))
    recorded = recorder.on(subject.model())
    sample(recorded, subject.text(0, 11), subject.text(9, 5), latent=subject.latent() * 0, steps=1)
    plain = recorder.tokens[:]
    recorder.tokens.clear()
    model, positive, _ = subject.applied(prompt, model=recorded, end=0.34)
    sample(model, positive, subject.text(9, 5), latent=subject.latent() * 0, steps=3)
    assert recorder.tokens[-2 * len(plain) :] == 2 * plain and recorder.tokens[: len(plain)] != plain
    assert torch.equal(*(first_of_two_steps(subject, sample, prompt, start) for start in (0.5, None)))


def first_of_two_steps(subject, sample, prompt, start):
    """What the model makes of the first step. start: of the regions' window; None: without regions."""
    denoised = []
    model, positive, _ = subject.applied(prompt, start=start or 0.0)
    sample(
        model,
        subject.text(0, 11) if start is None else positive,
        subject.text(9, 5),
        latent=subject.latent() * 0,
        steps=2,
        callback=lambda step, x0, x, total: denoised.append(x0.clone()),
    )
    return denoised[0]


def test_a_negative_of_another_length_and_with_regions_of_its_own(subject):
    base = subject.text(0, 11)
    prompt = subject.prompt(HALVES, [subject.text(1, 7), subject.text(2, 14)], base)
    model, positive, _ = subject.applied(prompt)
    regional, plain = subject.predict(model, positive), subject.predict(subject.model(), subject.text(9, 5))
    guided = subject.predict(model, positive, negative=subject.text(9, 5), cfg=3.0)
    assert difference(guided, plain + 3 * (regional - plain)) < 1e-4
    against = subject.prompt(HALVES, [subject.text(5, 9), subject.text(6, 20)], subject.text(9, 5))
    _, negative, _ = subject.applied(against)
    other = subject.predict(model, negative)
    guided = subject.predict(model, positive, negative=negative, cfg=3.0)
    assert difference(guided, other + 3 * (regional - other)) < 1e-4 and difference(other, plain) > OTHER


def test_odd_sizes_and_a_batch_of_two(subject):
    less = 1 if subject.cells > 1 else 0
    if subject.name == "cosmos" and "pad_to_patch_size" not in inspect.getsource(
        type(subject.model().model.diffusion_model)
    ):
        less = 0  # this version of the host refuses such sizes
    latent, base = subject.latent(5, 7, batch=2, less=less), subject.text(0, 11)
    model, positive, _ = subject.applied(subject.prompt(FULL, [base], base))
    assert difference(subject.predict(model, positive, latent), subject.predict(subject.model(), base, latent)) < SAME
    _, other, _ = subject.applied(subject.prompt(HALVES, [base, subject.text(1)], base), base_ratio=0.3)
    both = subject.predict(model, other, latent)
    assert difference(both[1:], subject.predict(model, other, latent[1:])) < SAME
    assert difference(both, subject.predict(subject.model(), base, latent)) > OTHER


def test_references_are_seen_or_refused(subject):
    """One region that says what the base prompt says leaves the picture as it is, with references too."""
    import node_helpers

    if subject.name in ("cosmos", "anima", "lumina2"):
        pytest.skip("has none")
    values = {"reference_latents": [subject.latent(4, 6)]}
    if subject.name == "krea2":
        values["reference_latents_method"] = "index_timestep_zero"
    base = node_helpers.conditioning_set_values(subject.text(0, 11), values)
    plain = subject.predict(subject.model(), base)
    if difference(plain, subject.predict(subject.model(), subject.text(0, 11))) == 0:
        pytest.skip("this version of the host does not look at them")
    model, positive, _ = subject.applied(subject.prompt(FULL, [subject.text(0, 11)], base))
    if subject.name == "zimage":
        with pytest.raises(ValueError, match="Reference pictures in a Z-Image conditioning"):
            subject.predict(model, positive)
        return
    assert difference(subject.predict(model, positive), plain) < SAME
    _, other, _ = subject.applied(subject.prompt(FULL, [subject.text(1)], base))
    assert difference(subject.predict(model, other), plain) > OTHER


def test_a_second_image_stream_is_refused_by_name(subject):
    prompt = subject.prompt(FULL, [subject.text(1)], subject.text(0, 11))
    model, positive, _ = subject.applied(prompt, image_stream="paper")
    with pytest.raises(ValueError, match="has no second image stream"):
        subject.predict(model, positive)


def test_several_frames_are_refused(subject):
    if len(subject.tiny.latent) == 4:
        pytest.skip("has no place for time")
    prompt = subject.prompt(FULL, [subject.text(1)], subject.text(0, 11))
    model, positive, _ = subject.applied(prompt)
    with pytest.raises(ValueError, match="has 3 frames or layers"):
        subject.predict(model, positive, subject.latent().repeat(1, 1, 3, 1, 1))


def test_isolation_auto_is_the_family_s_own(subject, nodes):
    from flux_regions.adapter.families import family_of

    own = family_of(subject.model().model.diffusion_model).isolation
    assert own == ("text" if subject.name in ("zimage", "lumina2", "cosmos", "anima") else "regions")
    prompt = subject.prompt(HALVES, [subject.text(1), subject.text(2)], subject.text(0, 11))
    results = {}
    for isolation in ("auto", "regions", "text"):
        model, positive, _ = subject.applied(prompt, isolation=isolation)
        results[isolation] = subject.predict(model, positive)
    assert torch.equal(results["auto"], results[own])
    assert difference(results["regions"], results["text"]) > 1e-3


def test_an_error_inside_a_block_leaves_nothing_behind(subject):
    prompt = subject.prompt(HALVES, [subject.text(1, 7), subject.text(2, 38)], subject.text(0, 11))
    model, positive, _ = subject.applied(prompt)
    diffusion_model = model.model.diffusion_model
    classes = {name: type(module) for name, module in diffusion_model.named_modules()}
    before = subject.predict(model, positive)
    plain = subject.predict(model, subject.text(0, 11))

    def interrupted(*_, **__):
        import comfy.model_management

        raise comfy.model_management.InterruptProcessingException

    broken = model.clone()
    broken.model_options["transformer_options"]["optimized_attention_override"] = interrupted
    with pytest.raises(BaseException, match="") as stopped:
        subject.predict(broken, positive)
    assert type(stopped.value).__name__ == "InterruptProcessingException"
    assert {name: type(module) for name, module in diffusion_model.named_modules()} == classes
    assert torch.equal(subject.predict(model, subject.text(0, 11)), plain)
    assert torch.equal(subject.predict(model, positive), before)


def test_the_watch_reads_where_pixels_look(subject, nodes):
    prompt = subject.prompt(HALVES, [subject.text(1, 7), subject.text(2, 14)], subject.text(0, 11))
    model, positive, _ = subject.applied(prompt, base_ratio=0.2)
    watched, records = nodes.WatchAttention(model=model)
    subject.predict(watched, positive)
    maps = records.latest.maps()
    assert maps.shape == (3, 8, 8) and records.latest.passes == len(block_list(model)[1])
    assert (maps[0][:, 4:] == 0).all() and (maps[0][:, :4] > 0).all() and (maps[2] > 0).all()


def block_list(model):
    """(the attribute, the blocks)."""
    from flux_regions.adapter.families import family_of

    network = model.model.diffusion_model
    ((_, attribute),) = family_of(network).block_lists
    return attribute, getattr(network, attribute)


FP8 = torch.float8_e4m3fn


def test_fp8_weights_draw_as_their_rounded_values_do(subject):
    """As Load Diffusion Model makes them: cast in every call."""
    state = subject.model().model.diffusion_model.state_dict()
    rounded = {name: value.to(FP8).float() if value.ndim > 1 else value for name, value in state.items()}
    prompt = subject.prompt(HALVES, [subject.text(1, 7), subject.text(2, 38)], subject.text(0, 11))
    predictions = []
    for stored_as in (None, FP8):
        # One-dimensional weights are of norms, which loaders keep.
        model = tiny_family_model(subject.name, rounded, stored_as)
        for name, parameter in model.model.diffusion_model.named_parameters():
            if parameter.ndim == 1:
                parameter.data = state[name].clone()
        patched, positive, _ = subject.applied(prompt, model=model, base_ratio=0.2)
        predictions.append(subject.predict(patched, positive))
    assert FP8 in {parameter.dtype for parameter in model.model.diffusion_model.parameters()}
    assert difference(*predictions) < SAME


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_model_loaded_in_part_draws_the_same(subject, little_vram, share):
    prompt = subject.prompt(HALVES, [subject.text(1, 7), subject.text(2, 38)], subject.text(0, 11))
    model, positive, _ = subject.applied(prompt, base_ratio=0.2)
    expected = subject.predict(model, positive)
    model.detach()
    little_vram(share)
    layers = [layer for layer in model.model.diffusion_model.modules() if isinstance(layer, torch.nn.Linear)]
    cast = []
    layers[0].register_forward_pre_hook(lambda *_: cast.append(sum(layer.comfy_cast_weights for layer in layers)))
    assert difference(subject.predict(model, positive), expected) < SAME
    assert cast and min(cast) > 0


@pytest.mark.slow
@pytest.mark.parametrize("subject", ["qwen", "zimage"], indirect=True)
def test_a_compiled_model_draws_the_same(subject, sample):
    """Through the wrapper of the host's TorchCompileModel; a second run compiles nothing. Two families: the others take
    minutes, and have the same hooks.
    """
    from comfy.ldm.modules.attention import attention_pytorch
    from comfy_api.torch_helpers import set_torch_compile_wrapper

    def attend(func, *args, **kwargs):  # the CPU's own choice looks up free memory, which no compiler can
        return attention_pytorch(*args, **kwargs)

    def graphs():
        return torch._dynamo.utils.counters["stats"]["unique_graphs"]

    prompt = subject.prompt(HALVES, [subject.text(1, 7), subject.text(2, 38)], subject.text(0, 11))
    model, positive, _ = subject.applied(prompt, base_ratio=0.2)
    attribute, blocks = block_list(model)
    setattr(model.model.diffusion_model, attribute, blocks[:1])  # compiling takes long
    model.model_options["transformer_options"]["optimized_attention_override"] = attend
    expected = sample(model, positive, latent=subject.latent(), steps=1)
    torch._dynamo.reset()
    try:
        compiled, before = model.clone(), graphs()
        set_torch_compile_wrapper(compiled, "eager")
        assert difference(sample(compiled, positive, latent=subject.latent(), steps=1), expected) < 1e-4
        after = graphs()
        assert before < after, "nothing was compiled"
        assert difference(sample(compiled, positive, latent=subject.latent(), steps=1), expected) < 1e-4
        assert graphs() == after, "a second run compiled again"
    finally:
        torch._dynamo.reset()


def test_text_that_another_node_adds_is_the_base_prompts_or_an_error(subject, monkeypatch):
    """Between the regions and the model a node makes the text longer. No family draws it as a region's."""
    base, text = subject.text(0, 11), subject.text(1, 19)
    model, positive, _ = subject.applied(subject.prompt(HALVES[:1], [text], base), base_ratio=0.3)
    diffusion_model = model.model.diffusion_model
    original = diffusion_model._forward

    def with_longer_text(x, timestep, context, *args, **kwargs):
        return original(x, timestep, torch.cat([context, context[:, -8:]], 1), *args, **kwargs)

    longer = [[torch.cat([base[0][0], base[0][0][:, -8:]], 1), base[0][1]]]
    with monkeypatch.context() as patched:
        patched.setattr(diffusion_model, "_forward", with_longer_text)
        try:
            prediction = subject.predict(model, positive)
        except ValueError as error:
            assert "remove" in str(error).lower() and "node" in str(error)
            return
    assert subject.name in ("qwen", "mage", "zimage"), "whose text can still grow, or is filled up in any case"
    model, positive, _ = subject.applied(subject.prompt(HALVES[:1], [text], longer), base_ratio=0.3)
    assert difference(prediction, subject.predict(model, positive)) < SAME
