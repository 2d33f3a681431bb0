"""The identity benchmark: pixels tell its marks apart, and its LoRAs are trained on them, from where they stopped."""

import json

import numpy as np
import pytest
import torch
from flux_regions.pocket.scenes import Object, Scene
from safetensors.torch import load_file

from benchmarks import flux_width
from benchmarks.identity import cost
from benchmarks.identity.__main__ import summary
from benchmarks.identity.layouts import GRIDS, identity_layouts
from benchmarks.identity.marks import FOLDER, HEART, MARKS, WHITE
from benchmarks.identity.rendering import EVERYWHERE, METHODS, NONE, ONE, REGIONS
from benchmarks.identity.scoring import Identity, identities

LAYOUTS = identity_layouts(16, 3)
MAX_BYTES = 200_000


def drawn_with(drawn, layout, marks):
    """The layout as a perfect artist would draw it, each region with this mark, or None."""
    kinds = {}
    for index, (region, mark) in enumerate(zip(layout.regions, marks, strict=True)):
        item = Object(region.shape, region.color, 0, 0, 0)
        item = item if mark is None else mark.marked(item)
        kinds[index] = (item.shape, item.color)
    return identities(drawn(layout, kinds), layout)


def test_neighbours_have_different_marks_and_no_prompt_asks_for_one():
    assert [layout.base_prompt for layout in LAYOUTS] == [layout.base_prompt for layout in identity_layouts(16, 3)]
    assert {len(layout.regions) for layout in LAYOUTS} == set(GRIDS)
    for layout in LAYOUTS:
        assert (
            set(layout.marks) == set(MARKS) and "white" not in layout.base_prompt and "heart" not in layout.base_prompt
        )
        for one, other in zip(layout.regions, layout.regions[1:], strict=False):
            if one.box[1] == other.box[1]:
                assert layout.marks[layout.regions.index(one)] is not layout.marks[layout.regions.index(other)]


@pytest.mark.parametrize("layout", LAYOUTS[:1] + LAYOUTS[8:9] + LAYOUTS[-1:], ids=lambda layout: layout.kind)
def test_a_region_is_isolated_with_its_own_mark_and_no_other(drawn, layout):
    others = [HEART if mark is WHITE else WHITE for mark in layout.marks]
    for marks, isolated, own, foreign in (
        (layout.marks, True, True, False),
        (others, False, False, True),
        ([None] * len(others), False, False, False),
    ):
        for one in drawn_with(drawn, layout, marks):
            assert (one.isolated, one.own, one.foreign) == (isolated, own, foreign)
    assert all(one.kept for one in drawn_with(drawn, layout, layout.marks))
    assert identities(np.ones((layout.height, layout.width, 3), np.float32) * 0.6, layout)[0] == Identity(*[False] * 4)


def test_the_figures_are_shares_of_regions_by_their_number():
    right, wrong = Identity(True, False, True, True), Identity(False, True, False, False)
    scored = {
        method: [(layout, [right] + [wrong] * (len(layout.regions) - 1)) for layout in LAYOUTS]
        for method in (*METHODS, *EVERYWHERE.values())
    }
    scored[ONE] = [(layout, [wrong] + [right] * (len(layout.regions) - 1)) for layout in LAYOUTS]
    scored[NONE] = [(layout, [wrong] * len(layout.regions)) for layout in LAYOUTS]
    figures = summary(scored, (2, 4, 8))
    assert figures["identity"] == {"2": 0.5, "4": 0.25, "8": 0.125} == figures["kept"]
    assert figures["outside"] == {"2": 1, "4": 1, "8": 1} and figures["without"] == {"2": 0, "4": 0, "8": 0}
    assert figures["regions"] == {"2": 16, "4": 16, "8": 16}
    scored[REGIONS] = [(layout, [right] * len(layout.regions)) for layout in LAYOUTS]
    assert summary(scored, (2,))["identity"] == {"2": 1}


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
def test_the_shipped_loras_are_small_and_are_all_that_the_folder_holds(mark):
    assert {path.name for path in FOLDER.iterdir()} == {mark.path.name for mark in MARKS}
    tensors = load_file(mark.path)
    assert mark.path.stat().st_size <= MAX_BYTES
    assert len(tensors) == 2 * 24 and all(tensor.isfinite().all() for tensor in tensors.values())


@pytest.mark.host
def test_training_goes_on_where_it_stopped(comfy, tmp_path, capsys):
    """Two steps, and two more from the checkpoint, are four; and the captions say nothing of the mark."""
    from flux_regions.pocket.captions import host_tokenizer

    from benchmarks.identity import training

    def trained(steps, name):
        trainer = training.LoraTrainer(HEART, host_tokenizer(), 4)
        if (tmp_path / "latest.pt").exists() and name == "resumed":
            trainer.restore(training.load_checkpoint(tmp_path / "latest.pt"))
        for _ in range(steps):
            trainer.advance()
        training.save_atomically(trainer.state(), tmp_path / "latest.pt")
        return trainer.tensors()

    trained(2, "first")
    resumed, whole = trained(2, "resumed"), trained(4, "whole")
    assert all(torch.equal(resumed[name], whole[name]) for name in whole)
    assert any(tensor.abs().max() > 0 for name, tensor in whole.items() if "lora_up" in name)
    training.train(HEART, host_tokenizer(), 4, tmp_path / "latest.pt", tmp_path / "own.safetensors")
    assert "goes on at step 4 of 4" in capsys.readouterr().out
    assert load_file(tmp_path / "own.safetensors").keys() == whole.keys()
    scene = Scene(64, 64, "white", (Object("circle", "red", 10, 10, 40),), "a red circle on a white background")
    marked = HEART.marked_scene(scene)
    assert marked.caption == scene.caption and marked.objects[0].shape == "heart"


@pytest.mark.host
@pytest.mark.slow
def test_the_command_keeps_identities_apart(bench, tmp_path):
    figures, files = bench("identity", "--regions", 8, "--numbers", 2, "--rounds", 0)
    assert figures["identity"]["2"] >= 0.75 > figures["stacked"]["2"] and figures["outside"]["2"] <= 0.25
    assert files == {"results.json", "results.md", "pictures.png"}
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["identity"] == figures["identity"]


@pytest.mark.host
def test_the_cost_is_that_of_steps_with_loras_prompts_and_both(comfy, monkeypatch, tmp_path):
    monkeypatch.setattr(cost, "model", lambda: flux_width.model(width=256, heads=2))
    monkeypatch.setattr(cost, "PIXELS", 64)
    ratios = cost.measure(1, tmp_path)
    assert set(ratios) == {"loras", "regions", "both", "plain_s"} and min(ratios["loras"], ratios["both"]) > 0
