"""Bad input through the real /prompt endpoint: one sentence naming the region and the remedy, and the server lives
on.
"""

import json
import re

import pytest

from devtools.errors import QueueError

pytestmark = pytest.mark.server


def mask(source, name="moon", **inputs):
    values = {"mask": source, "prompt": "a star", "strength": 1.0, "feather": 0.0, "name": name, **inputs}
    return {"class_type": "FluxRegions_FromMask", "inputs": values}


def faulty(fault="none", width=128, height=128):
    return {"class_type": "FluxRegionsTest_FaultyMask", "inputs": {"fault": fault, "width": width, "height": height}}


def refusal(server, workflow):
    with pytest.raises(QueueError) as refused:
        server.queue(workflow)
    assert refused.value.status == 400
    return json.dumps(refused.value.body)


def failure(server, workflow):
    """The message of a job that was accepted and then failed."""
    result = server.queue(workflow)
    assert result.error is not None, "the job went through"
    assert result.error["exception_type"] == "ValueError", result.error
    return result.error["exception_message"]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"x": 1.0, "name": "ship"}, r"Region 'ship' lies off the canvas: x is 1\. Give x a value below 1"),
        (
            {"x": 0.8, "name": "ship"},
            r"Region 'ship' reaches off the canvas: x 0\.8 \+ width 0\.5 = 1\.3.* Lower width to 0\.2",
        ),
        ({"x": 3.0, "name": "ship"}, r"Region 'ship': x is 3; give a fraction of the picture, from 0 to 1"),
        ({"height": 0.0, "name": "ship"}, r"Region 'ship' is empty: its height is 0\. Give it a size above 0"),
        ({"strength": 9.0, "name": "ship"}, r"Region 'ship': strength is 9; give a value from 0 to 2"),
        ({"feather": -1.0}, r"region: feather is -1"),
    ],
)
def test_a_bad_box_is_refused_when_it_is_queued(faulty_server, make_workflow, changes, message):
    assert re.search(message, refusal(faulty_server, make_workflow({"only": make_workflow.box(**changes)})))


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"start": 0.5, "end": 0.5}, r"start \(0\.5\) must be smaller than end \(0\.5\).*bypass this node"),
        ({"start": 0.9, "end": 0.1}, r"start \(0\.9\) must be smaller than end \(0\.1\)"),
        ({"base_ratio": 1.2}, r"base_ratio is 1\.2"),
        ({"single_interval": 0}, r"single_interval is 0; give 1"),
        ({"overlap": "above"}, r"above"),
        ({"isolation": "modulate", "image_stream": "paper"}, r"'modulate'.*Set image_stream to 'shared'"),
    ],
)
def test_bad_settings_are_refused_when_they_are_queued(faulty_server, make_workflow, settings, message):
    assert re.search(message, refusal(faulty_server, make_workflow(apply=settings)))


def test_a_bad_share_of_masked_conditioning_is_refused_when_it_is_queued(faulty_server, make_workflow):
    masked = {"regional_prompt": ["encode", 0], "base_ratio": 1.2}
    workflow = make_workflow(apply={}) | {
        "masked": {"class_type": "FluxRegions_MaskedConditioning", "inputs": masked},
    }
    workflow["sampler"]["inputs"]["positive"] = ["masked", 0]
    assert "base_ratio is 1.2" in refusal(faulty_server, workflow)


def test_an_encode_without_regions_is_refused_when_it_is_queued(faulty_server, make_workflow):
    workflow = make_workflow()
    del workflow["encode"]["inputs"]["regions"]
    assert "required_input_missing" in refusal(faulty_server, workflow)


