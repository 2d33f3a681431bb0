"""Imports point one way, and the pack imports without ComfyUI."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STANDARD = sys.stdlib_module_names


def imports(path):
    """Names of the modules a file imports, relative ones with their dots."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.mark.parametrize(
    "path",
    sorted(path for folder in ("regions", "attention") for path in (ROOT / folder).rglob("*.py")),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_regions_know_torch_and_themselves_and_attention_knows_regions(path):
    outside = "." * len(path.relative_to(ROOT).parts)  # as many dots as leave the folder
    below = (outside + "regions",) if path.relative_to(ROOT).parts[0] == "attention" else ()
    for name in imports(path):
        top = name.split(".")[0]
        assert (
            name.startswith(".") and not name.startswith(outside) or name in below or top == "torch" or top in STANDARD
        ), f"{path.name}: {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "planning").glob("*.py")), ids=lambda path: path.name)
def test_planning_knows_no_host_and_only_one_file_of_it_the_network(path):
    allowed = {"regions", *STANDARD} | ({"aiohttp"} if path.name == "chat.py" else set())
    for name in imports(path):
        inside = name.startswith(".") and not name.startswith("..")
        assert inside or name.removeprefix("..").split(".")[0] in allowed, f"{path.name}: {name}"


@pytest.mark.parametrize(
    "path",
    sorted(path for folder in ("nodes", "adapter") for path in (ROOT / folder).rglob("*.py")),
    ids=lambda path: path.name,
)
def test_only_the_adapter_names_the_hooks_of_the_host(path):
    hooks = ("optimized_attention_override", "WrappersMP", "patches_replace", "post_input", "model_conds")
    if path.relative_to(ROOT).parts[0] != "adapter":
        assert not [hook for hook in hooks if hook in path.read_text()]


@pytest.mark.parametrize("folder", ["regions", "attention", "adapter", "reports", "nodes", "planning", "pocket"])
def test_nothing_that_ships_imports_the_tests_or_the_tools(folder):
    for path in (ROOT / folder).rglob("*.py"):
        assert not [
            name for name in imports(path) if name.lstrip(".").split(".")[0] in ("tests", "devtools", "benchmarks")
        ]


def test_the_front_door_opens_without_comfyui():
    """In a fresh Python: import the package as ComfyUI's loader does, and check that no host module came along."""
    code = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("flux_regions", r"{ROOT / "__init__.py"}", submodule_search_locations=[r"{ROOT}"])
pack = importlib.util.module_from_spec(spec)
sys.modules["flux_regions"] = pack
spec.loader.exec_module(pack)
assert pack.WEB_DIRECTORY == "./js" and callable(pack.comfy_entrypoint)
assert not [name for name in sys.modules if name.split(".")[0] in ("comfy", "comfy_api", "torch", "folder_paths")]
import flux_regions.regions, flux_regions.attention, flux_regions.planning, flux_regions.pocket
assert not [name for name in sys.modules if name.split(".")[0] in ("comfy", "comfy_api", "folder_paths")]
"""
    subprocess.run([sys.executable, "-I", "-c", code], check=True, cwd="/")
