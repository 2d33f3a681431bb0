"""Reference pictures of single regions: what a dense reference computes, on every family that looks at pictures.

The golden case comes from a reference that knows no host and no pack; the other, for all families, is a foreign
attention override that knows whose each token is.
"""

import pytest
import torch
from safetensors.torch import load_file, save_file

from support.lora import global_lora, layers_of, random_lora
from support.models import tiny_model
from support.pieces import with_context_windows
from support.reference_models import REFERENCE_FAMILIES
from support.regional import with_text

pytestmark = pytest.mark.host

SIGMA, BETA = 0.7, 0.3
TEXTS = (7, 15, 11)
"""Tokens of both regions' texts and of the base text."""
SIZES = ((3, 2), (2, 4), (4, 2))
"""Rows and columns in tokens of everybody's picture, and of each region's own."""
BOXES = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.25, 1.0))
"""Of 8 x 8 tokens; the last quarter follows the base prompt."""


def with_references(conditioning, *latents, method=None):
    """As ComfyUI's Reference Latent and Edit Model Reference Method write them into a CONDITIONING."""
    values = {"reference_latents": list(latents)} | ({} if method is None else {"reference_latents_method": method})
    return [[tokens, {**extra, **values}] for tokens, extra in conditioning]


@pytest.fixture(params=REFERENCE_FAMILIES)
def family(request, comfy):
    family = REFERENCE_FAMILIES[request.param]
    if not family.exists():
        pytest.skip("this host has no such model")
    return family


@pytest.fixture
def regional(nodes):
    """regional(family, shared, own, …) -> CONDITIONING: own[0] given by Region Reference, own[1] by a conditioning."""

    def build(family, shared=(), own=((), ()), boxes=BOXES, seeds=(1, 2), base=0, **settings):
        regions = None
        for x, y, width, height in boxes:
            (regions,) = nodes.FromBox(x=x, y=y, width=width, height=height, regions=regions)
        for index, seed in enumerate(seeds[: len(boxes)]):
            text = family.text(seed, TEXTS[index])
            if own[index] and index == 1:
                text = with_references(text, *own[index], method=family.method)
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=text)
        for latent in own[0]:
            (regions,) = nodes.Reference(regions=regions, region="1", latent={"samples": latent})
        base = family.text(base, TEXTS[2])
        if shared or family.method:
            base = with_references(base, *shared, method=family.method)
        settings = {"base_ratio": BETA, "end": 1.0, "isolation": "regions", "balance": "manual"} | settings
        return nodes.Conditioning(regions=regions, conditioning=base, padding="keep", **settings)[0]

    return build


@pytest.fixture
def predict(velocity):
    return lambda family, positive, model=None, **more: velocity(
        model or family.model(), positive, family.picture(11), SIGMA, **more
    )


def softmax_attention(q, k, v, allowed):
    scores = (q.double() @ k.double().transpose(-1, -2)) * q.shape[-1] ** -0.5
    return (scores.masked_fill(~allowed, float("-inf")).softmax(-1) @ v.double()).float()


EVERYBODYS = 3
"""The owner of a picture that all see; 0 and 1 are the regions, 2 the base prompt."""


