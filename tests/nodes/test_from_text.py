"""Regions from Text: from lines to regions and to the canvas's document."""

import re
from pathlib import Path

import pytest
import torch
from flux_regions.regions import Rect, ShapeOp, read_text
from flux_regions.regions.text import reader

pytestmark = pytest.mark.host

EXAMPLE = "\n".join(reader.__doc__.split("\n\n")[1:3])
PAGE = Path(__file__).resolve().parents[2] / "js" / "docs" / "FluxRegions_FromText.md"


@pytest.fixture(scope="module")
def from_text(nodes):
    return nodes.classes.FromText


def test_the_contract_of_saved_workflows(from_text):
    schema = from_text.define_schema()
    assert schema.node_id == "FluxRegions_FromText"
    assert [given.id for given in schema.inputs] == ["text", "width", "height", "regions"]
    assert [out.display_name for out in schema.outputs] == ["regions", "document"]
    assert schema.inputs[0].as_dict()["dynamicPrompts"] is False and all(given.tooltip for given in schema.inputs)


def test_the_node_as_it_is_added_makes_two_halves(nodes, from_text):
    default = from_text.define_schema().inputs[0].default
    regions, _ = nodes.FromText(text=default, width=256, height=256)
    assert [region.shapes for region in regions.regions] == [(ShapeOp(Rect(x, 0, 0.5, 1)),) for x in (0, 0.5)]


def test_the_document_draws_the_same_regions_on_the_canvas(nodes):
    text = "base: a street\nbackground: fog\nleft half minus top third, feather 5%: a car\nbox 0 64 to 128 96px, name bus, steps 0-30%: a bus"
    regions, document = nodes.FromText(text=text, width=128, height=96)
    drawn, masks, *_ = nodes.Canvas(document=document, width=128, height=96)
    fields = ("name", "prompt", "strength", "feather", "start", "end", "shapes")
    for one, other in zip(regions.regions, drawn.regions, strict=True):
        assert [getattr(one, field) for field in fields] == [getattr(other, field) for field in fields]
    assert (regions.base_prompt, regions.background_prompt) == ("a street", "fog")
    assert (drawn.base_prompt, drawn.background_prompt, drawn.canvas) == ("a street", "fog", regions.canvas)
    assert masks[1, 64:].eq(1).all() and masks[1, :64].eq(0).all()


def test_regions_from_other_nodes_lie_below_and_are_not_in_the_document(nodes):
    (below,) = nodes.FromMask(mask=torch.ones(1, 96, 128), prompt="a mask")
    regions, document = nodes.FromText(text="base: x\nleft: a car", width=128, height=96, regions=below)
    assert [region.prompt for region in regions.regions] == ["a mask", "a car"] and regions.base_prompt == "x"
    assert regions.canvas == (128, 96) and '"a mask"' not in document
    assert len(nodes.FromText(text="", width=128, height=96, regions=below)[0]) == 1
    with pytest.raises(ValueError, match=r"^There are no regions. Write a line"):
        nodes.FromText(text="base: x", width=128, height=96)


def test_what_is_typed_is_checked_at_queue_time(from_text, nodes):
    assert from_text.validate_inputs() and from_text.validate_inputs(text="left: x", width=64, height=64)
    with pytest.raises(ValueError, match=r"^Line 1, column 1: 'lft' is no place"):
        from_text.validate_inputs(text="lft: x")
    with pytest.raises(ValueError, match="height is 1;"):
        from_text.validate_inputs(text="left: x", height=1)
    # Whether pixels fit is known only with the size.
    assert from_text.validate_inputs(text="box 50% 0 to 600px 100%: x", width=None, height=64)
    with pytest.raises(ValueError, match="Line 1, column 14: the right corner"):
        nodes.FromText(text="box 50% 0 to 60px 100%: x", width=128, height=64)


@pytest.mark.parametrize("source", [PAGE.read_text("utf-8").split("```")[1], EXAMPLE])
def test_the_example_that_people_read_is_read(source):
    source = re.sub("^    ", "", source, flags=re.MULTILINE).strip()
    assert "columns 2:1" in source and len(read_text(source, 1024, 1024)) >= 2


@pytest.mark.server
def test_through_the_queue_the_document_draws_on_a_connected_canvas(server):
    text = {"text": "left half: a car\nbox 0 0 50% 25%: a bus", "width": 128, "height": 96}
    workflow = {
        "1": {"class_type": "FluxRegions_FromText", "inputs": text},
        "2": {"class_type": "FluxRegions_Canvas", "inputs": {"document": ["1", 1], "width": 128, "height": 96}},
        "3": {"class_type": "MaskToImage", "inputs": {"mask": ["2", 1]}},
        "4": {"class_type": "PreviewImage", "inputs": {"images": ["3", 0]}},
    }
    result = server.queue(workflow)
    assert result.error is None and len(result.images) == 2, "a mask for each line"
