"""A LoRA or a reference picture that goes on where its region's prompt has stopped is said, once, for all positives."""

import pytest
import torch

pytestmark = pytest.mark.host


@pytest.fixture
def applied(comfy):
    """applied(balance=..., end=..., loras=..., ...) -> the regions of a positive: one, and a background."""
    from flux_regions.adapter.regional_prompt import AppliedRegions, RegionalPrompt
    from flux_regions.attention import Settings
    from flux_regions.regions import Region, RegionSet

    def build(balance="manual", end=1.0, background_references=(), **region):
        regions = RegionSet((Region(name="cat", **region),), background_references=background_references)
        return AppliedRegions(RegionalPrompt([], regions, ()), Settings(balance=balance, end=end))

    return build


@pytest.fixture
def lines(caplog):
    def warned(*positives):
        from flux_regions.adapter.short_prompts import warn_of_short_prompts

        caplog.clear()
        warn_of_short_prompts(positives)
        return [record.getMessage() for record in caplog.records]

    return warned


def test_a_lora_that_outlasts_its_prompt(applied, lines):
    from flux_regions.regions.region_lora import RegionLora

    loras = (RegionLora("a", end=0.8), RegionLora("off", strength=0.0))
    (line,) = lines(applied(end=0.4, loras=loras))
    assert line.startswith("Region 1 ('cat'): its LoRA acts up to 0.8 of the steps, but its prompt only up to 0.4. ")
    assert lines(applied("auto", end=0.4, loras=loras), applied(end=0.8, loras=loras)) == []
    assert lines(applied(end=0.4, loras=loras, strength=0.0)) == []


def test_every_positive_is_asked_and_nothing_said_twice(applied, lines):
    picture = torch.zeros(1, 16, 2, 2)
    positives = [applied(end=end, references=(picture,)) for end in (1.0, 0.4, 0.4, 0.7)]
    positives += [applied(end=0.3, background_references=(picture,))]
    assert [
        line.partition(" of the steps")[0].replace("is kept to it while its prompt acts, ", "")
        for line in lines(*positives)
    ] == [
        "Region 1 ('cat'): its reference picture up to 0.4",
        "Region 1 ('cat'): its reference picture up to 0.7",
        "The background: its reference picture up to 0.3",
    ]
