"""Regions from Layout and Layout from Regions, as the host calls them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from flux_regions.regions import WRITTEN_FORMATS, Rect, read_document, region_mask

pytestmark = pytest.mark.host

CASES = json.loads((Path(__file__).resolve().parents[1] / "golden" / "layouts.json").read_text("utf-8"))["cases"]
ELEMENTS = [{"type": "obj", "bbox": [0, 0, 500, 250], "desc": "a cat"}, {"type": "obj", "bbox": [0, 500, 1000, 1000], "desc": "a dog"}]  # fmt: skip


def test_the_contract_of_saved_workflows(nodes):
    schema = nodes.classes.FromLayout.define_schema()
    assert schema.node_id == "FluxRegions_FromLayout"
    assert [item.id for item in schema.inputs] == [
        *("layout", "boxes", "masks", "image", "width", "height", "box_order", "box_units", "regions")
    ]
    assert all(item.optional and item.tooltip for item in schema.inputs)
    assert [item.display_name for item in schema.outputs] == ["regions", "document", "report"]
    schema = nodes.classes.ToLayout.define_schema()
    assert schema.node_id == "FluxRegions_ToLayout"
    assert [item.id for item in schema.inputs] == ["regions", "format"]
    assert [item.display_name for item in schema.outputs] == ["text", "elements", "report"]
    assert schema.outputs[1].io_type == "ARRAY"


@pytest.mark.parametrize("case", CASES)
def test_what_the_hosts_box_editor_gives(nodes, case):
    """Elements with their prompts; its boxes, whose prompts it drops, in the same places."""
    size = {"width": case["width"], "height": case["height"]}
    regions, document, report = nodes.FromLayout(boxes=case["elements"], **size)
    assert "elements of Create Bounding Boxes" in report and regions.canvas == (case["width"], case["height"])
    assert [r.prompt for r in read_document(document).regions] == [r.prompt for r in regions.regions]
    boxes, _, report = nodes.FromLayout(boxes=case["bboxes"], **size)
    assert "bounding boxes (pixels" in report and len(boxes) == len(regions)
    text, elements, report = nodes.ToLayout(regions=regions)
    assert report == f"Wrote {len(regions)} region{'s' * (len(regions) > 1)} as elements of Create Bounding Boxes."
    assert elements == case["elements"] == json.loads(text)


def test_boxes_come_before_text_and_an_image_before_width_and_height(nodes):
    box = {"x": 10, "y": 20, "width": 30, "height": 40, "label": "cat"}
    regions, _, _ = nodes.FromLayout(layout="no layout", boxes=[box], image=torch.zeros(1, 80, 100, 3))
    (region,) = regions.regions
    assert region.shapes[0].shape == Rect(0.1, 0.25, pytest.approx(0.3), pytest.approx(0.5))
    assert (region.name, region.prompt, regions.canvas) == ("cat", "cat", (100, 80))


def test_masks_take_the_place_of_boxes_and_the_document_has_boxes_again(nodes):
    masks = torch.zeros(2, 64, 64)
    masks[0, 16:32, 8:40] = 1
    masks[1, 40:, 40:] = 1
    regions, document, _ = nodes.FromLayout(boxes=ELEMENTS, masks=masks)
    assert [r.prompt for r in regions.regions] == ["a cat", "a dog"]
    assert all(torch.equal(r.mask, mask) and not r.shapes for r, mask in zip(regions.regions, masks, strict=True))
    cat, _ = read_document(document).regions
    assert (cat.shapes[0].shape.x, cat.shapes[0].shape.y) == pytest.approx((8 / 64, 16 / 64), abs=2e-3)
    with pytest.raises(ValueError, match=r"^1 masks and 2 boxes came in"):
        nodes.FromLayout(boxes=ELEMENTS, masks=masks[:1])


@pytest.mark.parametrize("shape", [(2, 64, 48), (2, 1, 64, 48), (1, 2, 64, 48), (2, 64, 48, 1)])
@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bool, torch.uint8])
def test_masks_of_every_shape_and_kind_are_the_same_in_both_nodes_that_take_them(nodes, shape, kind):
    masks = torch.zeros(2, 64, 48)
    masks[0, 16:32, 8:40] = masks[1, 40:, 40:] = 1
    given = (masks * 255 if kind == torch.uint8 else masks).to(kind).reshape(shape)
    for regions in (nodes.FromLayout(boxes=ELEMENTS, masks=given)[0], nodes.FromMask(mask=given, prompt="a\nb")[0]):
        assert all(
            torch.equal(r.mask, mask) and r.mask.is_floating_point()
            for r, mask in zip(regions.regions, masks, strict=True)
        )


@pytest.mark.parametrize(
    ("shape", "sentence"), [((2, 0, 4), "connect one of height x width"), ((3,), "height x width"), ((1, 64, 48, 3), "Convert Image to Mask")]
)  # fmt: skip
def test_what_is_no_mask_says_so_in_both_nodes(nodes, shape, sentence):
    for name, call in (
        ("masks", lambda m: nodes.FromLayout(boxes=ELEMENTS, masks=m)),
        ("mask", lambda m: nodes.FromMask(mask=m)),
    ):
        with pytest.raises(ValueError, match=rf"^{name} has the shape \[.*\].*{sentence}"):
            call(torch.ones(shape))


def test_regions_chain_and_nothing_at_all_says_so(nodes):
    (below,) = nodes.FromBox(prompt="a wall")
    regions, document, _ = nodes.FromLayout(layout=json.dumps(ELEMENTS), regions=below)
    assert [r.prompt for r in regions.regions] == ["a wall", "a cat", "a dog"]
    assert len(read_document(document).regions) == 2
    with pytest.raises(ValueError, match=r"^There is no layout"):
        nodes.FromLayout(layout=" \n")


@pytest.mark.parametrize("name", WRITTEN_FORMATS)
def test_every_format_goes_out_and_in_through_the_nodes(nodes, name):
    regions, _, _ = nodes.FromLayout(boxes=ELEMENTS)
    text, elements, _ = nodes.ToLayout(regions=regions, format=name)
    back, _, _ = nodes.FromLayout(layout=text, width=1024, height=1024)
    assert [r.prompt for r in back.regions] == ["a cat", "a dog"]
    assert [r.shapes for r in back.regions] == [r.shapes for r in regions.regions]
    assert elements == ELEMENTS


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"layout": "[{"}, "^The layout is not complete"),
        ({"layout": "a cat"}, "^The text holds no layout"),
        ({"layout": None, "width": 5}, "^width is 5"),
        ({"box_order": "zyx"}, "^box_order is zyx; give one of: auto, xyxy, yxyx"),
        ({"box_units": "miles"}, "^box_units is miles"),
    ],
)
def test_what_is_typed_in_is_checked_when_the_workflow_is_queued(nodes, typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        nodes.classes.FromLayout.validate_inputs(**typed)


def test_what_can_only_be_seen_later_is_not_checked_then(nodes):
    typed = {"layout": json.dumps([{"x": 2000, "y": 0, "width": 10, "height": 10}]), "width": None}
    assert nodes.classes.FromLayout.validate_inputs(**typed) is True
    assert nodes.classes.FromLayout.validate_inputs(layout="") is True
    with pytest.raises(ValueError, match=r"^format is xml"):
        nodes.classes.ToLayout.validate_inputs(format="xml")


def test_layers_of_the_hosts_own_node_come_back_as_the_regions_they_were_made_of(nodes):
    """Any shape, also a turned one and a stroke: its mask as a layer's transparency, in the order of the drawing."""
    try:
        from comfy_extras.nodes_compositor import AddLayer
    except ImportError:
        pytest.skip("this ComfyUI has no layers")
    document = {
        "schema": 2,
        "regions": [
            {"name": "wall", "prompt": "wall", "shapes": [{"kind": "rect", "x": 0, "y": 0, "width": 1, "height": 0.5}]},
            {"name": "hidden", "prompt": "x", "visible": False, "shapes": []},
            {"name": "雨 {a|b}", "prompt": "雨 {a|b}", "shapes": [
                {"kind": "ellipse", "x": 0.2, "y": 0.3, "width": 0.5, "height": 0.2, "rotation": 30}]},
            {"name": "line", "prompt": "line", "shapes": [
                {"kind": "stroke", "width": 0.1, "points": [[0.2, 0.2], [0.8, 0.7]]}]},
        ],
    }  # fmt: skip
    drawn = replace(read_document(json.dumps(document)), canvas=(256, 256))
    layers = None
    for region in drawn.regions:
        mask = region_mask(region, 256, 256)[None]
        inputs = {"image": torch.ones(1, 256, 256, 3), "mask": 1 - mask, "name": region.name}
        (layers,) = AddLayer.execute(layers=layers, **inputs).result[:1]
    layers = {**layers, "canvas": (256, 256)}
    back, _, report = nodes.FromLayout(boxes=layers)
    assert "3 regions from layers" in report
    assert [(r.name, r.prompt) for r in back.regions] == [(r.name, r.prompt) for r in drawn.regions]
    for before, after in zip(drawn.regions, back.regions, strict=True):
        assert torch.equal(region_mask(before, 256, 256), region_mask(after, 256, 256)), before.name


