"""The view shows the run of its latent, also where the server keeps the results of many."""

import pytest

from devtools.server import ComfyServer

pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def caching_server(comfy_host):
    with ComfyServer(["--cache-lru", "100"], host=comfy_host) as running:
        yield running


def test_a_run_that_comes_back_from_the_cache_is_shown_as_it_was(caching_server, make_workflow, pixels):
    def view(seed, color):
        """color: of the picture below, so that the view runs anew."""
        workflow = make_workflow(
            apply={"end": 1.0},
            under={
                "class_type": "EmptyImage",
                "inputs": {"width": 128, "height": 128, "batch_size": 1, "color": color},
            },
            watch={"class_type": "FluxRegions_WatchAttention", "inputs": {"model": ["apply", 0]}},
            view={
                "class_type": "FluxRegions_AttentionView",
                "inputs": {"attention": ["watch", 1], "latent": ["sampler", 0], "image": ["under", 0]},
            },
            save={"class_type": "SaveImage", "inputs": {"images": ["view", 0], "filename_prefix": "view"}},
        )
        workflow["sampler"]["inputs"] |= {"model": ["watch", 0], "seed": seed}
        return pixels(caching_server.queue(workflow))

    first, other, again = view(1, 0), view(2, 0), view(1, 1)
    assert abs(again - first).max() < 3 / 255 < abs(other - first).max()
