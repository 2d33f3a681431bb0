"""The Region Canvas: from the editor's text to regions, masks and a size, or a sentence that says why not."""

import base64
import json
import re
from pathlib import Path

import pytest
import torch
from flux_regions.regions import TokenGrid, coverage, read_document

from support.regional import random_text

pytestmark = pytest.mark.host

LEFT = {"kind": "rect", "x": 0, "y": 0, "width": 0.5, "height": 1}
BALL = {"kind": "ellipse", "x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}


def written(*regions, **more):
    return json.dumps({"schema": 1, **more, "regions": list(regions)})


TWO = written({"name": "sky", "prompt": "a sky", "shapes": [LEFT]}, {"prompt": "a sun", "shapes": [BALL]})


@pytest.fixture(scope="module")
def canvas(nodes):
    return nodes.classes.Canvas


def test_the_contract_of_saved_workflows(canvas):
    """Widgets are saved by position, links by name: neither may change."""
    schema = canvas.define_schema()
    assert schema.node_id == "FluxRegions_Canvas"
    assert [given.id for given in schema.inputs] == ["document", "width", "height", "image", "regions", "start_from"]
    assert [out.display_name for out in schema.outputs] == ["regions", "masks", "width", "height"]
    document, width, height, *links = schema.inputs
    assert document.multiline and document.default == "" and document.as_dict()["dynamicPrompts"] is False
    assert all((side.default, side.min, side.max, side.step) == (1024, 64, 8192, 16) for side in (width, height))
    assert all(link.optional for link in links) and all(given.tooltip for given in schema.inputs)


def test_a_drawing_becomes_regions_masks_and_a_size(nodes):
    regions, masks, width, height = nodes.Canvas(document=TWO, width=128, height=96)
    assert (width, height) == (128, 96) == regions.canvas
    assert [(region.name, region.prompt) for region in regions.regions] == [("sky", "a sky"), ("", "a sun")]
    assert masks.shape == (2, 96, 128) and masks.dtype == torch.float32
    assert masks[0, :, :64].eq(1).all() and masks[0, :, 64:].eq(0).all()
    # Naive oracle: a pixel's centre inside the ellipse of half axes a quarter of each side.
    inside = [[((x + 0.5 - 64) / 32) ** 2 + ((y + 0.5 - 48) / 24) ** 2 <= 1 for x in range(128)] for y in range(96)]
    assert torch.equal(masks[1].bool(), torch.tensor(inside)) and set(masks[1].unique().tolist()) == {0, 1}


def test_masks_agree_with_what_flux_is_told(nodes):
    """Averaged over 16 x 16 pixels, a mask is the coverage, whatever the shape, the cut and the feather."""
    stroke = {"kind": "stroke", "width": 0.2, "points": [[0.1, 0.8], [0.9, 0.6, 0.4]], "mode": "subtract"}
    star = {"kind": "polygon", "points": [[0.1, 0.1], [0.9, 0.3], [0.3, 0.95]]}
    document = written(
        {"shapes": [star, stroke]}, {"shapes": [BALL, stroke], "feather": 0.2}, {"shapes": [{**LEFT, "x": -0.2}]}
    )
    regions, masks, _, _ = nodes.Canvas(document=document, width=384, height=256)
    tokens = torch.nn.functional.avg_pool2d(masks, 16)
    difference = (tokens - coverage(regions, TokenGrid(32, 48))).abs()
    assert difference.max() < 0.1 and difference.mean() < 0.004
    assert tokens[1].median() > 0.05 or tokens[1].unique().numel() > 100, "the feather is in the mask"


def test_an_image_gives_the_size(nodes):
    regions, masks, width, height = nodes.Canvas(
        document=TWO, width=1024, height=1024, image=torch.zeros(2, 90, 130, 3)
    )
    assert (width, height) == (130, 90) == regions.canvas and masks.shape == (2, 90, 130)


def test_hidden_regions_are_nowhere(nodes):
    document = written({"shapes": [LEFT], "visible": False}, {"prompt": "a sun", "shapes": [BALL]})
    regions, masks, *_ = nodes.Canvas(document=document, width=64, height=64)
    assert [region.prompt for region in regions.regions] == ["a sun"] and len(masks) == 1


def test_regions_from_other_nodes_lie_below(nodes):
    (below,) = nodes.FromBox(prompt="a box", x=0, y=0, width=0.5, height=0.5, name="box")
    (below,) = nodes.FromMask(mask=torch.ones(1, 32, 64), prompt="a mask", regions=below)
    (below,) = nodes.SetConditioning(regions=below, region="background", conditioning=random_text(1))
    regions, masks, *_ = nodes.Canvas(document=TWO, width=256, height=128, regions=below)
    assert [region.prompt for region in regions.regions] == ["a box", "a mask", "a sky", "a sun"]
    assert regions.background_conditioning is below.background_conditioning
    assert masks.shape == (4, 128, 256), "one for each region that goes on, in the same order"
    assert masks[0, :64, :128].eq(1).all() and masks[0].mean() == 0.25 and masks[1].eq(1).all()
    assert len(below) == 2, "the set that came in stays as it was"


def test_prompts_of_the_drawing_win_where_there_are_any(nodes):
    first = written({"shapes": [LEFT]}, base_prompt="a room", background_prompt="a wall")
    second = written({"shapes": [BALL]}, base_prompt="a hall", background_prompt="  ")
    below = nodes.Canvas(document=first, width=64, height=64)[0]
    regions = nodes.Canvas(document=second, width=64, height=64, regions=below)[0]
    assert (regions.base_prompt, regions.background_prompt) == ("a hall", "a wall")


def test_an_empty_canvas_hands_on_what_came_in_or_no_region_at_all(nodes):
    (below,) = nodes.FromBox(x=0, y=0, width=0.5, height=0.5)
    assert len(nodes.Canvas(document="", width=64, height=64, regions=below)[0]) == 1
    regions, masks, _, _ = nodes.Canvas(document="", width=64, height=96)
    assert len(regions) == 0 and regions.canvas == (64, 96)
    assert masks.shape == (1, 96, 64) and not masks.any()


@pytest.mark.parametrize(
    "document, said",
    [
        (
            written({"name": "ship", "shapes": [{**LEFT, "x": 1.5}]}),
            r"^Region 1 \('ship'\) is empty: nothing of it lies",
        ),
        (written({"name": "ship", "shapes": [{**LEFT, "mode": "subtract"}]}), r"^Region 1 \('ship'\) is empty"),
    ],
)
def test_a_region_off_the_canvas_is_an_error_here_not_in_the_sampler(nodes, document, said):
    with pytest.raises(ValueError, match=said):
        nodes.Canvas(document=document, width=64, height=64)


def test_a_mask_from_below_that_does_not_fit_the_canvas_is_an_error(nodes):
    (below,) = nodes.FromMask(mask=torch.ones(1, 64, 64))
    with pytest.raises(ValueError, match="Region 1: its mask is 64x64 but the picture is 128x64"):
        nodes.Canvas(document=TWO, width=128, height=64, regions=below)


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"document": TWO[:-5], "width": 64, "height": 64}, "not complete, correct JSON"),
        ({"document": written({"name": "ship"})}, r"Region 1 \('ship'\) has no shapes"),
        ({"document": "", "width": 32}, "width is 32; give 64 to 8192 pixels"),
        ({"height": 9000}, "height is 9000; give 64 to 8192 pixels"),
    ],
)
def test_what_is_typed_is_checked_at_queue_time(canvas, typed, said):
    with pytest.raises(ValueError, match=said):
        canvas.validate_inputs(**typed)


