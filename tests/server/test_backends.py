"""Every attention backend of the host, chosen with the host's own flags, makes the same picture; nothing stays
behind.
"""

import pytest

from devtools.server import ComfyServer

pytestmark = [pytest.mark.server, pytest.mark.slow]

BACKENDS = {
    "sub-quadratic": [],
    "pytorch": ["--use-pytorch-cross-attention"],
    "split": ["--use-split-cross-attention"],
}


def without_regions(workflow):
    """The same picture as if Apply were bypassed: the model as loaded, and the base prompt as it is encoded by the
    host.
    """
    words = {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": "a red circle and a blue star"}}
    workflow = {name: node for name, node in workflow.items() if name not in ("left", "right", "encode", "apply")}
    sampler = {
        **workflow["sampler"]["inputs"],
        "model": ["pocket", 0],
        "positive": ["words", 0],
        "negative": ["words", 0],
    }
    return {**workflow, "words": words, "sampler": {"class_type": "KSampler", "inputs": sampler}}


@pytest.fixture(scope="module")
def pictures(comfy_host, make_workflow, pixels):
    """backend -> its pictures: plain in a fresh process, regional, with swapped prompts, and plain again after
    those.
    """
    box = make_workflow.box
    feathered = {"left": box(feather=0.1, width=0.6), "right": box("a blue star", "left", x=0.5, y=0.1, height=0.7)}
    swapped = {
        "left": box("a blue star", feather=0.1, width=0.6),
        "right": box("a red circle", "left", x=0.5, y=0.1, height=0.7),
    }
    made = {}
    for backend, flags in BACKENDS.items():
        with ComfyServer(flags, host=comfy_host) as server:

            def run(workflow, server=server):
                return pixels(server.queue(workflow))

            made[backend] = {
                "fresh": run(without_regions(make_workflow())),
                "regional": run(make_workflow(feathered, apply={"end": 1.0})),
                "swapped": run(make_workflow(swapped, apply={"end": 1.0})),
                # Another seed first: the host would answer an unchanged job from its cache.
                "other": run(without_regions(make_workflow(size=192))),
                "after": run(without_regions(make_workflow())),
            }
    return made


@pytest.mark.parametrize("backend", ["pytorch", "split"])
def test_the_backend_makes_the_same_picture(pictures, backend):
    """The same up to rounding to 8 bits: far below what swapping the two prompts changes, so void regions cannot
    pass.
    """
    one, other = pictures[backend], pictures["sub-quadratic"]
    effect = abs(other["regional"] - other["swapped"]).mean()
    difference = abs(one["regional"] - other["regional"])
    assert difference.max() <= 2 / 255 and difference.mean() < 0.1 * effect


@pytest.mark.parametrize("backend", BACKENDS)
def test_swapped_prompts_make_another_picture(pictures, backend):
    made = pictures[backend]
    assert (made["regional"] != made["swapped"]).mean() > 0.01
    assert (made["regional"] != made["fresh"]).mean() > 0.01


@pytest.mark.parametrize("backend", BACKENDS)
def test_without_the_node_the_picture_is_that_of_a_fresh_process(pictures, backend):
    assert (pictures[backend]["after"] == pictures[backend]["fresh"]).all()