@pytest.mark.parametrize(
    "source, message",
    [
        (faulty("nan"), r"Region 1 \('moon'\): its mask holds NaN"),
        (
            faulty("range"),
            r"Region 1 \('moon'\): its mask holds values from 255 to 255; scale it to 0 \(outside\) \.\. 1",
        ),
        (
            faulty(width=128, height=64),
            r"Region 1 \('moon'\): its mask is 128x64 but the picture is 128x128\. Crop or pad",
        ),
        (
            {"class_type": "SolidMask", "inputs": {"value": 0.0, "width": 128, "height": 128}},
            r"Region 1 \('moon'\) is empty: its mask is black everywhere\. Paint the area in white, or invert",
        ),
    ],
)
def test_a_bad_mask_is_said_by_name(faulty_server, make_workflow, source, message):
    workflow = make_workflow({"source": source, "region": mask(["source", 0])})
    assert re.search(message, failure(faulty_server, workflow))


@pytest.mark.parametrize(
    "inputs, message",
    [
        ({"prompt": "a\nb\nc"}, r"2 masks came in, but prompt has 3 lines\. Write one line for each"),
        ({"name": "a, b, c"}, r"2 masks came in, but name has 3 names\. Give one for each"),
    ],
)
def test_a_batch_of_masks_with_another_number_of_prompts_says_how_many(faulty_server, make_workflow, inputs, message):
    workflow = make_workflow({"source": faulty("batch"), "region": mask(["source", 0], **inputs)})
    assert re.search(message, failure(faulty_server, workflow))


def boxes(source, **inputs):
    values = {
        "prompt": "",
        "x": 0.0,
        "y": 0.0,
        "width": 0.5,
        "height": 1.0,
        "strength": 1.0,
        "feather": 0.0,
        "name": "",
    }
    return {"class_type": "FluxRegions_FromBox", "inputs": {**values, "boxes": source, **inputs}}


def test_boxes_of_a_detector_become_regions_or_say_what_is_amiss(faulty_server, make_workflow, pixels):
    picture = {"class_type": "EmptyImage", "inputs": {"width": 128, "height": 128, "batch_size": 1, "color": 0}}
    found = {"class_type": "FluxRegionsTest_Boxes", "inputs": {"count": 2}}
    regions = {"picture": picture, "found": found, "cats": boxes(["found", 0], image=["picture", 0])}
    assert pixels(faulty_server.queue(make_workflow(regions))).shape == (128, 128, 3)
    regions["cats"] = boxes(["found", 0], image=["picture", 0], prompt="a\nb\nc")
    assert "2 boxes came in, but prompt has 3 lines." in failure(faulty_server, make_workflow(regions))
    regions["cats"] = boxes(["found", 0])
    assert "Connect the picture that they were found in to image." in failure(faulty_server, make_workflow(regions))
    regions["cats"] = boxes(["found", 0], image=["picture", 0])
    regions["found"] = {"class_type": "FluxRegionsTest_Boxes", "inputs": {"count": 0}}
    assert "the detector found nothing." in failure(faulty_server, make_workflow(regions))


def text(source, **inputs):
    return {"class_type": "FluxRegions_FromText", "inputs": {"text": source, "width": 128, "height": 128, **inputs}}


def colours(source, **inputs):
    values = {"image": ["picture", 0], "legend": source, "tolerance": 24, **inputs}
    return {"class_type": "FluxRegions_FromColorMap", "inputs": values}


@pytest.mark.parametrize(
    "node, message",
    [
        (
            text("left: a\nmiddle third: b"),
            r"Line 2, column 1: 'middle third' may be a column or a row\. Write 'column 2",
        ),
        (text("box 0 0 200px 50%: a"), r"Line 1, column 9: the box would end off the canvas"),
        (text("left: a", width=10), r"width is 10; give 64 to 8192 pixels"),
        (colours("#ff0000 = a\nrde = b"), r"Line 2, column 1: 'rde' is no colour\. Write it as #ff0000, red or rgb"),
        (colours("red = a", tolerance=300), r"tolerance is 300; give 0 to 255"),
    ],
)
def test_a_bad_text_or_legend_is_refused_when_it_is_queued(faulty_server, make_workflow, node, message):
    picture = {"class_type": "EmptyImage", "inputs": {"width": 128, "height": 128, "batch_size": 1, "color": 0}}
    assert re.search(message, refusal(faulty_server, make_workflow({"picture": picture, "regions": node})))


