"""What the registry would hand out: comfy-cli's own package of the tracked files, without what only developers need."""

import os
import shutil
import subprocess
import zipfile

import pytest

from devtools import checks, host, paths

pytestmark = pytest.mark.skipif(not paths.COMFY_CLI.exists(), reason="comfy-cli is not set up: `python dev.py check`")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The tracked files as they are now, in a repository of their own."""
    copy = tmp_path_factory.mktemp("repository")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this copy of the pack is no git repository")
    for name in filter(None, listed.stdout.split("\0")):
        if (paths.ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(paths.ROOT / name, copy / name)
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    subprocess.run(["git", "add", "--all"], cwd=copy, check=True)
    return copy


@pytest.fixture(scope="module")
def published(repository):
    """The folder that a user of the registry gets."""
    command = [host.venv_python(), *checks.COMFY_CLI, "node", "pack"]
    subprocess.run(command, cwd=repository, env={**os.environ, **checks.comfy_cli_variables()}, check=True)
    with zipfile.ZipFile(repository / "node.zip") as archive:
        archive.extractall(repository / "published")
    return repository / "published"


def test_what_only_developers_need_is_left_out(published):
    names = {path.name for path in published.iterdir()}
    assert names.isdisjoint({"tests", "benchmarks", "devtools", "dev.py", "docs", "tsconfig.json"})
    assert [name for name in names if name.startswith(".")] == []


def test_what_users_need_is_there(published):
    for name in (
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "nodes",
        "js",
        "locales/zh",
        "planning",
        "pocket/pocket_flux.safetensors",
    ):
        assert (published / name).exists(), name
    assert len(list(published.glob("workflows/*.json"))) == len(list((paths.WORKFLOWS).glob("*.json")))
    assert list(published.glob("js/docs/*.md"))


def test_a_file_that_the_registry_warns_of_fails_the_check(repository, monkeypatch, capsys):
    (repository / "nodes" / "unsafe.py").write_text("def run(text):\n    exec(text)\n")
    monkeypatch.setattr(paths, "ROOT", repository)
    assert checks.failed_checks([checks.node_validation()]) == ["comfy node validate"]
    assert "S102" in capsys.readouterr().out
    (repository / "nodes" / "unsafe.py").unlink()
    assert checks.failed_checks([checks.node_validation()]) == []
