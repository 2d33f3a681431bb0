"""The demo's choices: what runs on the miniature model, and what a host lacks for the rest."""

from devtools import demo

OBJECT_INFO = {
    "UNETLoader": {
        "input": {"required": {"unet_name": [["flux1-dev.safetensors"], {}], "weight_dtype": [["default"]]}}
    },
    "VAELoader": {"input": {"required": {"vae_name": ["COMBO", {"options": ["ae.safetensors"]}]}}},
    "CLIPTextEncode": {"input": {"required": {"text": ["STRING", {}], "clip": ["CLIP"]}, "optional": {}}},
}


def workflow(unet="flux1-dev.safetensors", vae="ae.safetensors"):
    return {
        "1": {"class_type": "UNETLoader", "inputs": {"unet_name": unet, "weight_dtype": "default"}},
        "2": {"class_type": "VAELoader", "inputs": {"vae_name": vae}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "a ship", "clip": ["9", 0]}},
    }


def test_a_workflow_with_the_pocket_model_runs_in_the_demo():
    assert demo.runs_on_pocket_model({"1": {"class_type": "FluxRegions_PocketModel", "inputs": {}}})
    assert not demo.runs_on_pocket_model(workflow())


def test_nothing_is_missing_where_the_files_are():
    assert demo.missing_choices(workflow(), OBJECT_INFO) == []


def test_missing_files_are_named_in_both_spellings_of_a_combo():
    assert demo.missing_choices(workflow("a.gguf", "b.pt"), OBJECT_INFO) == ["a.gguf", "b.pt"]


def test_a_missing_node_is_named():
    nodes = {"1": {"class_type": "Unheard", "inputs": {}}}
    assert demo.missing_nodes({**workflow(), **nodes}, OBJECT_INFO) == ["Unheard"]
