"""The list of nodes that the host gets is complete."""

import importlib
import pkgutil

import pytest

pytestmark = pytest.mark.host


def test_every_node_that_a_file_defines_is_in_the_list(comfy):
    import flux_regions.nodes as package
    from comfy_api.latest import io

    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    defined = {node for node in io.ComfyNode.__subclasses__() if node.__module__.startswith(f"{package.__name__}.")}
    assert defined == set(package.NODES) and len(package.NODES) == len(defined)
