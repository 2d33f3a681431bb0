"""The workflow files against a real ComfyUI: what its nodes declare, what its queue accepts, what comes out."""

import copy
import json
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from flux_regions.regions import read_legend, read_text, region_mask
from PIL import Image, ImageColor

from devtools.errors import QueueError
from devtools.thumbnails import regions_drawn
from support.workflow_graph import (
    NOTES,
    choices,
    declared,
    exported,
    is_widget,
    unknown_newer_inputs,
    untitled,
    widget_names,
)

pytestmark = pytest.mark.server

INPUT = Path(__file__).resolve().parents[2] / "workflows" / "input"
MODEL_FILES = {
    "UNETLoader": ("unet_name",),
    "CLIPLoader": ("clip_name",),
    "DualCLIPLoader": ("clip_name1", "clip_name2"),
    "VAELoader": ("vae_name",),
}
NEWER_CHOICES = ("krea2",)
"""Of CLIPLoader's type: hosts before the model itself do not have them."""
POCKET = "FluxRegions_PocketModel"
USERS_FILE = "your_"
"""So begins what the user is to choose."""


def test_the_api_file_is_the_graph(graph, prompt, object_info):
    assert untitled(prompt) == exported(graph, object_info)
    assert all(node["_meta"]["title"] for node in prompt.values())


def test_sockets_are_those_the_nodes_declare(graph, object_info):
    for node in graph["nodes"]:
        if node["type"] in NOTES:
            continue
        info = object_info[node["type"]]
        linked = {slot["name"] for slot in node["inputs"] if slot.get("widget") == {"name": slot["name"]}}
        sockets = [(name, spec[0]) for name, spec in declared(info).items() if not is_widget(spec) or name in linked]
        assert [(slot["name"], slot["type"]) for slot in node["inputs"]] == sockets, node["type"]
        outputs = [slot["type"] for slot in node["outputs"]]
        is_ours = node["type"].startswith("FluxRegions_")
        # Newer hosts give nodes of theirs further outputs (Preview Image).
        assert outputs == (info["output"] if is_ours else info["output"][: len(outputs)]), node["type"]


def test_every_input_is_given_known_and_legal(prompt, object_info, server):
    object_info = server.get("/object_info")  # again: the lists of files have grown
    for node in prompt.values():
        info = object_info[node["class_type"]]
        specs = declared(info)
        newer = unknown_newer_inputs(info)
        assert set(info["input"].get("required", {})) <= set(node["inputs"]) <= {*specs, *newer}
        for name, value in node["inputs"].items():
            if name in newer:
                continue
            if isinstance(value, list):
                source = object_info[prompt[value[0]]["class_type"]]
                assert source["output"][value[1]] == specs[name][0]
            elif str(value).startswith(USERS_FILE) or name in MODEL_FILES.get(node["class_type"], ()):
                assert choices(specs[name]) is not None
            elif choices(specs[name]) is not None:
                assert value in (*choices(specs[name]), *NEWER_CHOICES)


def test_every_model_file_says_where_it_is_to_be_had(graph, object_info, server):
    folders = server.get("/models")
    for node in graph["nodes"]:
        if node["type"] not in MODEL_FILES:
            continue
        values = dict(zip(widget_names(object_info[node["type"]]), node["widgets_values"], strict=True))
        files = {values[name] for name in MODEL_FILES[node["type"]]}
        offered = {model["name"]: model for model in node["properties"]["models"]}
        assert set(offered) == files
        for model in offered.values():
            assert model["url"].startswith("https://") and model["url"].endswith("/" + model["name"])
            assert model["directory"] in folders


def test_the_template_browser_offers_it_with_its_thumbnail(name, graph, server):
    packs = [pack for pack, names in server.get("/api/workflow_templates").items() if name in names]
    assert len(packs) == 1
    address = f"/api/workflow_templates/{packs[0]}/{quote(name)}"
    assert server.get(f"{address}.json") == graph
    assert server.get(f"{address}.jpg")[:2] == b"\xff\xd8"


@pytest.mark.slow
def test_on_the_pocket_model_it_runs_to_a_picture_of_its_size(prompt, server):
    if not any(node["class_type"] == POCKET for node in prompt.values()):
        pytest.skip("needs its model's files")
    result = server.queue(prompt)
    assert result.error is None and not result.node_errors
    width, height = expected_size(prompt)
    saved = Image.open(result.images[0])
    assert saved.size == (width, height)
    assert np.asarray(saved).std() > 1, "the picture is blank"


def expected_size(prompt: dict) -> tuple[int, int]:
    """What the picture's width and height should be, by the latent or the picture it starts from, or by its tiles."""
    latents = [n["inputs"] for n in prompt.values() if n["class_type"] == "EmptySD3LatentImage"]
    for node in prompt.values():
        if node["class_type"] == "ImageMergeTileList":
            return node["inputs"]["final_width"], node["inputs"]["final_height"]
        if node["class_type"] == "LoadImage" and not latents:
            return Image.open(INPUT / node["inputs"]["image"]).size
    (latent,) = latents
    scale = 1.0
    for node in prompt.values():
        scale *= node["inputs"]["scale_by"] if node["class_type"] == "LatentUpscaleBy" else 1
    width, height = (number(prompt, latent[side], side) for side in ("width", "height"))
    return int(width * scale), int(height * scale)


