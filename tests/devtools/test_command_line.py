"""`dev.py` on the command line: help for everything, sentences instead of tracebacks."""

import os
import subprocess
import sys

import pytest

from devtools.paths import ROOT


def dev(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, ROOT / "dev.py", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("command", [(), ("demo",), ("test",), ("check",), ("serve",), ("bench",)], ids=" ".join)
def test_help_is_there(command):
    answer = dev(*command, "--help")
    assert answer.returncode == 0
    assert answer.stdout.startswith("usage: dev.py")


def test_an_unknown_argument_is_named():
    answer = dev("demo", "--fulll")
    assert (answer.returncode, answer.stderr.splitlines()[-1]) == (2, "dev.py demo: error: unknown arguments: --fulll")


def test_an_unknown_benchmark_gives_the_list():
    answer = dev("bench", "no-such-thing")
    assert answer.returncode == 1
    assert answer.stderr.strip().startswith("There is no benchmark 'no-such-thing'. Available: ")


def test_a_wrong_comfyui_dir_is_one_sentence(tmp_path):
    answer = dev("demo", COMFYUI_DIR=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr.strip() == f"COMFYUI_DIR is {tmp_path}, but that is no ComfyUI: it has no main.py."


def test_a_server_that_dies_is_a_sentence_with_its_log_and_exit_code_1(fake_comfyui):
    host = {"COMFYUI_DIR": str(fake_comfyui), "COMFYUI_PYTHON": sys.executable}
    answer = dev("demo", "--cpu", **host, FAKE_COMFYUI="dies")
    assert answer.returncode == 1
    assert answer.stderr.strip().startswith("ComfyUI stopped while starting (exit code 3).")
    assert answer.stderr.rstrip().endswith("log line 39")
    assert "Traceback" not in answer.stdout + answer.stderr
