"""LoRA files as they lie in a folder: strange names, links, files that go, change, or may not be read."""

import os
import pickle
import shutil

import pytest
import torch
from safetensors.torch import save_file

from support.lora import FILES, GOLDEN

pytestmark = pytest.mark.host


@pytest.fixture
def give(nodes, lora_folder):
    """give(name) -> the regions of Region LoRA with this file."""

    def build(name):
        (regions,) = nodes.FromBox(x=0, y=0, width=1, height=1)
        nodes.classes.Lora.validate_inputs(region="1", lora_name=name)
        return nodes.Lora(regions=regions, lora_name=name)[0]

    return build


@pytest.mark.parametrize("name", [" first.safetensors", "last .safetensors", "dots..safetensors", "猫 é.safetensors"])
def test_any_name_that_the_host_lists_can_be_chosen(give, lora_folder, name):
    shutil.copyfile(GOLDEN / FILES["a"], lora_folder / name)
    assert len(give(name).regions[0].loras) == 1


def test_two_names_that_differ_in_blanks_are_two_files(lora_folder):
    from flux_regions.adapter.lora_file import lora_path

    for name in ("a.safetensors", " a.safetensors"):
        shutil.copyfile(GOLDEN / FILES["a"], lora_folder / name)
        assert lora_path(name, "") == str(lora_folder / name)


@pytest.mark.parametrize("name", ["../a.safetensors", "/etc/passwd", "C:\\loras\\a.pt", ".", "\0", "\ud800", "x" * 300])
def test_what_is_not_listed_is_no_file(give, name):
    with pytest.raises(
        ValueError, match=r"^Region '1': there is no LoRA file '.{0,63}' in models/loras\. [^\n]*choose another\.$"
    ):
        give(name)


def test_a_link_that_leads_nowhere_is_not_offered_in_place_of_itself(give, lora_folder):
    (lora_folder / "gone.safetensors").symlink_to(lora_folder / "nowhere")
    with pytest.raises(
        ValueError, match=r"^Region '1': the LoRA file 'gone\.safetensors' is gone, or no file"
    ) as error:
        give("gone.safetensors")
    assert "Did you mean" not in str(error.value)


def test_a_mistyped_name_is_compared_with_so_many_files_at_most(give, lora_folder, monkeypatch):
    from flux_regions.adapter import lora_file

    compared = []
    monkeypatch.setattr(lora_file, "lora_names", lambda: [f"{index}.safetensors" for index in range(5000)])
    monkeypatch.setattr(
        lora_file.difflib, "get_close_matches", lambda wanted, names, **_: compared.append(len(names)) or []
    )
    with pytest.raises(ValueError, match="there is no LoRA file"):
        give("other")
    assert compared == [lora_file.MAX_COMPARED]


class Program:
    def __reduce__(self):
        return print, ("a program ran",)


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("a.safetensors", b"", "cannot be read (Error while deserializing header"),
        ("a.pt", b"", "holds more than numbers, or is damaged, and is not opened. Choose a"),
        (
            "a.pt",
            pickle.dumps(Program(), protocol=2),
            "holds more than numbers, or is damaged, and is not opened. Choose a",
        ),
    ],
    ids=["empty", "empty pickle", "program"],
)
def test_a_file_that_holds_no_tensors_is_refused(give, lora_folder, capsys, name, content, reason):
    (lora_folder / name).write_bytes(content)
    with pytest.raises(ValueError) as error:
        give(name)
    assert str(error.value).startswith(f"Region 1: the LoRA file '{name}' {reason}")
    assert "ran" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "refusal", [PermissionError(13, "Permission denied", "/secret/a.pt"), FileNotFoundError("No such file: /secret/a")]
)
def test_a_file_that_may_not_be_read_is_said_to_be_one_and_nobody_learns_where_it_is(
    give, lora_folder, monkeypatch, refusal
):
    """The host's loader stands in for the file system here: a test that runs as root may read everything."""
    import comfy.utils

    def refuse(*_, **__):
        raise refusal

    monkeypatch.setattr(comfy.utils, "load_torch_file", refuse)
    with pytest.raises(
        ValueError, match=r"^Region 1: ComfyUI may not read the LoRA file 'lora_\w+\.safetensors'\."
    ) as error:
        give(FILES["a"])
    assert "/secret" not in str(error.value)


def test_a_file_that_goes_between_two_looks_is_said_to_be_gone(give, lora_folder, monkeypatch):
    import comfy.utils

    def lose(path, **_):
        os.remove(path)
        raise FileNotFoundError(2, "No such file or directory", path)

    monkeypatch.setattr(comfy.utils, "load_torch_file", lose)
    with pytest.raises(ValueError, match=r"^Region 1: the LoRA file '.*' is gone, or no file"):
        give(FILES["a"])


NODES_WITH_LORAS = {
    "Lora": {"region": "1", "lora_name": "mine.safetensors"},
    "FromText": {"text": "left half, lora mine 0.5: a cat", "width": None},
    "Canvas": {
        "document": '{"schema": 1, "regions": [{"prompt": "", "shapes": [{"kind": "rect", "x": 0, "y": 0, "width": 1, '
        '"height": 1}], "loras": [{"name": "mine.safetensors"}]}]}'
    },
}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of the last change of a file's entry")
@pytest.mark.parametrize("node", NODES_WITH_LORAS)
def test_a_node_runs_again_when_a_lora_was_replaced_by_one_of_the_same_size_and_time(nodes, lora_folder, node):
    path = lora_folder / "mine.safetensors"

    def fingerprint():
        return getattr(nodes.classes, node).fingerprint_inputs(**NODES_WITH_LORAS[node])

    missing = fingerprint()
    stamps = []
    for value in (0.0, 1.0):
        save_file({"a.lora_up.weight": torch.full((2, 2), value)}, path)
        os.utime(path, (1e9, 1e9))
        assert fingerprint() == fingerprint()
        stamps.append(fingerprint())
    assert len({str(stamp) for stamp in (missing, *stamps)}) == 3


@pytest.mark.parametrize("inputs", [{}, {"document": None}, {"document": "{loras"}, {"text": "what?"}, {"text": None}])
def test_what_cannot_be_read_has_a_fingerprint_too(nodes, lora_folder, inputs):
    node = nodes.classes.FromText if "text" in inputs else nodes.classes.Canvas
    assert node.fingerprint_inputs(**inputs) == []
