"""Importing the pack and ComfyUI into this process.

The pack's own folder stays off sys.path: there, its `nodes/` would hide ComfyUI's nodes.py.
"""

import importlib.util
import runpy
import sys
from pathlib import Path
from types import ModuleType

from .host import Host
from .paths import ROOT


def load_package(name: str, folder: Path) -> ModuleType:
    """Import the package in `folder` under a name of our choice."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None, folder
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_pack() -> ModuleType:
    """The pack as `flux_regions`."""
    return load_package("flux_regions", ROOT)


def run_benchmark() -> None:
    """Run the benchmark that the command line names, with `flux_regions` and `devtools` importable."""
    load_pack()
    load_package("benchmarks", ROOT / "benchmarks")
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]
    name = sys.argv.pop(1)
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")


def load_comfy(host: Host, scratch: Path, **flags) -> ModuleType:
    """ComfyUI's `comfy`, on the CPU unless flags say otherwise, writing below `scratch` only.

    flags: further ones of its command line.
    """
    sys.path.insert(0, str(host.root))
    import comfy.cli_args

    vars(comfy.cli_args.args).update({"cpu": True} | flags)  # read once, when model_management is first imported
    import folder_paths

    folder_paths.set_output_directory(str(scratch / "output"))
    folder_paths.set_input_directory(str(scratch / "input"))
    folder_paths.set_temp_directory(str(scratch / "temp"))
    folder_paths.set_user_directory(str(scratch / "user"))
    for name in ("output", "input", "temp", "user"):
        (scratch / name).mkdir(exist_ok=True)
    import comfy.model_management

    return comfy
