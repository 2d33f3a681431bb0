"""What is installed, and how a failing pip is told."""

import pytest

from devtools import environment, host, paths
from devtools.errors import SetupError
from devtools.stamps import digest, write_atomically


@pytest.fixture
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
    return paths.LOGS


def test_the_hosts_requirements_come_without_torchaudio(fake_host):
    lines = ["torch", "torchaudio", "torchaudio>=2.0", "numpy>=1.25.0", "", "# not needed:", "pydantic~=2.0  # why"]
    (fake_host.root / "requirements.txt").write_text("\n".join(lines))
    assert environment.host_requirements(fake_host) == ("torch", "numpy>=1.25.0", "pydantic~=2.0", "requests")


def test_a_changed_requirement_makes_only_that_step_undone(fake_host, tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "STAMPS", tmp_path / "stamps")
    (fake_host.root / "requirements.txt").write_text("numpy==1\n")
    for step in (environment.torch_step(), environment.host_requirements_step(fake_host)):
        write_atomically(step.stamp, digest(step.inputs))
        assert step.is_done()
    (fake_host.root / "requirements.txt").write_text("numpy==2\n")
    assert environment.torch_step().is_done()
    assert not environment.host_requirements_step(fake_host).is_done()


def test_the_commit_hooks_use_the_same_ruff():
    pin = next(tool for tool in environment.TEST_TOOLS if tool.startswith("ruff=="))
    hooks = (paths.ROOT / ".pre-commit-config.yaml").read_text()
    assert f"ruff-pre-commit\n    rev: v{pin.removeprefix('ruff==')} " in hooks


@pytest.mark.skipif(not host.venv_python().exists(), reason="no .dev/venv")
def test_a_failing_pip_gives_a_sentence_and_its_last_lines(logs):
    with pytest.raises(SetupError) as failure:
        environment.pip("the moon", "moon", ["install", "--no-index", "the-moon==1"])
    first, *rest = str(failure.value).splitlines()
    assert first.startswith(
        "Could not install the moon: there is no network, or nothing for this Python and system. The last"
    )
    assert any("the-moon==1" in line for line in rest)
    assert (logs / "pip-moon.log").exists()
