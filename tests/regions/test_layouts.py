"""Layouts of other programs: what ComfyUI's own nodes write is read and written the same, and nothing is lost on a
round trip but what a notation has no room for.
"""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from flux_regions.regions import (
    WRITTEN_FORMATS,
    BoxConvention,
    Ellipse,
    Polygon,
    Rect,
    Region,
    RegionSet,
    ShapeOp,
    read_layout,
    write_layout,
)
from flux_regions.regions.layouts import LAYOUT_FORMATS, MAX_BOXES
from flux_regions.regions.layouts.element import Element
from flux_regions.regions.layouts.layout_in_text import MAX_CHARACTERS
from hypothesis import given, settings
from hypothesis import strategies as st

from support.counted_work import lines_run

GOLDEN = json.loads((Path(__file__).resolve().parents[1] / "golden" / "layouts.json").read_text("utf-8"))
CASES = GOLDEN["cases"]
STEP = 1 / 1000


def read(layout, size=(1000, 1000), order="auto", units="auto"):
    return read_layout(layout, BoxConvention(size, order, units))


def corners(region):
    (op,) = region.shapes
    return op.shape.x, op.shape.y, op.shape.x + op.shape.width, op.shape.y + op.shape.height


def regions_from(*boxes, **around):
    """boxes: (x, y, width, height, prompt)."""
    regions = tuple(Region("", prompt, shapes=(ShapeOp(Rect(*box)),)) for *box, prompt in boxes)
    return RegionSet(regions, canvas=(1000, 1000), **around)


# What ComfyUI's own nodes write.


@pytest.mark.parametrize("case", CASES)
def test_elements_of_the_host_come_back_as_they_were(case):
    regions, report = read(case["elements"])
    assert (
        report
        == f"Read {len(case['elements'])} region{'s' * (len(case['elements']) > 1)} from elements of Create Bounding Boxes."
    )
    text, elements = write_layout(regions, "elements")
    assert elements == case["elements"] and json.loads(text) == case["elements"]


@pytest.mark.parametrize("case", CASES)
def test_a_json_prompt_of_the_host_comes_back_as_it_was(case):
    regions, _ = read(json.dumps(case["ideogram"]))
    assert (regions.base_prompt, regions.background_prompt) == ("a street in the rain, watercolour", "grey houses")
    assert json.loads(write_layout(regions, "ideogram")[0]) == case["ideogram"]


@pytest.mark.parametrize("case", CASES)
def test_the_hosts_boxes_with_metadata_are_its_elements_to_a_step(case):
    """The editor's boxes carry the prompts in metadata; pixels and steps of the grid differ by rounding alone."""
    from_boxes, report = read(case["boxes"], (case["width"], case["height"]))
    from_elements, _ = read(case["elements"])
    assert "from bounding boxes (pixels of" in report
    for box, element in zip(from_boxes.regions, from_elements.regions, strict=True):
        assert box.prompt == element.prompt
        assert corners(box) == pytest.approx(corners(element), abs=STEP * 0.5001)


@pytest.mark.parametrize("case", CASES)
def test_the_hosts_boxes_without_metadata_have_its_pixels(case):
    size = case["width"], case["height"]
    for boxes in (case["bboxes"], case["bboxes"][0]):
        regions, _ = read(boxes, size)
        for region, box in zip(regions.regions, boxes[0] if boxes is case["bboxes"] else boxes, strict=True):
            left, top = max(box["x"], 0) / size[0], max(box["y"], 0) / size[1]
            right, bottom = (box["x"] + box["width"]) / size[0], (box["y"] + box["height"]) / size[1]
            assert corners(region) == pytest.approx((left, top, min(right, 1), min(bottom, 1)))


def test_words_and_colours_of_an_element_become_its_prompt():
    element = {
        "type": "text", "bbox": [0, 0, 500, 500], "text": "SALE", "desc": "bold letters",
        "color_palette": ["#ff0000", "no colour", "#00FF00"],
    }  # fmt: skip
    (region,) = read([element])[0].regions
    assert region.prompt == 'the words "SALE": bold letters (colours #FF0000, #00FF00)'
    assert region.shapes == (ShapeOp(Rect(0, 0, 0.5, 0.5)),)


@given(
    st.text(max_size=40)
    | st.sampled_from(['the words "a": b', 'the words ""', "a (colours #AABBCC)", "(colours #aabbcc)"])
)
def test_every_prompt_is_the_prompt_of_its_element(prompt):
    assert Element.of_prompt(prompt).prompt == prompt.strip()


# Round trips.

sides = st.integers(0, 1000)
words = st.text(max_size=30).map(str.strip) | st.sampled_from(
    ['"', "a <b>", "[1, 2]", '{"bbox": 1}', "`", "a\nb", "\\"]
)

prompts = words | st.sampled_from(
    [
        *("<loc_1><loc_2><loc_3><loc_4>", "<box>(1,2),(3,4)</box>", '{"bbox_2d": [0, 0, 9, 9], "label": "x"}', "{a|b} // c"),
        *('[{"bbox": [1, 2, 3, 4], "desc": "q"}]', "```json\n[1]\n```", "</think> a", "<think> a", "\\u0041", "a\r\nb", "null"),
        *("\u05e9\u05dc\u05d5\u05dd", "\u202ea\u202c", "\U0001f408\u200d\u2b1b", '<point x="1" y="2">', "it's “q” // x", "<obj_2>"),
        *('the words "A": b', "x (colours #AABBCC)", "\ufeffx", "x" * 5000),
    ]
)  # fmt: skip


