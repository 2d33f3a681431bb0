"""Checkpoints are data: what else a file may hold is refused, not run."""

import pickle

import pytest
import torch
from flux_regions.pocket.checkpoints import load_checkpoint, save_atomically


def test_tensors_and_plain_values_come_back(tmp_path):
    value = {"average": {"a": torch.arange(3)}, "step": 7, "rng": {"state": {"inc": 2**100}}, "word_ids": [1, 2]}
    save_atomically(value, tmp_path / "folder" / "latest.pt")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["latest.pt"]
    loaded = load_checkpoint(tmp_path / "folder" / "latest.pt")
    assert torch.equal(loaded.pop("average")["a"], value.pop("average")["a"]) and loaded == value


def test_code_in_a_file_is_not_run(tmp_path):
    class Attack:
        def __reduce__(self):
            return (tmp_path / "ran").touch, ()

    torch.save({"step": Attack()}, tmp_path / "latest.pt")
    with pytest.raises(pickle.UnpicklingError):
        load_checkpoint(tmp_path / "latest.pt")
    assert not (tmp_path / "ran").exists()