def number(prompt: dict, value: int | list, name: str) -> int:
    """An input's value; where it is linked, that of the same name in the node it comes from."""
    return prompt[value[0]]["inputs"][name] if isinstance(value, list) else value


def test_without_the_model_files_only_they_are_missed(prompt, object_info, server):
    loaders = [node for node in prompt.values() if node["class_type"] in MODEL_FILES]
    if not loaders:
        pytest.skip("runs on the pocket model")
    prompt, named = copy.deepcopy(prompt), 0
    for node in prompt.values():
        for name in MODEL_FILES.get(node["class_type"], ()):
            node["inputs"][name] = "no such file"  # a machine that has the model must not start to draw
            named += 1
        if node["class_type"] == "CLIPLoader":
            named += node["inputs"]["type"] not in choices(declared(object_info["CLIPLoader"])["type"])
    previews = [node for node in prompt.values() if node["class_type"] == "PreviewImage"]
    if previews:
        result = server.queue(prompt)
        assert result.error is None and len(result.images) == len(previews), "the preview needs no model"
        node_errors = result.node_errors
    else:
        with pytest.raises(QueueError) as refused:
            server.queue(prompt)
        node_errors = refused.value.node_errors
    errors = [(prompt[key]["class_type"], error) for key, node in node_errors.items() for error in node["errors"]]
    missing = [error["type"] for kind, error in errors if kind in MODEL_FILES]
    assert missing == ["value_not_in_list"] * named
    users = sum(USERS_FILE in str(node["inputs"].get("lora_name")) for node in prompt.values())
    others = [error for kind, error in errors if kind not in MODEL_FILES]
    assert len(others) == users and all("there is no LoRA file" in error["details"] for error in others)


def test_the_preview_shows_each_region_in_a_colour_of_its_own(prompt, server):
    prompt = regions_drawn(prompt)
    preview = prompt["drawn"]["inputs"]
    preview["grid"] = "canvas"  # plain areas: neither shares of tokens nor a picture below
    preview.pop("image", None)
    result = server.queue(prompt)
    assert result.error is None
    picture = Image.open(result.images[0]).convert("RGB")
    large = picture.width * picture.height / 50
    colours = [count for count, _ in picture.getcolors(1 << 24) if count > large]
    regions = sum(regions_of(node) for node in prompt.values())
    assert len(colours) in (regions, regions + 1), "the regions, and the paper where there is none"


def regions_of(node: dict) -> int:
    """How many regions a node adds."""
    given = node["inputs"]
    if node["class_type"] == "FluxRegions_Canvas":
        return len(json.loads(given["document"])["regions"])
    if node["class_type"] == "FluxRegions_FromText":
        return len(read_text(given["text"], given["width"], given["height"]))
    if node["class_type"] == "FluxRegions_FromColorMap":
        return len(read_legend(given["legend"], ImageColor.getrgb, 64).entries)
    return int(node["class_type"] in ("FluxRegions_FromBox", "FluxRegions_FromMask"))


@pytest.mark.slow
@pytest.mark.parametrize("with_noise_mask, region", [(True, ""), (False, ""), (True, "2")])
def test_regions_made_anew_change_nothing_outside_of_them(server, with_noise_mask, region):
    prompt = json.loads((INPUT.parent / "api" / "22 Redo regions one by one.json").read_text("utf-8"))
    ((crops, details),) = [(key, node) for key, node in prompt.items() if node["class_type"] == "FluxRegions_Details"]
    ((mask, masked),) = [(key, node) for key, node in prompt.items() if node["class_type"] == "SetLatentNoiseMask"]
    details["inputs"]["region"] = region
    for node in prompt.values():
        inputs = node["inputs"]
        if not with_noise_mask and inputs.get("latent_image") == [mask, 0]:
            inputs["latent_image"] = masked["inputs"]["samples"]
        if node["class_type"] == "PreviewImage" and inputs["images"] != [crops, 0]:
            node["class_type"], inputs["filename_prefix"] = "SaveImage", "before"
    result = server.queue(prompt)
    assert result.error is None and not result.node_errors
    before, after = (
        np.asarray(Image.open(next(path for path in result.images if path.name.startswith(prefix))))
        for prefix in ("before", "redo_regions")
    )
    (text,) = [node["inputs"] for node in prompt.values() if node["class_type"] == "FluxRegions_FromText"]
    regions = read_text(text["text"], text["width"], text["height"]).regions
    changed = (before != after).any(-1)
    for index, drawn in enumerate(regions):
        inside = region_mask(drawn, *before.shape[1::-1]).numpy() > 0
        is_redone = not region or int(region) == index + 1
        assert changed[inside].mean() > 0.2 if is_redone else not changed[inside].any(), index
        changed &= ~inside
    assert not changed.any()
