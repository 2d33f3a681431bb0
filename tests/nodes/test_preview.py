"""Preview: the picture shows regions where they are, the report says what FLUX will see of them."""

import pytest
import torch

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
    assert lines[0] == "64 x 64 = 4096 tokens"
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