def test_what_is_linked_is_checked_when_it_arrives(canvas, nodes):
    assert canvas.validate_inputs() and canvas.validate_inputs(document=TWO, width=1024, height=768)
    with pytest.raises(ValueError, match="height is 10"):
        nodes.Canvas(document=TWO, width=64, height=10)
    with pytest.raises(ValueError, match="newer Flux Regions"):
        nodes.Canvas(document='{"schema": 3}', width=64, height=64)


def test_the_document_on_the_help_page_is_one():
    page = Path(__file__).resolve().parents[2] / "js" / "docs" / "FluxRegions_Canvas.md"
    (example,) = re.findall(r"^```json\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    fox, lantern = read_document(example).regions
    assert fox.name == "fox" and len(lantern.shapes) == 2


def test_a_step_window_from_the_drawing_reaches_the_sampler(nodes, sample, tiny_flux):
    """The drawing's own window, on the host: after it, steps are those of the plain model."""

    def picture(end):
        document = written({"prompt": "x", "shapes": [LEFT], "end": end})
        regions = nodes.Canvas(document=document, width=128, height=96)[0]
        (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=random_text(1, 8))
        (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
        model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
        return sample(model, positive, steps=4)

    half, whole = picture(0.5), picture(1)
    assert (half - whole).abs().mean() > 1e-3
    regions = nodes.Canvas(document=written({"shapes": [LEFT]}), width=128, height=96)[0]
    (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=random_text(1, 8))
    (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=0.5)
    assert torch.equal(half, sample(model, positive, steps=4)), "the same as Apply's window of the same length"


@pytest.mark.server
def test_the_queue_takes_a_drawing_and_refuses_a_bad_one(server):
    from devtools.errors import QueueError

    def workflow(document):
        drawn = {"document": document, "width": 128, "height": 96}
        size = {"width": ["1", 2], "height": ["1", 3], "batch_size": 1, "color": 0}
        return {
            "1": {"class_type": "FluxRegions_Canvas", "inputs": drawn},
            "2": {"class_type": "MaskToImage", "inputs": {"mask": ["1", 1]}},
            "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
            "4": {"class_type": "EmptyImage", "inputs": size},
            "5": {"class_type": "PreviewImage", "inputs": {"images": ["4", 0]}},
        }

    result = server.queue(workflow(TWO))
    assert result.error is None and len(result.images) == 3, "two masks, one picture"
    broken = TWO.replace('"kind": "ellipse"', '"kind": "circle"')
    with pytest.raises(QueueError, match=r'Region 2, shape 1: kind is \\?"circle\\?"; give one of: rect') as refused:
        server.queue(workflow(broken))
    assert refused.value.status == 400 and "1" in refused.value.node_errors


LINES = "base: a beach\nleft half: a red car"


def filled(output):
    """What the page is told, if anything."""
    return json.loads(output.ui["flux_regions_filled"][0]) if "flux_regions_filled" in (output.ui or {}) else None


def test_a_connected_text_fills_the_drawing_and_edits_stay_until_it_is_another(canvas):
    first = canvas.execute(document=TWO, width=128, height=96, start_from=LINES)
    document = filled(first)
    assert [region.prompt for region in first.result[0].regions] == ["a red car"]
    assert document["base_prompt"] == "a beach"
    document["regions"][0]["prompt"] = "a blue car"
    second = canvas.execute(document=json.dumps(document), width=128, height=96, start_from=LINES)
    assert [region.prompt for region in second.result[0].regions] == ["a blue car"] and filled(second) is None
    third = canvas.execute(document=json.dumps(document), width=128, height=96, start_from="right half: a cat")
    assert [region.prompt for region in third.result[0].regions] == ["a cat"]
    assert third.result[0].base_prompt == "a beach", "a prompt that the new text does not give"


def test_a_connected_document_fills_it_whole_and_nothing_changes_nothing(canvas):
    source = {"schema": 1, "note": "kept", "regions": [{"id": "x", "visible": False}, json.loads(TWO)["regions"][0]]}
    output = canvas.execute(document="", width=128, height=96, start_from=json.dumps(source))
    assert {key: value for key, value in filled(output).items() if key != "started_from"} == source
    for nothing in ("", " \n"):
        assert filled(canvas.execute(document=TWO, width=128, height=96, start_from=nothing)) is None


@pytest.mark.parametrize("text", ["not regions", '{"schema": 3}', '{"regions": ['])
def test_a_text_that_is_none_is_refused_in_a_sentence(canvas, text):
    with pytest.raises(ValueError):
        canvas.execute(document=TWO, width=128, height=96, start_from=text)


def test_the_page_is_told_what_is_chained(canvas, nodes):
    """Shapes as they are; a mask small enough to be sent."""
    mask = torch.zeros(1, 96, 128)
    mask[:, :48, :64] = 1
    below = nodes.classes.FromMask.execute(mask=mask, prompt="a hat", strength=1.0, feather=0.0, name="hat").result[0]
    below = read_document(TWO).on_top_of(below)
    output = canvas.execute(document=TWO, width=512, height=384, regions=below)
    hat, sky, sun = output.ui["flux_regions_chained"]
    assert [region.name for region in output.result[0].regions] == ["hat", "sky", "", "sky", ""]
    assert (hat["name"], sky["prompt"], sun["shapes"]) == ("hat", "a sky", [BALL])
    assert (hat["mask"]["width"], hat["mask"]["height"]) == (128, 96) and "shapes" not in hat
    levels = torch.frombuffer(bytearray(base64.b64decode(hat["mask"]["levels"])), dtype=torch.uint8).view(96, 128)
    assert levels[:47, :63].eq(255).all() and levels[49:].eq(0).all() and levels[:, 65:].eq(0).all()
    assert canvas.execute(document=TWO, width=512, height=384).ui is None
