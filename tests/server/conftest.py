"""A server that also has the faulty test nodes, and small regional workflows in API format."""

from pathlib import Path

import pytest

from devtools.server import ComfyServer

FAULTY_NODES = Path(__file__).with_name("faulty_nodes")


@pytest.fixture(scope="session")
def faulty_server(comfy_host, tmp_path_factory):
    paths = tmp_path_factory.mktemp("paths") / "extra.yaml"
    paths.write_text(f"tests:\n  custom_nodes: {FAULTY_NODES.parent}\n", "utf-8")
    with ComfyServer(["--extra-model-paths-config", str(paths)], host=comfy_host) as running:
        yield running


def box(prompt="a red circle", regions=None, **inputs):
    """A FluxRegions_FromBox; regions: the id of the node to add to."""
    values = {
        "prompt": prompt,
        "x": 0.0,
        "y": 0.0,
        "width": 0.5,
        "height": 1.0,
        "strength": 1.0,
        "feather": 0.0,
        "name": "",
    }
    values |= inputs
    if regions is not None:
        values["regions"] = [regions, 0]
    return {"class_type": "FluxRegions_FromBox", "inputs": values}


@pytest.fixture(scope="session")
def make_workflow():
    """make_workflow(nodes, apply={...}, encode={...}): a picture of 128 x 128 from Pocket Flux.

    nodes: {id: node} that make the regions; the last of them is encoded. Further nodes replace those of the same id.
    """

    def make(regions=None, apply=None, encode=None, size=128, steps=2, **replace):
        regions = regions or {"left": box(), "right": box("a blue star", "left", x=0.5)}
        settings = {
            "base_ratio": 0.2, "start": 0.0, "end": 0.5, "double_interval": 1, "single_interval": 1,
            "image_stream": "shared", "overlap": "top", "isolation": "regions", **(apply or {}),
        }  # fmt: skip
        sampler = {
            "seed": 1,
            "steps": steps,
            "cfg": 1.0,
            "sampler_name": "euler",
            "scheduler": "simple",
            "denoise": 1.0,
        }
        links = {
            "model": ["apply", 0],
            "positive": ["apply", 1],
            "negative": ["apply", 2],
            "latent_image": ["latent", 0],
        }
        text = {
            "base_prompt": "a red circle and a blue star",
            "background_prompt": "",
            "padding": "keep",
            **(encode or {}),
        }
        return {
            "pocket": {"class_type": "FluxRegions_PocketModel", "inputs": {}},
            **regions,
            "encode": {
                "class_type": "FluxRegions_Encode",
                "inputs": {"clip": ["pocket", 1], "regions": [list(regions)[-1], 0], **text},
            },
            "apply": {
                "class_type": "FluxRegions_Apply",
                "inputs": {"model": ["pocket", 0], "regional_prompt": ["encode", 0], **settings},
            },
            "latent": {"class_type": "EmptySD3LatentImage", "inputs": {"width": size, "height": size, "batch_size": 1}},
            "sampler": {"class_type": "KSampler", "inputs": {**sampler, **links}},
            "decode": {"class_type": "VAEDecode", "inputs": {"samples": ["sampler", 0], "vae": ["pocket", 2]}},
            "save": {"class_type": "SaveImage", "inputs": {"images": ["decode", 0], "filename_prefix": "test"}},
            **replace,
        }

    make.box = box
    return make


@pytest.fixture(scope="session")
def pixels():
    """pixels(result) -> the first image of a job as a [H, W, 3] float array in 0..1."""

    def read(result):
        import numpy as np
        from PIL import Image

        assert result.error is None, result.error
        with Image.open(result.images[0]) as image:
            return np.asarray(image.convert("RGB")).astype("float32") / 255

    return read