def test_a_colour_that_the_picture_lacks_is_answered_with_the_nearest_that_is_there(faulty_server, make_workflow):
    picture = {"class_type": "EmptyImage", "inputs": {"width": 128, "height": 128, "batch_size": 1, "color": 0xF02010}}
    workflow = make_workflow({"picture": picture, "regions": colours("// cars\nred = a car")})
    assert re.search(
        r"Line 2, column 1: the picture has no #ff0000\. The nearest to it is #f02010, off by 32: write that colour, or "
        r"raise tolerance from 24 to 32\.",
        failure(faulty_server, workflow),
    )


def test_masks_of_two_shapes_are_refused(faulty_server, make_workflow):
    second = mask(["b", 0], name="sun", regions=["first", 0])
    regions = {"a": faulty(), "first": mask(["a", 0]), "b": faulty(width=64), "second": second}
    assert re.search(
        r"Region 2 \('sun'\): its mask is 64x128 but that of Region 1 \('moon'\)",
        failure(faulty_server, make_workflow(regions)),
    )


@pytest.mark.parametrize("wanted", ["3", "0", "shark"])
def test_a_region_that_does_not_exist_is_answered_with_those_that_do(faulty_server, make_workflow, wanted):
    box = make_workflow.box
    regions = {
        "one": box(name="fish"),
        "two": box("a star", "one", x=0.5),
        "words": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": "a shark"}},
        "set": {
            "class_type": "FluxRegions_SetConditioning",
            "inputs": {"regions": ["two", 0], "region": wanted, "conditioning": ["words", 0]},
        },
    }
    message = failure(faulty_server, make_workflow(regions))
    assert re.search(rf"There is no region '{wanted}'\. Give a number or a name of: 1 'fish', 2", message)


def test_a_model_that_is_not_flux_is_refused_by_its_name(faulty_server, make_workflow):
    workflow = make_workflow(sdxl={"class_type": "FluxRegionsTest_TinySDXL", "inputs": {}})
    workflow["apply"]["inputs"]["model"] = ["sdxl", 0]
    assert re.search(
        r"Regions need a FLUX\.1 .* model, but this one is Stable Diffusion \(1, 2 or XL\)\. Connect one of these",
        failure(faulty_server, workflow),
    )


def test_prompts_without_a_clip_say_which_one(faulty_server, make_workflow):
    workflow = make_workflow(
        words={"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": "a picture"}}
    )
    del workflow["encode"]["inputs"]["clip"]
    assert re.search(r"The base prompt has to be encoded, but no CLIP is connected", failure(faulty_server, workflow))
    workflow["encode"]["inputs"]["base_conditioning"] = ["words", 0]
    assert re.search(r"Region 1 has to be encoded, but no CLIP is connected", failure(faulty_server, workflow))


def test_a_conditioning_of_another_model_is_refused_by_region(faulty_server, make_workflow):
    box = make_workflow.box
    regions = {
        "one": box(name="fish"),
        "wide": {"class_type": "FluxRegionsTest_WideText", "inputs": {}},
        "set": {
            "class_type": "FluxRegions_SetConditioning",
            "inputs": {"regions": ["one", 0], "region": "fish", "conditioning": ["wide", 0]},
        },
    }
    message = failure(faulty_server, make_workflow(regions))
    assert re.search(
        r"Region 1 \('fish'\): its conditioning has the shape \[1, 4, 7\].*Encode it with the CLIP", message
    )


def test_after_all_that_the_server_lives_and_the_next_job_succeeds(faulty_server, make_workflow, pixels):
    assert pixels(faulty_server.queue(make_workflow())).shape == (128, 128, 3)