@st.composite
def drawn_regions(draw):
    """Regions whose boxes lie on the grid of the notations."""
    boxes = []
    for _ in range(draw(st.integers(1, 4))):
        (left, right), (top, bottom) = (
            sorted(draw(st.tuples(sides, sides).filter(lambda s: s[0] != s[1]))) for _ in "xy"
        )
        boxes.append((left * STEP, top * STEP, (right - left) * STEP, (bottom - top) * STEP, draw(prompts)))
    return regions_from(*boxes, base_prompt=draw(words), background_prompt=draw(words))


@settings(max_examples=60)
@given(regions=drawn_regions(), name=st.sampled_from(WRITTEN_FORMATS))
def test_what_is_written_reads_back(regions, name):
    """Boxes and prompts in every notation, the prompts around them where it has room for them."""
    text, elements = write_layout(regions, name)
    for layout in (text, elements):
        back, _ = read(layout)
        assert len(back) == len(regions)
        for before, after in zip(regions.regions, back.regions, strict=True):
            is_corner = name in ("bbox_2d", "box_2d") and max(corners(before)) <= STEP  # 0 to 1 reads as fractions
            assert corners(after) == pytest.approx(corners(before), abs=STEP * 1.001 if is_corner else 1e-9)
            # A region without a prompt has none afterwards either.
            assert after.prompt == (
                before.prompt
                if name not in ("bbox_2d", "box_2d") or layout is elements
                else " ".join(before.prompt.split())
            )
    back, _ = read(text)
    if name in ("ideogram", "flux3", "moss"):
        assert back.base_prompt == regions.base_prompt
    if name == "ideogram":
        assert back.background_prompt == regions.background_prompt


@pytest.mark.parametrize("name", WRITTEN_FORMATS)
def test_any_box_comes_back_to_half_a_step(name):
    regions = regions_from(
        (0.12345, 0.2, 0.00001, 0.3, "thin"), (1 / 3, 1 / 7, 0.5, 0.25, "odd"), (0.9999, 0, 0.0001, 1, "edge")
    )
    back, _ = read(write_layout(regions, name)[0])
    for before, after in zip(regions.regions, back.regions, strict=True):
        assert corners(after) == pytest.approx(corners(before), abs=STEP)
        assert after.shapes[0].shape.width > 0


def test_names_travel_with_vision_boxes():
    regions = RegionSet((Region("fox", "a red fox", shapes=(ShapeOp(Rect(0, 0, 0.5, 0.5)),)),))
    (back,) = read(write_layout(regions, "bbox_2d")[0])[0].regions
    assert (back.name, back.prompt) == ("fox", "a red fox")


def test_the_box_around_any_shape():
    disc = Region("", "disc", shapes=(ShapeOp(Ellipse(0.2, 0.4, 0.5, 0.3)),))
    triangle = Region("", "triangle", shapes=(ShapeOp(Polygon(((0.1, 0.1), (0.6, 0.1), (0.1, 0.9)))),))
    cut = Region("", "cut", shapes=(ShapeOp(Rect(0, 0, 1, 1)), ShapeOp(Rect(0, 0, 0.75, 1), "subtract")))
    mask = torch.zeros(50, 50)
    mask[10:20, 30:45] = 1
    painted = Region("", "painted", mask=mask)
    _, elements = write_layout(RegionSet((disc, triangle, cut, painted)), "elements")
    expected = [[400, 200, 700, 700], [100, 100, 900, 600], [0, 750, 1000, 1000], [200, 600, 400, 900]]
    for element, box in zip(elements, expected, strict=True):
        assert element["bbox"] == pytest.approx(box, abs=20 if element["desc"] in ("disc", "triangle") else 1)


def test_a_region_off_the_canvas_has_no_box():
    regions = RegionSet((Region("far", "x", shapes=(ShapeOp(Ellipse(2, 2, 1, 1)),)),))
    with pytest.raises(ValueError, match=r"^Region 1 \('far'\) is empty"):
        write_layout(regions, "elements")
    with pytest.raises(ValueError, match=r"^There are no regions"):
        write_layout(RegionSet(), "elements")


# Vision models, FLUX.3, MOSS.


@pytest.mark.parametrize(
    ("layout", "order", "units", "box", "how"),
    [
        ([{"bbox_2d": [100, 200, 300, 400], "label": "a"}], "auto", "auto", (0.1, 0.2, 0.3, 0.4), "thousandths, [xmin"),
        ([{"box_2d": [100, 200, 300, 400], "label": "a"}], "auto", "auto", (0.2, 0.1, 0.4, 0.3), "thousandths, [ymin"),
        ([{"bbox": [100, 200, 300, 400], "label": "a"}], "auto", "auto", (0.1, 0.2, 0.3, 0.4), "thousandths, [xmin"),
        ([{"bbox": [100, 200, 300, 400], "label": "a"}], "yxyx", "auto", (0.2, 0.1, 0.4, 0.3), "thousandths, [ymin"),
        ([{"bbox_2d": [0.1, 0.2, 0.3, 0.4], "label": "a"}], "auto", "auto", (0.1, 0.2, 0.3, 0.4), "fractions"),
        ([{"bbox_2d": [200, 400, 600, 1200], "label": "a"}], "auto", "auto", (0.1, 0.2, 0.3, 0.6), "pixels"),
        ([{"bbox_2d": [200, 400, 600, 800], "label": "a"}], "auto", "pixels", (0.1, 0.2, 0.3, 0.4), "pixels"),
        ([[300, 400, 100, 200]], "auto", "auto", (0.1, 0.2, 0.3, 0.4), "thousandths"),
        ({"objects": [{"box": [100, 200, 300, 400]}], "caption": "all of it"}, "auto", "auto", (0.1, 0.2, 0.3, 0.4), ""),
    ],
)  # fmt: skip
def test_boxes_of_vision_models(layout, order, units, box, how):
    for source in (layout, f"Here are the boxes:\n```json\n{json.dumps(layout)}\n```\nAnything else?"):
        regions, report = read(source, (2000, 2000), order, units)
        assert corners(regions.regions[0]) == pytest.approx(box)
        assert "from boxes of a vision model" in report and how in report
        assert regions.base_prompt == ("all of it" if isinstance(layout, dict) else "")


