"""What a negative takes over from the positive's regions; each conditioning of a combined positive has its own.

What is expected is put together of runs of single conditionings, whose LoRAs and pictures are tested elsewhere.
"""

import pytest
import torch
from safetensors.torch import save_file

from support.lora import layers_of, random_lora
from support.models import tiny_model
from support.regional import random_text

pytestmark = pytest.mark.host

CFG = 3.0
LATENT = torch.randn(1, 16, 12, 16, generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="module")
def model(comfy):
    return tiny_model("krea")


BASE, OTHER, NEGATIVE = random_text(0, 12), random_text(5, 12), random_text(9, 11)
TEXTS = (random_text(1), random_text(2))


@pytest.fixture
def regional(nodes, model, lora_folder):
    """regional(base, …) -> CONDITIONING of two halves, the left with LoRA number lora, or with a picture.

    brush: their prompts do not act.
    """

    def build(base, lora=None, picture=None, texts=TEXTS, brush=False):
        regions = None
        for x in (0, 0.5):
            (regions,) = nodes.FromBox(x=x, y=0, width=0.5, height=1, regions=regions, strength=0 if brush else 1)
        for index, text in enumerate(texts):
            (regions,) = nodes.SetConditioning(regions=regions, region=str(index + 1), conditioning=text)
        if lora is not None:
            paths = {path for path in layers_of(model) if "double" in path}
            save_file(random_lora(model, seed=lora, paths=paths), lora_folder / f"{lora}.safetensors")
            (regions,) = nodes.Lora(regions=regions, lora_name=f"{lora}")
        if picture is not None:
            latent = torch.randn(1, 16, 6, 4, generator=torch.Generator().manual_seed(picture))
            (regions,) = nodes.Reference(regions=regions, latent={"samples": latent})
        return nodes.Conditioning(regions=regions, conditioning=base, balance="manual", end=1.0, padding="keep")[0]

    return build


def in_time(conditioning, start, end):
    return [[tokens, {**extra, "start_percent": start, "end_percent": end}] for tokens, extra in conditioning]


@pytest.fixture
def predict(model, velocity):
    return lambda positive, **more: velocity(model, positive, LATENT, 0.7, **more)


def guided(positive, negative):
    return negative + CFG * (positive - negative)


def test_other_positives_keep_what_they_bring(regional, predict):
    """Beside a regional prompt with a LoRA: regions without, and a plain prompt."""
    with_lora = regional(BASE, lora=3)
    for other in (regional(OTHER, texts=(random_text(3), random_text(4))), OTHER):
        found = predict(with_lora + other, negative=NEGATIVE, cfg=CFG)
        alone = (predict(with_lora) + predict(other)) / 2
        assert (found - guided(alone, predict(regional(NEGATIVE, lora=3, brush=True)))).abs().max() < 1e-4


def test_the_negative_follows_all_positives(regional, predict):
    found = predict(regional(BASE, lora=3) + regional(OTHER, lora=4), negative=NEGATIVE, cfg=CFG)
    positive = (predict(regional(BASE, lora=3)) + predict(regional(OTHER, lora=4))) / 2
    negative = sum(predict(regional(NEGATIVE, lora=lora, brush=True)) for lora in (3, 4)) / 2
    assert (found - guided(positive, negative)).abs().max() < 1e-4


@pytest.mark.parametrize("what", [{"lora": 3}, {"picture": 30}], ids=["LoRA", "picture"])
def test_what_the_negative_alone_has_stays_there(regional, predict, what):
    negative = regional(NEGATIVE, **what)
    found = predict(BASE, negative=negative, cfg=CFG)
    assert (found - guided(predict(BASE), predict(negative))).abs().max() < 1e-4
    assert (predict(negative) - predict(regional(NEGATIVE))).abs().max() > 1e-2


def test_each_side_keeps_its_own_files(regional, predict):
    positive, negative = regional(BASE, lora=3), regional(NEGATIVE, lora=4)
    found = predict(positive, negative=negative + OTHER, cfg=CFG)
    other = (predict(negative) + predict(OTHER)) / 2
    assert (found - guided(predict(positive), other)).abs().max() < 1e-4


def test_the_negative_follows_in_time(regional, sample, model):
    """A LoRA in the first half, another in the last quarter: in each step what the positive has in it."""
    windows = ((0.0, 0.5, 3), (0.75, 1.0, 4))
    positive = [part for start, end, lora in windows for part in in_time(regional(BASE, lora=lora), start, end)]
    positive += in_time(BASE, 0.5, 0.75)
    by_hand = [
        part for start, end, lora in windows for part in in_time(regional(NEGATIVE, lora=lora, brush=True), start, end)
    ]
    by_hand += in_time(NEGATIVE, 0.5, 0.75)
    followed, expected = (sample(model, positive, negative, cfg=CFG, steps=8) for negative in (NEGATIVE, by_hand))
    assert (followed - expected).abs().max() < 1e-4
    assert (
        followed - sample(model, positive, regional(NEGATIVE, lora=3, brush=True), cfg=CFG, steps=8)
    ).abs().max() > 0.01


def test_the_negative_sees_the_pictures_of_all_positives(regional, predict):
    positive, other = regional(BASE, picture=30), regional(OTHER, picture=31)
    found = predict(positive + other, negative=NEGATIVE, cfg=CFG)
    alone = (predict(positive) + predict(other)) / 2
    each = [regional(NEGATIVE, picture=picture, texts=(NEGATIVE, NEGATIVE)) for picture in (30, 31)]
    assert (found - guided(alone, sum(map(predict, each)) / 2)).abs().max() < 1e-4
