"""The last line of `dev.py test` says what was left out and how to get it; property tests draw as they are told."""

import subprocess
import sys

import pytest

from devtools import environment, paths, suite
from devtools.errors import SetupError

SKIPPING = """
import pytest
@pytest.mark.parametrize("number", range(3))
def test_in_the_browser(number):
    pytest.skip("no Chromium: `apt-get install chromium`")
@pytest.mark.skipif(True, reason="no C++ compiler")
def test_compiled():
    pass
@pytest.mark.xfail
def test_expected_to_fail():
    assert False
def test_that_runs():
    pass
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of a real run with skipped tests."""
    folder = tmp_path_factory.mktemp("skipping")
    (folder / "test_skipping.py").write_text(SKIPPING)
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", folder]
    subprocess.run(command, check=True, capture_output=True)
    return report


def test_skipped_tests_are_counted_by_reason(report):
    assert suite.skip_reasons(report) == {"no Chromium: `apt-get install chromium`": 3, "no C++ compiler": 1}


def test_the_last_line_names_them(report):
    line = suite.left_out(report, fast=False, random=False, pytest_args=[])
    assert line == "Left out: 3 tests (no Chromium: `apt-get install chromium`); 1 test (no C++ compiler)."


def test_what_was_asked_for_is_named_with_the_command_that_runs_the_rest(tmp_path):
    line = suite.left_out(tmp_path / "none.xml", fast=True, random=False, pytest_args=["tests/js", "-x"])
    assert line == (
        "Left out: the slow, the server and the browser tests (`python dev.py test`); "
        "what `tests/js -x` leaves out (`python dev.py test`)."
    )


def test_when_nothing_was_left_out_the_line_says_so(tmp_path):
    assert suite.left_out(tmp_path / "none.xml", fast=False, random=False, pytest_args=[]) == "Nothing was left out."


PROPERTY = """
from pathlib import Path
from hypothesis import given, strategies
@given(strategies.integers())
def test_property(number):
    with Path(__file__).with_name("examples.txt").open("a") as log:
        print(number, file=log)
"""
"""The same text in every folder: what is drawn depends on it."""


def drawn_examples(folder, *flags):
    """The examples that a property test in this new folder draws under tests/conftest.py, beside what else is in it."""
    folder.mkdir(exist_ok=True)
    (folder / "test_property.py").write_text(PROPERTY)
    command = [sys.executable, "-m", "pytest", "-q", "-c", paths.ROOT / "pyproject.toml", "--rootdir", folder]
    command += ["-p", "tests.conftest", *flags, folder]
    subprocess.run(command, check=True, capture_output=True, cwd=paths.ROOT)
    return (folder / "examples.txt").read_text().splitlines()


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """What a run without flags draws."""
    return drawn_examples(tmp_path_factory.mktemp("property"))


@pytest.mark.slow
def test_the_main_run_draws_the_same_examples_every_time(examples, tmp_path):
    assert len(examples) == 100
    assert drawn_examples(tmp_path / "again") == examples


@pytest.mark.slow
def test_it_draws_them_whatever_else_is_imported(examples, tmp_path):
    """Hypothesis would take constants from the source of any module that is no test."""
    folder = tmp_path / "source"
    folder.mkdir()
    constants = [1_000_003 * number for number in range(1, 200)]
    (folder / "constants.py").write_text(f"CONSTANTS = {constants}\n")
    importing = f"import sys\nsys.path.append({str(folder)!r})\nimport constants\n"
    (folder / "test_importing.py").write_text(importing)
    assert drawn_examples(folder) == examples


@pytest.mark.slow
def test_a_random_run_draws_fresh_ones(examples, tmp_path):
    assert drawn_examples(tmp_path / "random", "--hypothesis-profile=random") != examples


def test_without_the_chat_model_the_tests_go_on(monkeypatch, tmp_path):
    def fails(*_):
        raise SetupError("there is no network")

    monkeypatch.setattr(environment, "STAMPS", tmp_path)
    monkeypatch.setattr(paths, "CHAT_MODEL", tmp_path / "chat-model")
    monkeypatch.setattr(environment, "pip", fails)
    suite.install_chat_model()
    assert not environment.chat_model_step().is_done()
