"""The stand-in for ComfyUI, as a tree and as a host."""

import sys
from pathlib import Path

import pytest

from devtools.host import Host
from support.fake_comfyui import write_fake_comfyui


@pytest.fixture
def fake_comfyui(tmp_path: Path) -> Path:
    return write_fake_comfyui(tmp_path / "ComfyUI")


@pytest.fixture
def fake_host(fake_comfyui: Path) -> Host:
    return Host(fake_comfyui, Path(sys.executable), is_managed=False)
