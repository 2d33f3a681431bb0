"""The ComfyUI we run: our own copy in `.dev/comfyui`, or the install that COMFYUI_DIR names."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .errors import SetupError
from .processes import WINDOWS

PYTHONS = (
    ("venv/Scripts/python.exe", ".venv/Scripts/python.exe", "python_embeded/python.exe", "../python_embeded/python.exe")
    if WINDOWS
    else ("venv/bin/python", ".venv/bin/python")
)


@dataclass(frozen=True)
class Host:
    """A ComfyUI tree and the Python that runs it.

    is_managed: the tree is our own copy. has_own_python: the Python is not our environment's.
    """

    root: Path
    python: Path
    is_managed: bool
    has_own_python: bool = False

    @property
    def custom_nodes(self) -> Path:
        return self.root / "custom_nodes"

    def version(self) -> str:
        """As `comfyui_version.py` says; empty when there is none."""
        file = self.root / "comfyui_version.py"
        match = re.search(r'__version__ = "([^"]+)"', file.read_text("utf-8")) if file.exists() else None
        return match[1] if match else ""

    def supports_flag(self, flag: str) -> bool:
        """Does this version have the command-line flag?"""
        return f'"{flag}"' in (self.root / "comfy" / "cli_args.py").read_text("utf-8")

    def has_accelerator(self) -> bool:
        """Can its PyTorch use something faster than the CPU? (Without, ComfyUI starts only with --cpu.)"""
        devices = ("nvidia*", "kfd", "dxg", "dri")
        if sys.platform.startswith("linux") and not any(any(Path("/dev").glob(device)) for device in devices):
            return False  # saves the seconds that importing torch takes
        probe = (
            "import torch; xpu = getattr(torch, 'xpu', None);"
            "print(torch.cuda.is_available() or torch.backends.mps.is_available() or bool(xpu and xpu.is_available()))"
        )
        answer = subprocess.run([self.python, "-c", probe], capture_output=True, text=True)
        if answer.returncode:
            raise SetupError(f"{self.python} cannot import torch; set COMFYUI_PYTHON to the Python that runs ComfyUI.")
        return answer.stdout.strip().endswith("True")


def locate(environ: Mapping[str, str] = os.environ) -> Host:
    """The host that the environment asks for, else our own (which may not be set up yet)."""
    named = environ.get("COMFYUI_DIR", "").strip()
    if not named:
        return Host(paths.COMFYUI, venv_python(), is_managed=True)
    root = Path(named).expanduser().resolve()
    for needed in ("main.py", "comfy/cli_args.py", "custom_nodes"):
        if not (root / needed).exists():
            raise SetupError(f"COMFYUI_DIR is {root}, but that is no ComfyUI: it has no {needed}.")
    python = _python_of(root, environ)
    return Host(root, python or venv_python(), is_managed=False, has_own_python=python is not None)


def current() -> Host:
    """The host, or SetupError when it is not set up."""
    host = locate()
    if not (host.root / "main.py").exists() or not host.python.exists():
        raise SetupError("ComfyUI is not set up yet: run `python dev.py test` (or set COMFYUI_DIR).")
    return host


def venv_python() -> Path:
    return paths.VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _python_of(root: Path, environ: Mapping[str, str]) -> Path | None:
    named = environ.get("COMFYUI_PYTHON", "").strip()
    if named:
        python = Path(named).expanduser().absolute()  # not resolved: a venv's python is a link that knows its venv
        if not python.is_file():
            raise SetupError(f"COMFYUI_PYTHON is {python}, but there is no such file.")
        return python
    return next((root / python for python in PYTHONS if (root / python).is_file()), None)