class DenseReference:
    """A foreign attention override over one row of texts: who sees whom as one boolean matrix a branch."""

    def __init__(self, lengths, pictures):
        """lengths: tokens of the texts. pictures: (owner, tokens) of the reference pictures."""
        image = torch.full((8, 8), 2)
        image[:, :4], image[:, 4:6] = 0, 1
        texts = [torch.full((length,), owner) for owner, length in enumerate(lengths)]
        references = [torch.full((length,), owner) for owner, length in pictures]
        self.texts = sum(lengths)
        self.owner = torch.cat([*texts, image.flatten(), *references])
        place = torch.arange(len(self.owner))
        is_image = (place >= self.texts) & (place < self.texts + 64)
        self.weight = torch.where(self.owner < 2, torch.where(is_image, 1 - BETA, 1.0), 0.0)[:, None]
        self.regional = (self.owner[:, None] == self.owner) | (self.owner == EVERYBODYS)
        self.base = ((self.owner == 2) | (place >= self.texts)).expand(len(self.owner), -1)
        self.calls = 0

    def __call__(self, func, q, k, v, *args, **kwargs):
        if q.shape[2] == self.texts == k.shape[2]:  # texts refined by themselves
            owner = self.owner[: self.texts]
            return softmax_attention(q, k, v, owner[:, None] == owner).transpose(1, 2).flatten(2)
        if q.shape[2] != len(self.owner):
            return func(q, k, v, *args, **kwargs)
        self.calls += 1
        out = self.weight * softmax_attention(q, k, v, self.regional)
        out = out + (1 - self.weight) * softmax_attention(q, k, v, self.base)
        return out.transpose(1, 2).flatten(2)


def number_each_text_by_itself(model, axes, lengths):
    """Every text of the row gets the positions that the first has."""

    def renumber(_, args):
        ids = args[0].clone()
        starts = [sum(lengths[:index]) for index in range(len(lengths))]
        for axis in axes:
            first = ids[:, 0, axis].clone()
            for start, length in zip(starts, lengths, strict=True):
                ids[:, start : start + length, axis] = first[:, None] + torch.arange(length)
        return (ids, *args[1:])

    model.model.diffusion_model.pe_embedder.register_forward_pre_hook(renumber)


def padded(text, length):
    return torch.nn.functional.pad(text, (0, 0, max(0, length - text.shape[1]), 0))


