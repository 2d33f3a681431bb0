"""Whatever is put where an input wants something else: an error that begins with the input's name, in every node."""

import asyncio
import inspect
import math

import pytest
import torch

pytestmark = pytest.mark.host

NO_NUMBERS = ["50%", True, math.nan, math.inf, 10**400, -(10**400), [1], {}, torch.ones(1)]
NO_WIRES = ["1", 5, 0.5, True, {}, [1, 2], math.nan, object()]
"""[]: an empty CONDITIONING is one, whose own error says so."""


def inputs_of(nodes, *kinds):
    return [
        (node, node_input)
        for node in vars(nodes.classes).values()
        for node_input in node.define_schema().inputs
        if isinstance(node_input, kinds)
    ]


def run(node, **inputs):
    result = node.execute(**inputs)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def refused(name, node, check, value):
    takes_lists = node.define_schema().is_input_list
    with pytest.raises(ValueError) as error:
        check(node, **{name: [value] if takes_lists else value})
    message = str(error.value)
    assert message.startswith(f"{name} is ") and message.endswith(".") and message.isprintable(), (node, message)
    return message


def at_queue_time(node, **inputs):
    node.validate_inputs(**inputs)


def test_no_number_no_choice_and_no_wire_takes_a_value_of_another_kind(nodes):
    from comfy_api.latest import io
    from flux_regions.nodes.checked_inputs import WIRES

    checked = set()
    for node, given in inputs_of(nodes, io.Input):
        wrong = NO_WIRES if given.io_type in WIRES else ()
        wrong = NO_NUMBERS if isinstance(given, (io.Int.Input, io.Float.Input)) else wrong
        wrong = [5, ["a"], {}] if isinstance(given, io.Combo.Input) and given.options else wrong
        for value in wrong:
            for check in (at_queue_time, run):
                refused(given.id, node, check, value)
        checked |= {type(given)} if wrong else set()
    assert len(checked) >= 11, "numbers, choices, and the wires"


def test_every_wire_type_is_known_or_read_by_what_says_itself_what_it_cannot_be(nodes):
    from comfy_api.latest import io
    from flux_regions.nodes.checked_inputs import WIRES

    widgets = (io.Int.Input, io.Float.Input, io.String.Input, io.Combo.Input, io.Boolean.Input, io.MultiType.Input)
    others = [given.io_type for _, given in inputs_of(nodes, io.Input) if not isinstance(given, widgets)]
    assert set(others) <= set(WIRES)


def test_null_is_no_choice_no_number_and_no_required_wire(nodes):
    """At queue time it looks like a link, so that only execute can tell."""
    from comfy_api.latest import io

    for node, given in inputs_of(nodes, io.Combo.Input):
        if given.options:
            assert "choose one of: " in refused(given.id, node, run, None)
    for node, given in inputs_of(nodes, io.Int.Input, io.Float.Input):
        assert "give a " in refused(given.id, node, run, None)
    for node, given in inputs_of(nodes, io.Image.Input, io.Conditioning.Input, io.Clip.Input, io.Model.Input):
        if not given.optional:
            assert "; connect " in refused(given.id, node, run, None)


def test_a_whole_number_is_asked_for_where_one_is_needed(nodes):
    assert refused("width", nodes.classes.Canvas, run, 512.5) == "width is 512.5; give a whole number from 64 to 8192."


def test_what_the_host_no_longer_looks_at_is_held_to_its_range_and_options(nodes):
    with pytest.raises(ValueError, match=r"^seed is -1; give a whole number from 0 to 2147483647\."):
        nodes.classes.Plan.validate_inputs(seed=-1)
    with pytest.raises(ValueError, match=r"^steps is 10001; give a whole number from 0 to 10000\."):
        nodes.classes.Preview.validate_inputs(steps=10001)
    with pytest.raises(ValueError, match="strength"):
        nodes.classes.FromMask.validate_inputs(strength=3.0)


