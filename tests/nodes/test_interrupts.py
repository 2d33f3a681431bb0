"""An interrupt ends whatever draws regions, which takes seconds for long strokes on large pictures."""

import pytest
import torch

from support.regional import in_windows, random_text

pytestmark = pytest.mark.host

PICTURE = torch.zeros(1, 128, 128, 3)


@pytest.fixture
def drawn(nodes):
    """Regions of two strokes, each with a text."""
    stroke = '{"kind": "stroke", "width": 0.2, "points": [[0.2, 0.2], [0.8, 0.7]]}'
    regions = '{"schema": 1, "regions": [' + ", ".join([f'{{"prompt": "x", "shapes": [{stroke}]}}'] * 2) + "]}"
    regions = nodes.Canvas(document=regions, width=128, height=128)[0]
    for number in ("1", "2"):
        (regions,) = nodes.SetConditioning(regions=regions, region=number, conditioning=random_text(int(number)))
    return regions


def conditioning_of(nodes, regions):
    return nodes.Conditioning(regions=regions, conditioning=random_text(0, 12))[0]


def routing_of_a_run(nodes, regions):
    """What the first model call of a sampling run asks for."""
    from flux_regions.adapter import regions_of
    from flux_regions.regions import TokenGrid

    applied = regions_of(conditioning_of(nodes, regions))
    return applied.cache.routing(applied, TokenGrid.of_picture(128, 128))


def masked_conditioning(nodes, regions):
    (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    return nodes.MaskedConditioning(regional_prompt=prompt, base_ratio=0.2)


WORK = {
    "Preview": lambda nodes, regions: nodes.Preview(regions=regions),
    "Preview of tokens": lambda nodes, regions: nodes.Preview(regions=regions, grid="tokens"),
    "Crop": lambda nodes, regions: nodes.Crop(regions=regions, width=0.5),
    "Crop of a conditioning": lambda nodes, regions: nodes.Crop(
        conditioning=conditioning_of(nodes, regions), width=0.5
    ),
    "ForTiles": lambda nodes, regions: nodes.ForTiles(
        regions=[regions], image_list=[PICTURE] * 4, final_width=[256], final_height=[256], overlap=[0]
    ),
    "Details": lambda nodes, regions: nodes.Details(regions=regions, image=PICTURE),
    "FromColorMap": lambda nodes, regions: nodes.FromColorMap(image=PICTURE, legend="black = x"),
    "FromColorMap of ids": lambda nodes, regions: nodes.FromColorMap(image=PICTURE, legend="id(0) = x"),
    "MaskedConditioning": masked_conditioning,
    "a sampling run": routing_of_a_run,
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_an_interrupt_ends_the_drawing(nodes, drawn, work):
    import comfy.model_management as host

    work(nodes, drawn)
    host.interrupt_current_processing(True)
    try:
        with pytest.raises(host.InterruptProcessingException):
            work(nodes, drawn)
    finally:
        host.interrupt_current_processing(False)


def test_regions_with_windows_of_their_own_are_drawn_once_for_masked_conditioning(nodes, monkeypatch):
    """Each window opens and closes at times of its own, and between them others act together."""
    from flux_regions.nodes.masked_conditioning import masked_conditionings
    from flux_regions.regions import TokenGrid
    from flux_regions.regions.shapes import Rect

    regions, fills, fill = None, [], Rect.fill
    for number in range(6):
        (regions,) = nodes.FromBox(x=number / 6, y=0, width=1 / 6, height=1, prompt="x", regions=regions)
    for number in range(6):
        (regions,) = nodes.SetConditioning(regions=regions, region=str(number + 1), conditioning=random_text(number))
    (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    prompt = in_windows(prompt, *((number / 20, 1 - number / 20) for number in range(6)))
    monkeypatch.setattr(Rect, "fill", lambda *args: fills.append(1) or fill(*args))
    assert len(masked_conditionings(prompt, 0.2, TokenGrid(16, 16, patch=1))) > 20
    assert len(fills) == 6