def test_labels_of_vision_models_are_names_and_prompts():
    layout = [
        {"bbox_2d": [0, 0, 500, 500], "label": "cat"},
        {"bbox_2d": [0, 0, 500, 500], "label": "cat", "description": "a white cat"},
        {"bbox_2d": [0, 0, 500, 500], "label": "a very long label that nobody would call the name of anything"},
    ]
    regions, _ = read(layout)
    assert [(r.name, r.prompt) for r in regions.regions] == [
        ("cat 1", "cat"), ("cat 2", "a white cat"), ("", layout[2]["label"]),
    ]  # fmt: skip


def test_a_layout_prompt_of_flux_3():
    prompt = 'A runner <runner_1> on a wall <obj_2>. [{"id": "runner_1", "bbox": [150, 300, 850, 700], "desc": "a runner"}, ' \
        '{"id": "obj_2", "bbox": [0, 0, 1000, 1000], "desc": "a flat wall"}]'  # fmt: skip
    regions, report = read(prompt)
    assert "FLUX.3" in report and regions.base_prompt == "A runner on a wall ."
    assert [(r.name, r.prompt, r.shapes[0].shape) for r in regions.regions] == [
        ("runner 1", "a runner", Rect(0.3, 0.15, pytest.approx(0.4), pytest.approx(0.7))),
        ("", "a flat wall", Rect(0, 0, 1, 1)),
    ]
    written, _ = write_layout(regions, "flux3")
    caption, _, rows = written.partition(" [")
    assert caption == "A runner on a wall . <obj_1> <obj_2>"
    assert json.loads("[" + rows)[0] == {"id": "obj_1", "bbox": [150, 300, 850, 700], "desc": "a runner"}


def test_rows_of_flux_3_that_edit_a_picture_are_read_where_they_put_something():
    rows = [
        {"id": "car_1", "from": None, "src_bbox": None, "tgt_bbox": [0, 0, 500, 500], "desc": "a car"},
        {"id": "dog_1", "from": "ref_image_0", "src_bbox": [0, 0, 9, 9], "tgt_bbox": None, "desc": "a dog"},
    ]
    (region,) = read(rows)[0].regions
    assert (region.name, region.prompt) == ("car 1", "a car")


def test_a_layout_of_moss_counts_from_the_centre():
    layout = {
        "caption": "a poster",
        "items": [
            {"label": "object", "caption": "a knight", "bbox": [-416, -608, 0, 0]},
            {"label": "text", "caption": "gothic letters", "text": "RUIN", "bbox": [0, 0, 416, 304]},
        ],
        "bbox_format": "yxyx, pixels relative to the center",
    }
    regions, report = read(json.dumps(layout), (1216, 832))
    assert "MOSS-Image (pixels from the centre of 1216 x 832)" in report
    assert regions.base_prompt == "a poster"
    assert [r.prompt for r in regions.regions] == ["a knight", 'the words "RUIN": gothic letters']
    assert [r.shapes[0].shape for r in regions.regions] == [Rect(0, 0, 0.5, 0.5), Rect(0.5, 0.5, 0.25, 0.5)]


def test_moss_counts_in_pixels_so_the_size_must_be_known():
    regions = replace(
        regions_from((0, 0, 0.5, 0.5, 'the words "RUIN": gothic letters (colours #AABBCC)')), canvas=(1216, 832)
    )
    text, _ = write_layout(regions, "moss")
    (entry,) = json.loads(text)["elements"]
    assert entry == {"label": "text", "caption": "gothic letters", "text": "RUIN", "bbox": [-416, -608, 0, 0],
                     "color_palette": ["#AABBCC"]}  # fmt: skip
    back, _ = read(text, (1216, 832))
    assert [(r.prompt, r.shapes) for r in back.regions] == [(r.prompt, r.shapes) for r in regions.regions]
    with pytest.raises(ValueError, match=r"^MOSS-Image counts in pixels"):
        write_layout(replace(regions, canvas=None), "moss")


