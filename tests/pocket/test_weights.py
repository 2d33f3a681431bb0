"""The weights file: checked when it is read, with one clear sentence for each way it can be wrong."""

import pytest
import torch
from flux_regions.pocket.weights import FORMAT, check, read_weights, word_table
from safetensors.torch import save_file


def save(state, path, **metadata):
    save_file({name: value.contiguous() for name, value in state.items()}, str(path), metadata=metadata or None)
    return path


def test_what_was_saved_is_read_in_fp32(state, tmp_path):
    halves = {name: value.half() if value.is_floating_point() else value for name, value in state.items()}
    reread = read_weights(save(halves, tmp_path / "pocket.safetensors", format=FORMAT))
    assert {value.dtype for value in reread.values() if value.is_floating_point()} == {torch.float32}
    assert all(torch.allclose(reread[name].float(), state[name].float(), atol=1e-2) for name in state)


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda path: path.unlink(), "has no weights at .*restore the file"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "are damaged"),
        (lambda path: path.write_bytes(b"not a file of weights"), "are damaged"),
    ],
)
def test_a_missing_or_damaged_file_is_one_sentence(state, tmp_path, damage, message):
    path = save(state, tmp_path / "pocket.safetensors", format=FORMAT)
    damage(path)
    with pytest.raises(ValueError, match=message):
        read_weights(path)


def test_another_file_is_refused(state, tmp_path):
    with pytest.raises(ValueError, match="is not a Pocket Flux"):
        read_weights(save({"x": torch.ones(1)}, tmp_path / "other.safetensors"))
    missing = {name: value for name, value in state.items() if name != "flux.img_in.weight"}
    with pytest.raises(ValueError, match=r"1 tensors missing .*flux\.img_in\.weight"):
        check(missing, "here")


def test_words_that_are_not_in_the_table_share_one_row():
    state = {"t5.words.ids": torch.tensor([5, 9]), "t5.words.rows": torch.arange(3.0)[:, None].repeat(1, 128)}
    table = word_table(state)
    assert table.shape == (32128, 128)
    assert [table[index, 0].item() for index in (5, 9, 7, 0)] == [0, 1, 2, 2]