def test_what_people_give_is_taken(nodes):
    for node in vars(nodes.classes).values():
        typed = {given.id: getattr(given, "default", None) for given in node.define_schema().inputs}
        if node.__name__ not in ("Plan", "PlanPrompt", "FromPlan"):  # they want words
            assert node.validate_inputs(**typed) is True
    nodes.Preview(regions=nodes.FromBox(prompt="a", regions=None, image=None)[0], image=None, positive=None)


NO_TENSORS = [torch.ones(1, 8, 8, 3, dtype=torch.complex64), torch.ones(1, 8, 8, 3, device="meta")]
NO_TENSORS += [torch.ones(8, 8).to_sparse()]


@pytest.mark.parametrize("wrong", NO_TENSORS, ids=["complex", "meta", "sparse"])
def test_a_picture_and_a_mask_hold_plain_numbers(nodes, wrong):
    from comfy_api.latest import io

    for node, given in inputs_of(nodes, io.Image.Input, io.Mask.Input):
        assert " is a tensor of " in refused(given.id, node, run, wrong)


def test_a_lora_is_named_by_text_where_there_is_none_to_choose(nodes, monkeypatch):
    from flux_regions.nodes import lora

    monkeypatch.setattr(lora, "lora_names", list)
    for value in (3, True, ["a"], {}):
        assert "there are no files" in refused("lora_name", nodes.classes.Lora, at_queue_time, value)


def test_every_number_is_held_to_its_range_whatever_else_is_known(nodes):
    """The others may be linked, and then a node's own check sees nothing of them."""
    from comfy_api.latest import io

    checked = 0
    for node, given in inputs_of(nodes, io.Int.Input, io.Float.Input):
        as_typed = (lambda value: [value]) if node.define_schema().is_input_list else (lambda value: value)
        for end, past in ((given.min, -1), (given.max, 1)):
            if end is not None:
                with pytest.raises(ValueError, match=given.id):
                    node.validate_inputs(**{given.id: as_typed(end + past)})
                checked += 1
    assert checked > 80


def test_a_long_text_is_read_when_the_node_runs_and_not_while_the_server_waits(nodes):
    long = " " * 30_000
    wrong = {"FromText": {"text": "nowhere: a" + long}, "FromPlan": {"answer": "no plan" + long}}
    wrong |= {"Canvas": {"document": "{" + long}, "FromColorMap": {"legend": "no legend" + long}}
    for name, inputs in wrong.items():
        node = getattr(nodes.classes, name)
        assert node.validate_inputs(**inputs) is True
        if name == "FromColorMap":
            inputs = {**inputs, "image": torch.zeros(1, 16, 16, 3)}
        with pytest.raises(ValueError, match=r"\.$"):
            node.execute(**inputs)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_picture_may_be_grey_or_have_transparency(nodes, channels):
    image = torch.zeros(1, 16, 16, channels)
    image[:, :, :8, 0] = 1
    (regions,) = nodes.FromColorMap(image=image, legend=("white" if channels < 3 else "red") + " = a", tolerance=24)
    assert regions.regions[0].mask.sum() == 128
    preview, _ = nodes.Preview(regions=regions, image=image)
    assert preview.shape == (1, 16, 16, 3)


@pytest.mark.parametrize("kind", [torch.float8_e4m3fn, torch.float16, torch.bool, torch.uint8])
@pytest.mark.parametrize("size", [(8, 16), (1, 8, 16), (1, 1, 8, 16), (1, 8, 16, 1)])
def test_a_mask_may_come_in_any_kind_of_number_and_in_the_shape_of_a_picture(nodes, kind, size):
    mask = torch.zeros(size)
    mask.view(8, 16)[:, :8] = 1
    (regions,) = nodes.FromMask(mask=mask.to(kind), prompt="a")
    assert torch.equal(regions.regions[0].mask, mask.view(8, 16))
