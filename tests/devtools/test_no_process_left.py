"""However `dev.py` ends, the server it started ends with it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request

import pytest

from devtools.connection import free_port
from devtools.paths import ROOT
from support.running import is_running
from support.waiting import wait_for

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
if sys.platform.startswith("linux"):
    ENDINGS.append(signal.SIGKILL)


def server_pid(port: int) -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/system_stats", timeout=1) as answer:
            return json.load(answer)["pid"]
    except OSError:
        return None


@pytest.fixture
def serving(fake_comfyui, tmp_path):
    """`dev.py serve` on the stand-in: the process, its server's id. From a copy, to leave our `.dev/serve` alone."""
    shutil.copy(ROOT / "dev.py", tmp_path)
    shutil.copytree(ROOT / "devtools", tmp_path / "devtools")
    port = free_port()
    environment = {**os.environ, "COMFYUI_DIR": str(fake_comfyui), "COMFYUI_PYTHON": sys.executable}
    command = [sys.executable, tmp_path / "dev.py", "serve", "--cpu", "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    for line in process.stdout:
        if "Ctrl+C stops the server" in line:
            break
    yield process, wait_for(lambda: server_pid(port))
    process.kill()
    process.communicate()


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.name)
def test_the_server_is_gone(serving, ending, fake_comfyui):
    process, pid = serving
    process.send_signal(ending)
    output, _ = process.communicate(timeout=60)
    wait_for(lambda: not is_running(pid))
    assert "Traceback" not in output
    if ending != signal.SIGKILL:
        assert list((fake_comfyui / "custom_nodes").iterdir()) == []
    if ending == signal.SIGINT:
        assert process.returncode == 0
        assert output.rstrip().endswith("Stopped.")