def dense_prediction(family, predict, pictures):
    """pictures: (owner, latent) in the order in which the model gets them."""
    row = torch.cat([padded(family.text(seed, TEXTS[i])[0][0], family.padded) for i, seed in enumerate((1, 2, 0))], 1)
    lengths = [max(length, family.padded) for length in TEXTS]
    tokens = [(owner, latent.shape[-2] * latent.shape[-1] // family.cells**2) for owner, latent in pictures]
    model = family.model()
    number_each_text_by_itself(model, family.numbered, lengths)
    dense = DenseReference(lengths, tokens)
    model.model_options.setdefault("transformer_options", {})["optimized_attention_override"] = dense
    text = with_references([[row, family.text(0)[0][1]]], *(latent for _, latent in pictures), method=family.method)
    prediction = predict(family, text, model)
    assert dense.calls > 0
    return prediction


def test_it_is_what_a_dense_mask_computes(family, regional, predict):
    shared, first, second = (family.picture(20 + i, *size) for i, size in enumerate(SIZES))
    found = predict(family, regional(family, [shared], [[first], [second]]))
    expected = dense_prediction(family, predict, [(EVERYBODYS, shared), (0, first), (1, second)])
    assert (found - expected).abs().max() < 2e-5
    all_see_all = predict(family, regional(family, [shared, first, second]))
    assert (found - all_see_all).abs().max() > 1e-3


def test_another_picture_of_a_region_moves_its_pixels_alone(family, regional, predict):
    """Where no pixel follows the base prompt; and the picture does something there."""
    halves = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0))
    pictures = [family.picture(seed, 3, 2) for seed in (20, 21)]
    left, right = [], []
    for picture in pictures:
        out = predict(family, regional(family, [], [[picture], [family.picture(30)]], boxes=halves, base_ratio=0.0))
        left.append(out[..., : out.shape[-1] // 2])
        right.append(out[..., out.shape[-1] // 2 :])
    assert torch.equal(*right) and (left[0] - left[1]).abs().max() > 1e-2


def test_one_region_over_everything_sees_it_as_the_plain_model_does(family, regional, predict):
    picture = family.picture(20, 3, 2)
    found = predict(family, regional(family, [], [[picture]], boxes=[(0, 0, 1, 1)], base_ratio=0.0))
    text = with_text(family.text(0), family.text(1, TEXTS[0]))  # whose pooled text is the base prompt's
    text = with_references(text, picture, method=family.method)
    assert (found - predict(family, text)).abs().max() < 2e-5


@pytest.fixture(scope="module")
def cases():
    from pathlib import Path

    folder = Path(__file__).parents[1] / "golden" / "lora"
    return load_file(folder / "region_lora_cases.safetensors") | load_file(
        folder / "region_reference_cases.safetensors"
    )


@pytest.fixture
def golden_case(nodes, cases):
    """golden_case(owners, order) -> the CONDITIONING of the case, references given in this order of regions."""

    def build(owners, order=(0, 1)):
        import comfy.latent_formats

        pictures = [comfy.latent_formats.Flux().process_out(cases[f"picture.{index}"]) for index in range(len(owners))]
        regions = None
        for mask in cases["own.masks"]:
            pixels = mask.repeat_interleave(16, 0).repeat_interleave(16, 1)
            (regions,) = nodes.FromMask(mask=pixels[None], regions=regions)
        for index, text in enumerate(cases["regions"][: len(regions)]):
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=[[text[None], {}]])
        base = [[cases["base"], {"pooled_output": cases["y"], "guidance": cases["guidance"].item()}]]
        shared = [picture for picture, owner in zip(pictures, owners, strict=True) if owner < 0]
        for index in order:
            if owners[index] >= 0:
                latent = {"samples": pictures[index]}
                (regions,) = nodes.Reference(regions=regions, region=str(int(owners[index]) + 1), latent=latent)
        base = with_references(base, *shared, method="offset") if shared else base
        (prompt,) = nodes.Encode(regions=regions, base_conditioning=base)
        beta = cases["own.beta"].item()
        return nodes.Apply(model=build.model(), regional_prompt=prompt, end=1.0, base_ratio=beta)[1]

    return build


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_it_is_what_the_reference_of_the_golden_case_computes(golden_case, cases, reference_flux, velocity, order):
    golden_case.model = reference_flux
    for owners, expected in ((cases["own.owners"].tolist(), "own.out"), ([-1, -1], "own.all_see_all")):
        out = velocity(reference_flux(), golden_case(owners, order), cases["lat"], cases["t"].item())
        assert (out - cases[expected]).abs().max() < 2e-5


def test_a_lora_acts_on_the_pictures_of_its_region(family, regional, predict, nodes, lora_folder):
    """One region over everything: its text, its picture and the image have the LoRA, as with the host's loader."""
    from flux_regions.adapter.families import family_of

    model = family.model()
    record = family_of(model.model.diffusion_model)
    tensors = random_lora(model, paths={path for path in layers_of(model) if record.layer_tokens(path)})
    save_file(tensors, lora_folder / "own.safetensors")
    picture, shared = family.picture(20, 3, 2), family.picture(21, 2, 2)
    plain = with_text(family.text(0), family.text(1, TEXTS[0]))
    expected = predict(family, with_references(plain, picture, method=family.method), global_lora(model, tensors, 0.8))

    def with_lora(everybodys, own):
        (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
        (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=family.text(1, TEXTS[0]))
        (regions,) = nodes.Reference(regions=regions, region="1", latent={"samples": own})
        (regions,) = nodes.Lora(regions=regions, lora_name="own", strength=0.8)
        base = with_references(family.text(0), *everybodys, method=family.method)
        settings = {"base_ratio": 0.0, "end": 1.0, "isolation": "regions", "balance": "manual", "padding": "keep"}
        return nodes.Conditioning(regions=regions, conditioning=base, **settings)[0]

    assert (predict(family, with_lora([], picture)) - expected).abs().max() < 1e-5
    # Everybody's picture has no owner, and so no LoRA.
    both = with_references(plain, shared, picture, method=family.method)
    everywhere = predict(family, both, global_lora(model, tensors, 0.8))
    assert (predict(family, with_lora([shared], picture)) - everywhere).abs().max() > 1e-3


@pytest.mark.parametrize("in_windows", [False, True])
def test_the_negative_has_the_same_pictures_in_the_same_places(family, regional, predict, nodes, in_windows):
    if in_windows and family.padded:
        pytest.skip("what FLUX.1 does, with many more tokens")
    own = [[family.picture(20, 3, 2)], [family.picture(21, 2, 2)]]
    positive, negative = regional(family, [], own), family.text(9, 11)
    if family.method:
        negative = with_references(negative, method=family.method)
    model = family.model()
    if in_windows:
        model = with_context_windows(model, len(family.latent) - 1, 4 * family.cells, 2 * family.cells)
    guided = predict(family, positive, model, negative=negative, cfg=3.0)
    regions = None
    for index, (x, y, width, height) in enumerate(BOXES):
        (regions,) = nodes.FromBox(x=x, y=y, width=width, height=height, regions=regions)
        (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=negative)
        (regions,) = nodes.Reference(regions=regions, region=str(index + 1), latent={"samples": own[index][0]})
    settings = {"base_ratio": BETA, "end": 1.0, "isolation": "regions", "balance": "manual", "padding": "keep"}
    (regional_negative,) = nodes.Conditioning(regions=regions, conditioning=negative, **settings)
    one, other = predict(family, positive, model), predict(family, regional_negative, model)
    assert (guided - (other + 3 * (one - other))).abs().max() < 2e-4
    assert (other - predict(family, negative, model)).abs().max() > 1e-3


def test_outside_the_window_all_pictures_are_seen_by_all(family, regional, sample):
    """After the prompts' window it is the plain model with all pictures, bit for bit."""
    shared, first, second = (family.picture(20 + i, *size) for i, size in enumerate(SIZES))
    plain = with_references(family.text(0, TEXTS[2]), shared, first, second, method=family.method)
    late = regional(family, [shared], [[first], [second]], start=0.5)
    seen = {}
    for name, positive in (("late", late), ("plain", plain)):
        seen[name] = []
        sample(
            *(family.model(), positive, family.text(9, 5)),
            latent=family.picture(11) * 0,
            steps=2,
            callback=lambda _step, denoised, *_, name=name: seen[name].append(denoised.clone()),
        )
    assert torch.equal(seen["late"][0], seen["plain"][0])
    assert not torch.equal(seen["late"][1], seen["plain"][1])


@pytest.mark.parametrize(
    "settings",
    [{"image_stream": "paper"}, {"isolation": "text"}, {"overlap": "union"}, {"isolation": "modulate"}],
    ids=str,
)
@pytest.mark.parametrize("kind", ["krea", "klein"])
def test_with_all_settings_a_region_over_everything_sees_it_as_the_plain_model_does(
    comfy, regional, predict, kind, settings
):
    family = REFERENCE_FAMILIES[kind]
    picture, other = family.picture(20, 3, 2), family.picture(21, 3, 2)
    found, changed = (
        predict(family, regional(family, [], [[latent]], boxes=[(0, 0, 1, 1)], **{"base_ratio": 0.0} | settings))
        for latent in (picture, other)
    )
    assert (found - changed).abs().max() > 1e-2
    if settings != {"isolation": "modulate"}:  # which sees the base prompt, too
        plain = with_references(with_text(family.text(0), family.text(1, TEXTS[0])), picture)
        assert (found - predict(family, plain)).abs().max() < 5e-5


def test_two_pictures_at_once_and_the_background_s(family, nodes, predict, velocity):
    """A batch of two is each of them alone; what no region covers may have a picture of its own."""
    (regions,) = nodes.FromBox(x=0, y=0, width=0.5, height=1)
    for region, seed in (("1", 1), ("background", 2)):
        (regions,) = nodes.SetConditioning(regions=regions, region=region, conditioning=family.text(seed))
    base = with_references(family.text(0), method=family.method)
    out = []
    for seed in (20, 21):
        latent = {"samples": family.picture(seed, 2, 3)}
        (drawn,) = nodes.Reference(regions=regions, region="background", latent=latent)
        settings = {"base_ratio": 0.0, "end": 1.0, "isolation": "regions", "balance": "manual"}
        (positive,) = nodes.Conditioning(regions=drawn, conditioning=base, **settings)
        pair = torch.cat([family.picture(11), family.picture(12)])
        out.append(velocity(family.model(), positive, pair, SIGMA))
        assert (out[-1][:1] - predict(family, positive)).abs().max() < 2e-5
    half = out[0].shape[-1] // 2
    assert torch.equal(out[0][..., :half], out[1][..., :half])
    assert (out[0][..., half:] - out[1][..., half:]).abs().max() > 1e-3


def test_nothing_that_came_in_is_changed(comfy, regional, predict):
    family = REFERENCE_FAMILIES["krea"]
    shared, own = family.picture(20, 2, 2), family.picture(21, 2, 2)
    positive = regional(family, [shared], [[own]], boxes=BOXES[:1])
    negative = with_references(family.text(9), shared)
    first = predict(family, positive, negative=negative, cfg=2.0)
    for conditioning in (positive, negative):
        assert [latent is shared for latent in conditioning[0][1]["reference_latents"]] == [True]
    assert "model_conds" not in negative[0][1]
    assert torch.equal(predict(family, positive, negative=negative, cfg=2.0), first)


def test_a_reference_that_a_later_node_adds_is_everybody_s(comfy, regional, predict):
    family = REFERENCE_FAMILIES["krea"]
    shared, own = family.picture(20, 2, 2), family.picture(21, 2, 2)
    before, behind = (regional(family, pictures, [[own], []]) for pictures in ([shared], []))
    assert torch.equal(predict(family, with_references(behind, shared)), predict(family, before))


def test_the_memory_estimate_grows_by_the_host_s_own(comfy, regional, predict, monkeypatch):
    import comfy.sampler_helpers

    family = REFERENCE_FAMILIES["krea"]
    shared, own = family.picture(20, 2, 2), family.picture(21, 4, 2)
    estimates, real = [], comfy.sampler_helpers.estimate_memory
    monkeypatch.setattr(
        comfy.sampler_helpers, "estimate_memory", lambda *args: estimates.append(real(*args)) or estimates[-1]
    )
    predict(family, regional(family, [shared], [[own]], boxes=BOXES[:1]))
    predict(family, regional(family, [shared, own], boxes=BOXES[:1]))
    predict(family, regional(family, [shared], boxes=BOXES[:1]))
    assert estimates[0] == estimates[1] != estimates[2]


def test_what_a_model_cannot_read_is_refused_by_region(comfy, nodes, regional, predict, velocity):
    family = REFERENCE_FAMILIES["krea"]
    klein = REFERENCE_FAMILIES["klein"]
    with pytest.raises(
        ValueError, match=r"Region 1: its reference picture has the shape \[1, 128, 2, 2\], but this model"
    ):
        predict(family, regional(family, [], [[klein.picture(1, 2, 2)]], boxes=BOXES[:1]))
    positive = regional(family, [], [[family.picture(1, 2, 2)]], boxes=BOXES[:1])
    with pytest.raises(ValueError, match="Region 1 has a reference picture, but Chroma looks at none"):
        velocity(tiny_model("chroma"), positive, family.picture(11), SIGMA)
    (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
    with pytest.raises(ValueError, match=r"Region '1': its latent is of the shape \[3\], which is no picture"):
        nodes.Reference(regions=regions, latent={"samples": torch.zeros(3)})
    with pytest.raises(ValueError, match="There is no region '7'"):
        nodes.Reference(regions=regions, region="7", latent={"samples": torch.zeros(1, 16, 2, 2)})


def test_two_methods_are_refused_by_name(comfy, nodes):
    family, regions = REFERENCE_FAMILIES["krea"], None
    for index, (box, method) in enumerate(zip(BOXES, ("index", "uxo"), strict=True)):
        (regions,) = nodes.FromBox(**dict(zip(("x", "y", "width", "height"), box, strict=True)), regions=regions)
        text = with_references(family.text(index), family.picture(1, 2, 2), method=method)
        (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=text)
    with pytest.raises(ValueError, match="Region 1 asks for the reference method 'index' and Region 2 for 'uxo'"):
        nodes.Conditioning(regions=regions, conditioning=family.text(0))


@pytest.mark.skipif("not REFERENCE_FAMILIES['krea2'].exists()", reason="this host has no Krea 2")
def test_krea_2_without_a_method_looks_at_none(comfy, nodes, predict):
    family = REFERENCE_FAMILIES["krea2"]
    (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
    (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=family.text(1))
    (regions,) = nodes.Reference(regions=regions, latent={"samples": family.picture(20, 2, 2)})
    (positive,) = nodes.Conditioning(regions=regions, conditioning=family.text(0))
    with pytest.raises(ValueError, match="Region 1 has a reference picture, but Krea 2 without a reference method"):
        predict(family, positive)


def test_short_prompts_and_large_pictures_are_said(comfy, regional, predict, caplog):
    family = REFERENCE_FAMILIES["krea"]
    predict(family, regional(family, [], [[family.picture(1, 20, 20)]], boxes=BOXES[:1], end=0.4))
    assert "Region 1: its reference picture is kept to it while its prompt acts, up to 0.4 of the steps" in caplog.text
    assert "The reference pictures have 400 tokens, 6.2 times as many as the picture (64)" in caplog.text


def test_of_combined_positives_each_says_how_long_its_pictures_are_kept(comfy, regional, predict, caplog):
    family, word = REFERENCE_FAMILIES["krea"], "reference picture is kept to it while its prompt acts, up to "
    first, second = (regional(family, [], [[family.picture(1, 2, 2)]], boxes=BOXES[:1], end=end) for end in (0.4, 0.7))
    predict(family, first + second)
    assert word + "0.4" in caplog.text and word + "0.7" in caplog.text


def test_several_regions_and_commas(comfy, nodes):
    regions = None
    for name in ("a", "b", "c, d"):
        (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1, name=name, regions=regions)
    latent = {"samples": torch.zeros(1, 16, 2, 2)}
    for wanted in ("a, 2", "c, d", "background", "a"):
        (regions,) = nodes.Reference(regions=regions, region=wanted, latent=latent)
    assert [len(region.references) for region in regions.regions] == [2, 1, 1] and len(
        regions.background_references
    ) == 1


NO_PICTURES = [torch.zeros(0, 16, 2, 2), torch.zeros(1, 16, 0, 2), torch.full((1, 16, 2, 2), torch.nan)]
NO_PICTURES += [torch.ones(1, 16, 2, 2, dtype=torch.complex64), torch.ones(1, 16, 2, 2, device="meta"), "a", None]


@pytest.mark.parametrize("latent", NO_PICTURES, ids=["no batch", "no height", "nan", "complex", "meta", "text", "null"])
def test_what_is_no_picture_is_refused_at_the_node(comfy, nodes, latent):
    (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
    with pytest.raises(ValueError, match=r"latent .*\.$"):
        nodes.Reference(regions=regions, latent={"samples": latent})
    conditioning = [[torch.zeros(1, 4, 8), {"reference_latents": [latent]}]]
    with pytest.raises(ValueError, match=r"^Region '1': its latent .*\.$"):
        nodes.SetConditioning(regions=regions, region="1", conditioning=conditioning)


def test_a_picture_with_frames_is_refused_by_a_model_without(comfy, regional, predict):
    family = REFERENCE_FAMILIES["krea"]
    with pytest.raises(ValueError, match=r"Region 1: its reference picture has the shape .* and no frames"):
        predict(family, regional(family, [], [[family.picture(1, 2, 2)[:, :, None]]], boxes=BOXES[:1]))