EVERYTHING = {
    "schema": 2, "base_prompt": "a park", "background_prompt": "grass",
    "regions": [
        {"name": "tree", "prompt": "a tree", "shapes": [{"kind": "ellipse", "x": 0, "y": 0, "width": 0.5, "height": 1}]},
        {"prompt": "a dog", "strength": 0.5, "feather": 0.1, "start": 0.1, "end": 0.9, "colour": "#ff0000",
         "shapes": [{"kind": "rect", "x": 0.5, "y": 0, "width": 0.5, "height": 1}]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN_FORMATS)
def test_what_a_layout_has_no_room_for_is_said(nodes, name):
    (regions, *_) = nodes.Canvas(document=json.dumps(EVERYTHING), width=512, height=384)
    (regions,) = nodes.Reference(regions=regions, region="background", latent={"samples": torch.zeros(1, 16, 8, 8)})
    report = nodes.ToLayout(regions=regions, format=name)[2]
    missing = {
        "the base prompt": name not in ("ideogram", "flux3", "moss"),
        "the background prompt": name != "ideogram",
        "names": name not in ("bbox_2d", "box_2d"),
        **dict.fromkeys(("strengths", "feathers", "steps", "colours of the drawing"), True),
    }
    assert {words: words in report for words in missing} == missing
    assert "and reference pictures; a box stands for the area of Region 1 ('tree')." in report
    assert "LoRAs" not in report and "conditionings" not in report and "a dog" not in report
