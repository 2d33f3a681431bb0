"""Attention calls are told apart by lengths and order, and a layer's class is swapped for one call only."""

import pytest
import torch

pytestmark = [pytest.mark.host, pytest.mark.usefixtures("comfy")]


def kinds(calls, joint, *lengths):
    """lengths: of queries, or (queries, keys), of one call after the other."""
    pairs = (length if isinstance(length, tuple) else (length, length) for length in lengths)
    return [calls.kind(*pair, joint).name for pair in pairs]


def attention_calls(text, image, before=(0, 0, 0), blocks=2, is_cross=False):
    from flux_regions.adapter.attention_calls import AttentionCalls, SequenceLengths
    from flux_regions.adapter.family import CallsBeforeBlocks

    return AttentionCalls(SequenceLengths(text, image), CallsBeforeBlocks(*before), blocks, is_cross)


def test_equally_long_text_and_image_are_told_apart_by_order():
    calls = attention_calls(64, 64, before=(0, 2, 2))
    assert kinds(calls, 128, 64, 64, 64, 64, 128, 128) == ["TEXT", "TEXT", "IMAGE", "IMAGE", "JOINT", "JOINT"]
    assert kinds(calls, 128, 64, 64) == ["TEXT", "TEXT"], "the model ran again within the same call"


def test_calls_about_something_else_come_first_and_may_be_as_long_as_the_text():
    assert kinds(attention_calls(12, 30, before=(2, 2, 0)), 42, 12, 12, 12, 12, 42) == [
        *("OTHER", "OTHER", "TEXT", "TEXT", "JOINT")
    ]


def test_foreign_calls_inside_a_block_pass_untouched():
    calls = attention_calls(10, 30)
    assert kinds(calls, 40, 40, (30, 10), 30, 40) == ["JOINT", "OTHER", "OTHER", "JOINT"]
    assert calls.block_index == 1


def test_a_block_of_another_length_is_noticed_where_its_own_call_is_missing():
    calls = attention_calls(10, 30)
    kinds(calls, 40, 40, 41)
    assert calls.unknown_length == 41
    kinds(calls, 40, 40)
    assert calls.unknown_length is None, "beside all of the blocks' calls it is what another node does in them"
    skipped = attention_calls(10, 30)
    kinds(skipped, 40, 40, (30, 10))
    assert skipped.unknown_length is None, "a block may be left out"
    crossed = attention_calls(10, 42, is_cross=True)
    kinds(crossed, -1, 42, (42, 10), 42, (42, 11))
    assert crossed.unknown_length == 11


def test_image_and_texts_take_turns_where_they_are_equally_long():
    calls = attention_calls(42, 42, is_cross=True)
    assert kinds(calls, -1, 42, 42, 42, 42) == ["IMAGE", "CROSS", "IMAGE", "CROSS"]
    calls = attention_calls(10, 42, is_cross=True)
    assert kinds(calls, -1, 42, (42, 10), (42, 9)) == ["IMAGE", "CROSS", "OTHER"]


def test_a_block_before_the_texts_were_refined_is_an_error():
    with pytest.raises(ValueError, match="refines its texts and its image in another way"):
        kinds(attention_calls(10, 30, before=(0, 2, 0)), 40, 10, 40)


def twice_as_much(output, given):
    return output * 2


@pytest.mark.parametrize("has_forward_of_its_own", [False, True])
def test_a_layer_gets_its_class_back(has_forward_of_its_own):
    from flux_regions.adapter.class_swap import finished_layers
    from flux_regions.adapter.family import LayerOutput

    layer, x = torch.nn.Linear(3, 3), torch.ones(1, 3)
    if has_forward_of_its_own:
        layer.forward = lambda x: x + 1
    before, names = layer(x), set(vars(layer))
    with pytest.raises(RuntimeError, match="stop"), finished_layers([LayerOutput(layer, twice_as_much)]):
        assert torch.equal(layer(x), before * 2)
        raise RuntimeError("stop")
    assert torch.equal(layer(x), before) and type(layer) is torch.nn.Linear and set(vars(layer)) == names


def test_compiled_code_follows_the_class():
    """Code compiled with the plain class, then with the other, then again with the plain one."""
    from flux_regions.adapter.class_swap import finished_layers
    from flux_regions.adapter.family import LayerOutput

    model, x = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)), torch.ones(1, 3)
    plain = model(x)
    with finished_layers([LayerOutput(model[0], twice_as_much)]):
        finished = model(x)
    compiled = torch.compile(model, backend="eager")
    for _ in range(2):
        assert torch.equal(compiled(x), plain)
        with finished_layers([LayerOutput(model[0], twice_as_much)]):
            assert torch.equal(compiled(x), finished) and not torch.equal(finished, plain)
