"""Preview: the picture shows regions where they are, the report says what FLUX will see of them."""

import pytest
import torch

from support.model_families import tiny_family_model
from support.regional import random_text

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def stacked(nodes):
    (regions,) = nodes.FromBox(prompt="sky", x=0, y=0, width=1, height=0.5, name="sky")
    (regions,) = nodes.FromBox(prompt="sun", x=0.25, y=0, width=0.25, height=0.25, regions=regions)
    (regions,) = nodes.FromBox(prompt="cloud", x=0, y=0, width=0.5, height=0.5, regions=regions, name="cloud")
    return regions


@pytest.mark.parametrize("grid", ["canvas", "tokens"])
def test_regions_are_drawn_where_they_are(nodes, stacked, grid):
    picture, _ = nodes.Preview(regions=stacked, grid=grid)
    assert picture.shape == (1, 1024, 1024, 3)
    sky, cloud, paper = picture[0, 40, 1000], picture[0, 40, 40], picture[0, 1000, 1000]
    assert sky[0] > sky[2], "the first colour is a red" and cloud[1] > cloud[0]
    assert not torch.allclose(sky, cloud, atol=0.05) and paper.min() > 0.9


def test_the_report_counts_tokens_and_says_what_is_hidden(nodes, stacked):
    _, report = nodes.Preview(regions=stacked)
    lines = report.splitlines()
    known = ", if the picture has 1024 x 1024 pixels, which is not known here: connect an image"
    assert lines[0] == f"64 x 64 = 4096 tokens{known}"
    assert lines[1].startswith(
        "Region 1 ('sky'): 2048.0 tokens, 50.0% of the canvas; 50% of it under Region 2, Region 3 ('cloud')"
    )
    assert lines[2].startswith("Region 2: 256.0 tokens, 6.2% of the canvas; hidden under Region 3 ('cloud')")
    assert lines[3] == "Region 3 ('cloud'): 1024.0 tokens, 25.0% of the canvas; strength 1; \"cloud\""
    assert lines[4] == "The background: 2048.0 tokens, 50.0% of the canvas"


def test_the_picture_has_the_size_of_the_image_or_the_shape_of_the_mask(nodes, stacked):
    image = torch.full((1, 200, 300, 3), 0.5)
    picture, report = nodes.Preview(regions=stacked, image=image)
    assert picture.shape == (1, 200, 300, 3) and report.startswith("19 x 13 = 247 tokens")
    assert torch.allclose(picture[0, 190, 290], torch.tensor(0.5), atol=0.01), "the image shows where no region is"
    (masked,) = nodes.FromMask(mask=torch.ones(1, 90, 160), prompt="all")
    assert nodes.Preview(regions=masked)[0].shape == (1, 768, 1360, 3)
    cropped = nodes.Crop(regions=masked, x=0.5, width=0.5)[0]
    assert nodes.Preview(regions=cropped)[0].shape == (1, 1088, 960, 3), "that of the part of it that is shown"


def test_with_the_applied_conditioning_the_report_says_when_where_and_how_long(nodes, scene, tiny_flux):
    from dataclasses import replace

    (regions,) = nodes.FromBox(prompt="a", x=0, y=0, width=0.5, height=1, name="left")
    (regions,) = nodes.FromBox(prompt="b", x=0.5, y=0, width=0.5, height=0.5, name="right", regions=regions)
    regions = replace(regions, regions=(regions.regions[0], replace(regions.regions[1], start=0.25, end=1.0)))
    for name, tokens in (("left", 8), ("right", 20), ("background", 5)):
        (regions,) = nodes.SetConditioning(regions=regions, region=name, conditioning=random_text(1, tokens))
    (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=0.5, single_interval=2)
    _, report = nodes.Preview(regions=regions, positive=positive, steps=8)
    lines = report.splitlines()
    assert lines[1] == (
        "Region 1 ('left'): 2048.0 tokens, 50.0% of the canvas; text of 8 tokens; acts in steps 1 to 4 of 8; "
        'strength 1; a conditioning of its own in place of "a"'
    )
    assert "; text of 20 tokens; acts in steps 3 to 4 of 8; " in lines[2]
    assert lines[3:] == [
        "The background: 1024.0 tokens, 25.0% of the canvas; text of 5 tokens",
        "The base prompt: a share of 20% in every region",
        "Regions are kept apart in 2 of 2 double blocks and 3 of 5 single blocks",
    ]
    _, report = nodes.Preview(regions=regions, positive=positive)
    assert "; acts from 25% to 50% of the steps; " in report
    assert (
        "acts in steps 1 to 1 of 1"
        in nodes.Preview(
            regions=regions, positive=nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=0.1)[1], steps=1
        )[1]
    )


def test_a_text_is_as_long_as_the_model_fills_it_up(nodes, scene):
    prompt = scene(tokens=8)
    _, positive, _ = nodes.Apply(model=tiny_family_model("zimage"), regional_prompt=prompt)
    assert nodes.Preview(regions=prompt.regions, positive=positive)[1].count("text of 32 tokens") == 2


def test_a_plain_conditioning_is_no_error_and_one_with_other_regions_is(nodes, stacked, scene, tiny_flux):
    _, report = nodes.Preview(regions=stacked, positive=random_text(0))
    assert report == nodes.Preview(regions=stacked)[1] + "\npositive carries no regions: nothing of this acts."
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene())
    with pytest.raises(ValueError, match="positive carries other regions"):
        nodes.Preview(regions=stacked, positive=positive)


def test_the_report_names_each_region_s_loras_and_references(nodes, lora_folder):
    (regions,) = nodes.FromBox(prompt="a", x=0, y=0, width=0.5, height=1)
    (regions,) = nodes.FromBox(prompt="b", x=0.5, y=0, width=0.5, height=0.5, regions=regions)
    plain = nodes.Preview(regions=regions)[1].splitlines()
    file = "lora_a_kohya.safetensors"
    (regions,) = nodes.Lora(regions=regions, region="1", lora_name=file, strength=0.8)
    (regions,) = nodes.Lora(regions=regions, region="1, background", lora_name=file, strength=1.0, end=0.5)
    (regions,) = nodes.Lora(regions=regions, region="2", lora_name=file, strength=0.0)
    latent = torch.zeros(1, 16, 4, 4)
    (regions,) = nodes.Reference(regions=regions, region="2, background", latent={"samples": latent})
    text = [[torch.zeros(1, 4, 8), {"reference_latents": [latent]}]]
    (regions,) = nodes.SetConditioning(regions=regions, region="2", conditioning=text)
    lines = nodes.Preview(regions=regions)[1].splitlines()
    half = f"LoRA {file} at 1, from 0% to 50% of the steps"
    assert lines[1] == f"{plain[1]}; LoRA {file} at 0.8; {half}"
    assert lines[2].endswith('in place of "b"; 2 reference pictures of its own')
    assert lines[3] == f"{plain[3]}; {half}; 1 reference picture of its own"
