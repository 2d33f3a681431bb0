"""Which ComfyUI is run, by which Python."""

import pytest

from devtools import host, paths
from devtools.errors import SetupError


def test_without_comfyui_dir_the_host_is_our_own():
    own = host.locate({})
    assert (own.root, own.python, own.is_managed) == (paths.COMFYUI, host.venv_python(), True)


def test_comfyui_dir_is_used_and_is_not_ours(fake_comfyui):
    found = host.locate({"COMFYUI_DIR": str(fake_comfyui)})
    assert (found.root, found.is_managed, found.version()) == (fake_comfyui, False, "9.9.9")
    assert (found.python, found.has_own_python) == (host.venv_python(), False)


@pytest.mark.skipif(host.WINDOWS, reason="other folder names")
@pytest.mark.parametrize("folder", ["venv", ".venv"])
def test_the_python_of_the_install_is_found(fake_comfyui, folder):
    python = fake_comfyui / folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    found = host.locate({"COMFYUI_DIR": str(fake_comfyui)})
    assert (found.python, found.has_own_python) == (python, True)


def test_comfyui_python_comes_first(fake_comfyui, tmp_path):
    python = tmp_path / "some-python"
    python.touch()
    assert host.locate({"COMFYUI_DIR": str(fake_comfyui), "COMFYUI_PYTHON": str(python)}).python == python


def test_a_comfyui_python_that_does_not_exist_is_named(fake_comfyui):
    with pytest.raises(SetupError, match=r"COMFYUI_PYTHON is /nowhere/python, but there is no such file"):
        host.locate({"COMFYUI_DIR": str(fake_comfyui), "COMFYUI_PYTHON": "/nowhere/python"})


def test_a_comfyui_dir_that_is_no_comfyui_is_named(tmp_path):
    with pytest.raises(SetupError, match=r"that is no ComfyUI: it has no main\.py"):
        host.locate({"COMFYUI_DIR": str(tmp_path)})


def test_the_flags_of_a_version_are_known(fake_host):
    assert fake_host.supports_flag("--port")
    assert not fake_host.supports_flag("--database-url")
