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


@pytest.fixture
def report(tmp_path):
    """The report of a real run with skipped tests."""
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", tmp_path]
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
        "Left out: the slow and the browser tests (`python dev.py test`); "
        "what `tests/js -x` leaves out (`python dev.py test`)."
    )


def test_when_nothing_was_left_out_the_line_says_so(tmp_path):
    assert suite.left_out(tmp_path / "none.xml", fast=False, random=False, pytest_args=[]) == "Nothing was left out."


PROPERTY = """
from hypothesis import given, strategies
@given(strategies.integers())
def test_property(number):
    with open({log!r}, "a") as log:
        print(number, file=log)
"""


@pytest.fixture
def drawn_examples(tmp_path):
    """drawn_examples(*flags) -> the examples that a property test draws under tests/conftest.py."""
    folder = tmp_path / "source"
    folder.mkdir()
    log = tmp_path / "examples.txt"
    (folder / "test_property.py").write_text(PROPERTY.format(log=str(log)))

    def draw(*flags):
        log.unlink(missing_ok=True)
        root = suite.paths.ROOT
        command = [sys.executable, "-m", "pytest", "-q", "-c", root / "pyproject.toml", "--rootdir", tmp_path]
        conftest = ["-p", "tests.conftest"]
        subprocess.run([*command, *conftest, *flags, folder], check=True, capture_output=True, cwd=root)
        return log.read_text().splitlines()

    return draw


def test_the_main_run_draws_the_same_examples_every_time(drawn_examples):
    examples = drawn_examples()
    assert len(examples) == 100
    assert drawn_examples() == examples


def test_it_draws_them_whatever_else_is_imported(drawn_examples, tmp_path):
    """Hypothesis would take constants from the source of any module that is no test."""
    examples = drawn_examples()
    constants = [1_000_003 * number for number in range(1, 200)]
    (tmp_path / "source" / "constants.py").write_text(f"CONSTANTS = {constants}\n")
    importing = f"import sys\nsys.path.append({str(tmp_path / 'source')!r})\nimport constants\n"
    (tmp_path / "source" / "test_importing.py").write_text(importing)
    assert drawn_examples() == examples


def test_a_random_run_draws_fresh_ones(drawn_examples):
    assert drawn_examples("--hypothesis-profile=random") != drawn_examples("--hypothesis-profile=random")


def test_without_the_chat_model_the_tests_go_on(monkeypatch, tmp_path):
    def fails(*_):
        raise SetupError("there is no network")

    monkeypatch.setattr(environment, "STAMPS", tmp_path)
    monkeypatch.setattr(paths, "CHAT_MODEL", tmp_path / "chat-model")
    monkeypatch.setattr(environment, "pip", fails)
    suite.install_chat_model()
    assert not environment.chat_model_step().is_done()