@pytest.mark.parametrize("name", WRITTEN_FORMATS)
def test_many_regions_keep_their_order_and_their_words(name):
    words = ['say "a, b"', "two\nlines", "雨の中の猫 🐈", "[1, 2, 3, 4]", "<obj_2> {a|b}", "back\\slash // no comment"]
    boxes = [(i % 10 / 10, i // 10 / 12, 0.1, 1 / 12, f"{i} {words[i % len(words)]}") for i in range(120)]
    regions = regions_from(*boxes, base_prompt="all of it")
    back, report = read(write_layout(regions, name)[0])
    assert "Read 120 regions" in report
    for before, after in zip(regions.regions, back.regions, strict=True):
        lines = before.prompt if name not in ("bbox_2d", "box_2d") else " ".join(before.prompt.split())
        assert after.prompt == lines
        assert corners(after) == pytest.approx(corners(before), abs=STEP)


TAGGED = ["<loc_1><loc_2><loc_3><loc_4>", "a <box>(1,2),(3,4)</box>", "<loc0001><loc0002><loc0003><loc0004> cat"]


@pytest.mark.parametrize("prompt", TAGGED)
@pytest.mark.parametrize("name", WRITTEN_FORMATS)
def test_tags_of_boxes_in_a_prompt_are_words_of_it(name, prompt):
    regions = regions_from((0, 0, 0.5, 0.5, prompt), (0.5, 0, 0.5, 0.5, "a dog"), base_prompt="all")
    back, _ = read(f"Here: {write_layout(regions, name)[0]}")
    assert [region.prompt for region in back.regions] == [prompt, "a dog"]


@pytest.mark.parametrize("caption", ["a `neon` sign", "a `neon` sign on <obj_1> a wall", "~~~ waves ~~~ and more", "`"])
def test_backticks_in_a_caption_are_words_of_it(caption):
    regions = regions_from((0, 0, 0.5, 0.5, "a"), base_prompt=caption)
    assert read(write_layout(regions, "flux3")[0])[0].base_prompt == caption.replace("<obj_1> ", "")


@pytest.mark.parametrize(
    "fence", ["```json\n", '```json title="a b"\n', "```", "``` json5 ", "~~~\n\n", "`", "``json "]
)
def test_the_opening_of_a_block_is_no_caption(fence):
    rows = '[{"id": "obj_1", "bbox": [0, 0, 500, 500], "desc": "a"}]'
    assert read(f"A car {fence}{rows}")[0].base_prompt == "A car"


CAT, DOG = (0.01, 0.02, 0.5, 0.6), (0.0, 0.0, 0.1, 0.1)


@pytest.mark.parametrize(
    "layout",
    [
        {"<OD>": {"bboxes": [[10, 20, 500, 600], [0, 0, 100, 100]], "labels": ["cat", "dog"]}},
        [{"bboxes": [[10, 20, 500, 600], [0, 0, 100, 100]], "bboxes_labels": ["cat", "dog"]}],
        {"boxes": torch.tensor([[10.0, 20, 500, 600], [0, 0, 100, 100]]), "phrases": ["cat", "dog"]},
        [
            {"label": "cat", "box": {"xmin": 10, "ymin": 20, "xmax": 500, "ymax": 600}},
            {"label": "dog", "box": {"xmin": 0, "ymin": 0, "xmax": 100, "ymax": 100}},
        ],
        [{"class": "cat", "x1": 10, "y1": 20, "x2": 500, "y2": 600}, {"class": "dog", "x1": 0, "y1": 0, "x2": 100, "y2": 100}],
        [{"name": "cat", "bbox": {"x": 10, "y": 20, "w": 490, "h": 580}}, {"name": "dog", "bbox": [0, 0, 100, 100]}],
        {"cat": [10, 20, 500, 600], "dog": [[0, 0, 100, 100]]},
        {"result": {"detections": [{"bbox": [10, 20, 500, 600], "label": "cat"}, {"bbox": [0, 0, 100, 100], "label": "dog"}]}},
        [{"box_2d": [20, 10, 600, 500], "label": "cat"}, {"bbox_2d": [0, 0, 100, 100], "label": "dog"}],
        '{"bbox_2d": [10, 20, 500, 600], "label": "cat"}\n{"bbox_2d": [0, 0, 100, 100], "label": "dog"}',
        '[{"bbox_2d": [10, 20, 500, 600], "label": "cat"}, // left\n {"bbox_2d": [0, 0, 100, 100], "label": "dog"},]',
        "A picture of a<ref>cat</ref><box>(10,20),(500,600)</box> and a <ref>dog</ref><box>[[0, 0, 100, 100]]</box>.",
        "<|object_ref_start|>cat<|object_ref_end|><|box_start|>(10,20),(500,600)<|box_end|> "
        "<|object_ref_start|>dog<|object_ref_end|><|box_start|>(0,0),(100,100)<|box_end|>",
        "</s><s>cat<loc_10><loc_20><loc_500><loc_600>dog<loc_0><loc_0><loc_100><loc_100></s>",
    ],
)  # fmt: skip
def test_however_boxes_and_labels_are_wrapped_they_are_the_same(layout):
    regions, report = read(layout, (2000, 2000))
    assert [(r.name, r.prompt) for r in regions.regions] == [("cat", "cat"), ("dog", "dog")]
    assert [corners(r) for r in regions.regions] == [pytest.approx(CAT), pytest.approx(DOG)]
    assert "2 regions from boxes of a vision model (thousandths" in report


@pytest.mark.parametrize(
    "layout",
    [
        [{"score": 0.9, "label": "cat", "box": {"xmin": 20, "ymin": 40, "xmax": 1000, "ymax": 600}}],
        {"scores": torch.tensor([0.9]), "boxes": torch.tensor([[20.0, 40, 1000, 600]]), "labels": ["cat"]},
        {"boxes": [[20.0, 40.25, 1000, 600]], "phrases": ["cat"]},
        [{"id": 7, "image_id": 1, "category_id": 3, "bbox": [20, 40, 980, 560], "label": "cat", "iscrowd": 0}],
        [{"segmentation": [[True]], "area": 9, "bbox": [20, 40, 980, 560], "label": "cat"}],
        {"images": [{"id": 1, "width": 2000, "height": 1000}], "categories": [{"id": 3, "name": "cat"}],
         "annotations": [{"id": 7, "image_id": 1, "category_id": 3, "bbox": [20, 40, 980, 560]}]},
        [{"class": "cat", "confidence": 0.9, "cx": 510, "cy": 320, "w": 980, "h": 560}],
    ],
)  # fmt: skip
def test_what_detectors_give_is_in_pixels_even_where_no_number_is_above_a_thousand(layout):
    regions, report = read(layout, (2000, 1000))
    (cat,) = regions.regions
    assert (cat.name, cat.prompt) == ("cat", "cat") and "(pixels" in report
    assert corners(cat) == pytest.approx((0.01, 0.04, 0.5, 0.6), abs=3e-4)


def test_centres_in_fractions_are_boxes_around_them():
    (cat,) = read([{"label": "cat", "cx": 0.5, "cy": 0.25, "w": 0.2, "h": 0.1}])[0].regions
    assert corners(cat) == pytest.approx((0.4, 0.2, 0.6, 0.3))


def test_tags_of_paligemma_have_y_first_and_their_label_behind():
    regions, _ = read("<loc0256><loc0512><loc0512><loc1024> a cat ; <loc0000><loc0000><loc0512><loc0256> dog")
    assert [r.prompt for r in regions.regions] == ["a cat", "dog"]
    assert [corners(r) for r in regions.regions] == [(0.5, 0.25, 1.0, 0.5), (0.0, 0.0, 0.25, 0.5)]


@pytest.mark.parametrize(
    "text", ['<point x="61.5" y="40.4" alt="cat">cat</point>', '[{"point_2d": [10, 20], "label": "cat"}]']
)
def test_points_are_no_boxes_and_the_sentence_says_what_to_ask_for(text):
    with pytest.raises(ValueError, match=r"points, which have no size\. Ask the model for boxes"):
        read(text)


def test_annotations_of_several_pictures_are_refused():
    entries = [{"image_id": i, "category_id": 1, "bbox": [0, 0, 9, 9]} for i in range(2)]
    with pytest.raises(ValueError, match="boxes of 2 pictures"):
        read({"annotations": entries})


@pytest.mark.parametrize("number", [True, "10", float("nan"), float("inf"), None, [1], torch.tensor(True)])
@pytest.mark.parametrize(
    "layout",
    [
        lambda n: [{"bbox_2d": [n, 0, 500, 600], "label": "a"}],
        lambda n: [{"bbox": [n, 0, 500, 600], "desc": "a"}],
        lambda n: [{"id": "obj_1", "bbox": [n, 0, 500, 600], "desc": "a"}],
        lambda n: [{"x": n, "y": 0, "width": 500, "height": 600}],
        lambda n: [{"label": "a", "cx": n, "cy": 0, "w": 500, "h": 600}],
        lambda n: [{"image_id": 1, "category_id": 3, "bbox": [n, 40, 980, 560]}],
        lambda n: layers(layer(50, 50, rotation=n)) if n is not None else 5,
        lambda n: layers(layer(50, 50, x=n)) if n is not None else 5,
        lambda n: ((100, 100), [segment(torch.ones(2, 2), [n, 0, 2, 2])]),
    ],
)
def test_what_is_no_number_is_none_in_any_notation(layout, number):
    with pytest.raises(ValueError, match=r"give a number|that is a number|no layout|too large"):
        read(layout(number))


def test_an_answer_that_breaks_off_is_read_up_to_there_and_the_report_says_so():
    regions, report = read(
        '```json\n[{"bbox_2d": [0, 0, 9, 9], "label": "a"}, {"bbox_2d": [0, 0, 9, 9], "label": "b"}, {"bbox'
    )
    assert [r.prompt for r in regions.regions] == ["a", "b"] and regions.base_prompt == ""
    assert report.endswith("The text breaks off in the next one.")


def test_fractions_that_overshoot_the_picture_are_fractions():
    regions, report = read([{"bbox": [0.1, 0.2, 1.02, 0.9], "label": "a"}])
    assert corners(regions.regions[0]) == pytest.approx((0.1, 0.2, 1, 0.9)) and "fractions" in report


def test_elements_are_elements_in_whatever_list_they_come():
    element = {"type": "obj", "bbox": [0, 100, 500, 200], "desc": "a"}
    for layout in ([element], (element,), [[element]], {"elements": [element]}):
        regions, report = read(layout)
        assert "elements of Create Bounding Boxes" in report
        assert corners(regions.regions[0]) == pytest.approx((0.1, 0, 0.2, 0.5))


# SEGS and layers.


def segment(mask, crop_region, label="cat"):
    return SimpleNamespace(cropped_mask=mask, crop_region=crop_region, label=label, bbox=crop_region, confidence=0.9)


def test_segments_are_masks_where_they_were_cut_out():
    half = torch.zeros(20, 40)
    half[:, :20] = 1
    segs = (
        (100, 200),
        [segment(half.numpy(), [40, 30, 80, 50]), segment(torch.ones(1, 10, 10), (190, 90, 200, 100), "dog")],
    )
    regions, report = read(segs)
    assert "2 regions from SEGS (masks on 200 x 100 pixels)" in report
    cat, dog = regions.regions
    assert (cat.name, cat.prompt, dog.name) == ("cat", "cat", "dog")
    expected = torch.zeros(100, 200)
    expected[30:50, 40:60] = 1
    assert cat.mask.shape == (100, 200) and (cat.mask - expected).abs().max() < 1e-5
    assert dog.mask.sum() == pytest.approx(100) and dog.mask[95, 195] == 1


def test_masks_of_large_pictures_are_smaller_but_as_large_a_part_of_them():
    segs = ((4000, 8000), [segment(torch.ones(1000, 1000), [3000, 1000, 4000, 2000])])
    (region,) = read(segs)[0].regions
    assert region.mask.shape == (256, 512)
    assert region.mask.mean().item() == pytest.approx(1 / 32, rel=0.05)


@pytest.mark.parametrize(
    ("segs", "sentence"),
    [
        (((10, 10), []), "holds no segments"),
        (((10,), [segment(torch.ones(2, 2), [0, 0, 2, 2])]), "how large"),
        (((0, 10), [segment(torch.ones(2, 2), [0, 0, 2, 2])]), "0 pixels"),
        (((10, 10), [segment(None, [0, 0, 2, 2])]), "^Segment 1 has no mask"),
        (((10, 10), [segment(torch.ones(2, 2), [0, 0, 0, 2])]), "^Segment 1 is empty"),
        (((10, 10), [segment(torch.ones(2, 2), "here")]), "^Segment 1 has no crop_region"),
        (((10, 10), [segment(torch.zeros(2, 2), [0, 0, 2, 2])]), "^Region 1 .* is empty"),
        (((10, 10), [segment(torch.ones(2, 2), [20, 0, 22, 2])]), "^Segment 1 lies off the picture: it begins at 20, 0"),
    ],
)  # fmt: skip
def test_bad_segments_say_so(segs, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(segs)


def layer(width, height, **more):
    return {"type": "raster", "image": torch.ones(1, height, width, 3), "x": 0, "y": 0, "z_index": 0, **more}


def layers(*items, canvas=(200, 100)):
    return {"version": 1, "layers": list(items), "canvas": canvas}


def test_layers_are_boxes_in_their_order():
    document = layers(
        layer(50, 50, x=100, y=25, name="a fox", z_index=3),
        layer(10, 10, w=200, h=100, name="a wall"),
        layer(10, 10, name="hidden", visible=False),
        {"type": "raster", "image": None},
    )
    regions, report = read(document, None)
    assert "2 regions from layers (pixels of 200 x 100)" in report
    assert [(r.name, r.prompt, r.shapes) for r in regions.regions] == [
        ("a wall", "a wall", (ShapeOp(Rect(0, 0, 1, 1)),)),
        ("a fox", "a fox", (ShapeOp(Rect(0.5, 0.25, 0.25, 0.5)),)),
    ]


def test_a_transparent_layer_is_a_mask_and_a_turned_one_a_polygon():
    transparent = torch.zeros(1, 40, 60)
    transparent[:, :, 30:] = 1  # the right half shows nothing
    document = layers(layer(60, 40, x=20, y=10, mask=transparent), layer(60, 40, x=20, y=10, rotation=torch.pi / 2))
    masked, turned = read(document)[0].regions
    expected = torch.zeros(100, 200)
    expected[10:50, 20:50] = 1
    assert (masked.mask - expected).abs().mean() < 0.002
    points = turned.shapes[0].shape.points
    xs, ys = [x * 200 for x, _ in points], [y * 100 for _, y in points]
    # About the centre (50, 30): 40 wide and 60 high now.
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((30, 70, 0, 60))


def test_flips_and_turns_of_a_transparent_layer():
    image = torch.ones(1, 20, 20, 4)
    image[..., 10:, 3] = 0  # opaque on its left half
    document = layers(
        layer(20, 20, image=image, x=40, y=40),
        layer(20, 20, image=image, x=40, y=40, flip_h=True),
        layer(20, 20, image=image, x=40, y=40, rotation=torch.pi / 2),
        canvas=(100, 100),
    )
    plain, flipped, turned = (region.mask for region in read(document)[0].regions)
    assert plain[50, 44] == 1 and plain[50, 56] == 0
    assert flipped[50, 44] == 0 and flipped[50, 56] == 1
    # Clockwise: the left side is on top.
    assert turned[44, 50] == 1 and turned[56, 50] == 0


def test_a_layer_off_the_canvas_says_so():
    with pytest.raises(ValueError, match=r"^Layer 1 \('far'\) lies off the picture"):
        read(layers(layer(10, 10, x=500, name="far")))
    with pytest.raises(ValueError, match=r"^Layer 1 shows nothing"):
        read(layers(layer(10, 10, mask=torch.ones(1, 10, 10))))
    with pytest.raises(ValueError, match=r"no canvas"):
        read(layers(layer(10, 10), canvas=None), None)


def pixel_box(x, label="cat"):
    return {"x": x, "y": 0, "width": 10, "height": 10, "label": label}


FOUND = {"boxes": torch.tensor([[0.0, 0, 100, 100]]), "labels": ["cat"], "scores": torch.tensor([0.9])}
NOTHING = {"boxes": torch.zeros(0, 4), "labels": [], "scores": torch.zeros(0)}


@pytest.mark.parametrize(
    "batch",
    [
        [[pixel_box(0)], []],
        [[], [pixel_box(0)]],
        [FOUND, NOTHING],
        [NOTHING, FOUND],
        [[{"bbox_2d": [0, 0, 100, 100], "label": "cat"}], []],
        [((100, 100), [segment(torch.ones(4, 4), [0, 0, 10, 10])]), []],
    ],
)
def test_of_a_batch_of_pictures_the_one_in_which_something_is(batch):
    regions, _ = read(batch)
    assert [region.prompt for region in regions.regions] == ["cat"]


@pytest.mark.parametrize("nothing", [[[], []], NOTHING, [NOTHING], [NOTHING, NOTHING], torch.zeros(0, 4), torch.zeros(1, 0, 4),
                                     "[]", '```json\n{"objects": []}\n```', {"annotations": [], "categories": []}])  # fmt: skip
def test_where_a_detector_found_nothing_that_is_said(nothing):
    with pytest.raises(ValueError, match=r"^The layout holds no (boxes|elements)\. .*lower the detector's threshold"):
        read(nothing)


@pytest.mark.parametrize("one", [FOUND, [{"bbox_2d": [0, 0, 9, 9], "label": "a"}], [pixel_box(0)],
                                 ((100, 100), [segment(torch.ones(4, 4), [0, 0, 10, 10])])])  # fmt: skip
def test_layouts_of_several_pictures_are_refused(one):
    with pytest.raises(ValueError, match=r"^(Layouts|Boxes) of 2 pictures came in"):
        read([one, one])


@pytest.mark.parametrize(
    "boxes",
    [
        [torch.tensor([0, 0, 100, 100]), torch.tensor([5, 5, 20, 20])],
        torch.tensor([[[0, 0, 100, 100], [5, 5, 20, 20]]]),
        {"boxes": [pixel_box(0), pixel_box(5)], "labels": ["x", "y"]},
        {"boxes": [{"xmin": 0, "ymin": 0, "xmax": 9, "ymax": 9}, [0, 0, 9, 9]], "labels": ("x", "y")},
    ],
)
def test_boxes_in_tensors_and_objects_keep_their_labels(boxes):
    labels = ["x", "y"] if isinstance(boxes, dict) else ["", ""]
    assert [region.prompt for region in read(boxes)[0].regions] == labels


@pytest.mark.parametrize("label", ["a\nb", "x" * 300, "雨" * 198])
@pytest.mark.parametrize(
    "layout",
    [
        lambda label: [pixel_box(0, label), pixel_box(0, label)],
        lambda label: ((100, 100), [segment(torch.ones(4, 4), [0, 0, 10, 10], label)] * 2),
        lambda label: layers(layer(9, 9, name=label), layer(9, 9, name=label)),
        lambda label: [{"bbox_2d": [0, 0, 9, 9], "label": label, "description": label}] * 2,
        lambda label: [{"id": label, "bbox": [0, 0, 9, 9], "desc": label}] * 2,
    ],
)
def test_a_label_that_is_too_long_for_a_name_is_the_prompt_alone(layout, label):
    regions, _ = read(layout(label))
    regions = regions.on_top_of(RegionSet())  # which holds names to their length
    assert all(region.prompt == label and "\n" not in region.name for region in regions.regions)
    assert ("a b" in regions.regions[0].name) == (label == "a\nb")


def test_bytes_of_a_mask_are_parts_of_255():
    segs = ((10, 10), [segment(torch.full((4, 4), 51, dtype=torch.uint8), [0, 0, 4, 4])])
    assert read(segs)[0].regions[0].mask[1, 1] == pytest.approx(0.2)


# Hostile and wrong.


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        ("hello", "no layout that is known"),
        ("{}", "no layout that is known"),
        ('[{"bbox": [0, 0, 10', "not complete, correct JSON"),
        ([], "holds no boxes"),
        ([[]], "holds no boxes"),
        (7, "no layout"),
        (object(), "no layout"),
        ([{"bbox": [0, 0, 0, 10], "desc": "a"}], "^Box 1 is empty"),
        ([{"bbox": [0, 0, 10, 10], "desc": "a"}, {"desc": "b"}], "^Box 2: its box is null"),
        ([{"bbox": [0, 0, 10, 10], "desc": "a"}, 5], "^Box 2 is 5"),
        ([{"bbox": [0, 0, "x", 10], "desc": "a"}], "^Box 1: a number of its box is"),
        ([{"bbox": [0, 0, float("nan"), 10], "desc": "a"}], "^Box 1: a number of its box is NaN"),
        ([{"bbox": [2000, 2000, 3000, 3000], "desc": "a"}], "^Box 1 lies off the picture"),
        ([{"bbox_2d": [0, 0, 9, 9], "label": "a"}, {"label": "b"}], "^Box 2 is an object"),
        ([{"bbox_2d": [True, 0, 9, 9], "label": "a"}], "^Box 1: a number of its box is true"),
        ([{"x": True, "y": 0, "width": 9, "height": 9}], "^Box 1 has no x that is a number"),
        ([{"x": "1", "y": 0, "width": 9, "height": 9}], "^Box 1 has no x that is a number"),
        ({"bboxes": [[0, 0, 9, 9]], "labels": ["a", "b"]}, "^The layout has 1 boxes and 2 labels"),
        ([{"box": {"xmin": 0, "ymin": None, "xmax": 9, "ymax": 9}}], "^Box 1: a number of its box is null"),
        ([{"box": {"x": "a", "y": 0, "w": 9, "h": 9}}], "^Box 1: a number of its box is"),
        ('{"compositional_deconstruction": {"elements": 5}}', "elements"),
        ([{"bbox": [0, 0, 10, 10], "desc": "a"}] * (MAX_BOXES + 1), "at most"),
        (" " * (MAX_CHARACTERS + 1), "at most"),
        ("[" * 100_000, "nested too deeply|not complete|no layout"),
        ('{"a":' * 100_000, "nested too deeply|not complete|no layout"),
        ('[{"bbox": [0, 0, ' + "9" * 400 + ', 10], "desc": "a"}]', "^Box 1: a number of its box is"),
    ],
)  # fmt: skip
def test_what_is_no_layout_says_why(layout, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(layout)


def test_half_surrogates_do_not_reach_a_prompt():
    (region,) = read('[{"bbox": [0, 0, 9, 9], "desc": "\\ud800 cat"}]')[0].regions
    assert region.prompt.encode("utf-8") and region.prompt.endswith("cat")


KEYS = [
    *("bboxes", "boxes", "labels", "xmin", "ymin", "xmax", "ymax", "x1", "y1", "x2", "y2", "w", "h"),
    *("bbox", "bbox_2d", "box_2d", "desc", "label", "id", "type", "text", "x", "y", "width", "height", "metadata"),
    *("layers", "canvas", "caption", "elements", "compositional_deconstruction", "color_palette", "background"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2000, 2000) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS) | st.text(max_size=3),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(json_values)
def test_any_json_is_a_layout_or_a_sentence(value):
    for layout in (value, json.dumps(value)):
        try:
            regions, report = read(layout)
        except ValueError as error:
            assert str(error)[0].isupper() or str(error).startswith(("boxes", "compositional")), error
            assert str(error).endswith((".", ".)", '"')), error
        else:
            assert report.startswith("Read ") and len(regions)


def test_the_list_of_notations_has_each_name_once():
    names = [layout.name for layout in LAYOUT_FORMATS]
    assert len(set(names)) == len(names)
    assert set(WRITTEN_FORMATS) == {"elements", "ideogram", "moss", "flux3", "bbox_2d", "box_2d"}


THOUGHTS = ["<think>{}</think>", "<thinking>{}</thinking>\n", "[THINK]{}[/THINK]", "◁think▷{}◁/think▷"]
THOUGHTS += ["<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>", "{}</think>"]


@pytest.mark.parametrize("thoughts", THOUGHTS)
def test_what_a_model_thinks_before_it_answers_is_no_layout(thoughts):
    draft, answer = (json.dumps([{"bbox_2d": [0, 0, 900, 900], "label": label}]) for label in ("draft", "car"))
    regions, _ = read_layout(thoughts.format(draft) + answer, BoxConvention((1024, 1024), "auto", "auto"))
    assert [region.prompt for region in regions.regions] == ["car"]


def test_the_last_of_several_layouts_is_read_and_the_report_says_so():
    draft, last = ([{"bbox_2d": [0, 0, 900, 900], "label": label}] for label in ("draft", "car"))
    regions, report = read(f"First: {json.dumps(draft)}. Better:\n```json5\n{json.dumps(last)}\n```")
    assert [region.prompt for region in regions.regions] == ["car"]
    assert report.endswith("The text holds 2 layouts; this is the last.")


def test_twice_the_boxes_in_prose_are_about_twice_the_work():
    """Work is counted, as lines of ours that Python runs, not timed."""

    def refused(count):
        with pytest.raises(ValueError, match="at most"):
            read('{"bbox_2d": [0, 0, 9, 9], "label": "a"} x ' * count)

    assert lines_run(lambda: refused(1200)) < 2.5 * lines_run(lambda: refused(600))


def test_boxes_that_stand_alone_in_prose_are_one_layout():
    boxes = [json.dumps({"bbox_2d": [0, 0, 9, 9], "label": label}) for label in "ab"]
    regions, _ = read(f"Here is a: {boxes[0]}, and here b:\n```\n{boxes[1]}\n```")
    assert [region.prompt for region in regions.regions] == ["a", "b"]


@pytest.mark.parametrize("mistake", ["oops", '"label": }', "{5}"])
def test_a_mistake_in_the_middle_is_said_and_no_box_is_left_out_in_silence(mistake):
    boxes = [json.dumps({"bbox_2d": [0, 0, 9, 9], "label": str(n)}) for n in range(4)]
    with pytest.raises(ValueError, match=r"not complete, correct JSON: .* at line 1, column \d+, before"):
        read(f"[{boxes[0]}, {mistake}, {', '.join(boxes[1:])}]")


def test_a_thoughts_mark_in_a_label_is_part_of_it():
    text = '[{"bbox_2d": [0, 0, 900, 900], "label": "a sign: </think>"}]'
    regions, _ = read_layout(text, BoxConvention((1024, 1024), "auto", "auto"))
    assert [region.prompt for region in regions.regions] == ["a sign: </think>"]
