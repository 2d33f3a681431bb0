"""Which Chromium the browser tests drive."""

import os
import sys

import pytest

from devtools import chromium
from devtools.errors import SetupError

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shell scripts stand in for browsers")


@pytest.fixture
def put(tmp_path, monkeypatch):
    """put(name, code): a program in its own folder that ends with this code. Playwright has none."""
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: iter([tmp_path / "never downloaded"]))

    def put(name, code=0):
        program = tmp_path / name / name
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\nexit {code}\n")
        program.chmod(0o755)
        return program

    return put


def path(*programs):
    return {"PATH": os.pathsep.join(str(program.parent) for program in programs)}


def test_the_one_on_the_path_is_used_under_any_of_its_names(put):
    chrome = put("google-chrome")
    assert chromium.find_chromium(path(chrome)) == chrome


def test_one_that_does_not_start_is_passed_over(put):
    broken, chrome = put("chromium", code=127), put("google-chrome")
    assert chromium.find_chromium(path(broken, chrome)) == chrome


def test_playwrights_own_comes_last(put, monkeypatch):
    own = put("playwrights")
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: iter([own]))
    assert chromium.find_chromium({"PATH": ""}) == own


@pytest.mark.usefixtures("put")
def test_where_there_is_none_there_is_none():
    assert chromium.find_chromium({"PATH": ""}) is None


def test_chromium_names_the_one_to_use(put):
    on_path, named = put("chromium"), put("my-own")
    assert chromium.find_chromium({**path(on_path), "CHROMIUM": str(named)}) == named


def test_a_chromium_that_does_not_start_is_named(put):
    broken = put("my-own", code=1)
    with pytest.raises(SetupError, match=f"CHROMIUM is {broken}, but that does not start"):
        chromium.find_chromium({"CHROMIUM": str(broken)})


def test_a_download_that_cannot_be_is_no_error_and_does_not_last(tmp_path, monkeypatch):
    endless = tmp_path / "python"
    endless.write_text("#!/bin/sh\necho downloading $@\nsleep 600\n")
    endless.chmod(0o755)
    monkeypatch.setattr(chromium, "venv_python", lambda: endless)
    monkeypatch.setattr(chromium, "DOWNLOAD_SECONDS", 0.5)
    monkeypatch.setattr(chromium.paths, "LOGS", tmp_path)
    chromium.download_chromium()
    assert (tmp_path / "chromium.log").read_text() == "downloading -m playwright install chromium\n"
