"""Several areas at once: a batch of masks through Region from Mask, a detector's boxes through Region from Box."""

import pytest
import torch
from flux_regions.regions import Rect, ShapeOp
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.host

IMAGE = torch.zeros(1, 480, 640, 3)


def box(x, y, width, height, **more):
    return {"x": x, "y": y, "width": width, "height": height, **more}


def masks(count):
    """[count, 8, 8]: mask i is white in row i."""
    return torch.eye(8)[:count, :, None].expand(-1, -1, 8).contiguous()


def test_each_mask_of_a_batch_has_its_line(nodes):
    (regions,) = nodes.FromMask(mask=masks(3), prompt="a cat\n\na dog\na cow", name="cat, dog, cow", strength=0.5)
    assert [(r.prompt, r.name, r.strength) for r in regions.regions] == [
        ("a cat", "cat", 0.5),
        ("a dog", "dog", 0.5),
        ("a cow", "cow", 0.5),
    ]
    assert all(torch.equal(region.mask, masks(3)[i]) for i, region in enumerate(regions.regions))
    (more,) = nodes.FromMask(mask=masks(2), prompt="a tree", name="tree", regions=regions)
    assert [(r.prompt, r.name) for r in more.regions[3:]] == [("a tree", "tree 1"), ("a tree", "tree 2")]


@pytest.mark.parametrize("shape", [(8, 8), (1, 8, 8), (1, 1, 8, 8)])
def test_a_single_mask_takes_the_whole_prompt(nodes, shape):
    (regions,) = nodes.FromMask(mask=torch.ones(shape), prompt="a cat,\nand its tail", name="cat, tail")
    assert [(r.prompt, r.name, r.mask.shape) for r in regions.regions] == [
        ("a cat,\nand its tail", "cat, tail", (8, 8))
    ]


def test_a_batch_with_an_empty_mask_or_none_at_all_says_so(nodes):
    empty = masks(3)
    empty[1] = 0
    with pytest.raises(ValueError, match=r"^Region 2 \('cat 2'\) is empty: its mask is black"):
        nodes.FromMask(mask=empty, name="cat")
    with pytest.raises(ValueError, match=r"^No masks came in"):
        nodes.FromMask(mask=torch.zeros(0, 8, 8))


@pytest.mark.parametrize(
    "wrapped", [lambda b: [b], lambda b: [[b]], lambda b: b, lambda b: ((b,),), lambda b: [[], [b]]]
)
def test_one_box_in_every_wrapping(nodes, wrapped):
    (regions,) = nodes.FromBox(prompt="a cat", boxes=wrapped(box(64, 48, 320, 240)), image=IMAGE)
    assert [(r.prompt, r.shapes) for r in regions.regions] == [("a cat", (ShapeOp(Rect(0.1, 0.1, 0.5, 0.5)),))]


def test_boxes_get_their_lines_and_else_what_they_say(nodes):
    found = [
        box(0, 0, 64, 48, label="cat", score=0.9),
        box(64, 48, 64, 48, label="cat"),
        box(0, 0, 640, 480, label="sofa"),
    ]
    (regions,) = nodes.FromBox(prompt="a white cat\na black cat\na sofa", boxes=found, image=IMAGE, feather=0.1)
    assert [(r.prompt, r.name, r.feather) for r in regions.regions] == [
        ("a white cat", "cat 1", 0.1), ("a black cat", "cat 2", 0.1), ("a sofa", "sofa", 0.1),
    ]  # fmt: skip
    (regions,) = nodes.FromBox(boxes=found, image=IMAGE, name="thing")
    assert [(r.prompt, r.name) for r in regions.regions] == [
        ("cat", "thing 1"),
        ("cat", "thing 2"),
        ("sofa", "thing 3"),
    ]
    drawn = box(0, 0, 64, 48, metadata={"type": "obj", "text": "", "desc": "a red lamp", "palette": []})
    assert nodes.FromBox(boxes=[[drawn]], image=IMAGE)[0].regions[0].prompt == "a red lamp"


def test_the_size_comes_from_the_regions_where_there_is_no_image(nodes):
    below, _ = nodes.FromText(text="left: x", width=128, height=64)
    (regions,) = nodes.FromBox(boxes=box(64, 0, 64, 64), regions=below)
    assert regions.regions[1].shapes == (ShapeOp(Rect(0.5, 0, 0.5, 1)),)


def test_a_box_past_the_border_is_cut_off_there(nodes):
    (regions,) = nodes.FromBox(boxes=box(-6.4, 240, 800, 300), image=IMAGE)
    assert regions.regions[0].shapes == (ShapeOp(Rect(0, 0.5, 1, 0.5)),)


@pytest.mark.parametrize(
    "boxes, said",
    [
        ([], "^No boxes came in: the detector found nothing"),
        ([[], []], "^No boxes came in"),
        ([[box(0, 0, 1, 1)], [box(0, 0, 1, 1)]], "^Boxes of 2 pictures came in"),
        ("x", '^boxes is "x"; connect boxes from a detector'),
        ([5], "^Box 1 is 5; a box has x, y, width and height"),
        ([box(0, 0, 9, 9), {"x": 1}], "^Box 2 has no y that is a number"),
        (box(0, 0, float("nan"), 9), "^Box 1 has no width that is a number"),
        (box(0, 0, 0, 9), "^Box 1 is empty: it is 0 x 9 pixels"),
        (box(700, 0, 9, 9), "^Box 1 lies off the picture, which is 640x480: its corner is at 700, 0"),
    ],
)
def test_what_is_no_box_is_said(nodes, boxes, said):
    with pytest.raises(ValueError, match=said):
        nodes.FromBox(boxes=boxes, image=IMAGE)


VALUES = st.recursive(
    st.none()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.builds(box, *[st.integers(-9, 999) | st.none()] * 4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "y", "width", "label", "metadata"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_nothing_on_the_socket_breaks_the_node(nodes, boxes):
    try:
        nodes.FromBox(boxes=boxes, image=IMAGE)
    except ValueError as error:
        assert type(error) is ValueError and str(error).endswith((".", ")")) and "\n" not in str(error)


def test_the_socket_takes_both_types_of_newer_hosts(nodes):
    from_box = nodes.classes.FromBox
    inputs = {given.id: given for given in from_box.define_schema().inputs}
    assert list(inputs)[-3:] == ["regions", "boxes", "image"] and inputs["boxes"].optional and inputs["image"].optional
    assert inputs["boxes"].get_io_type() == "BOUNDING_BOX,BOUNDING_BOXES"
