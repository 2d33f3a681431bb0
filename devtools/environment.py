"""The virtual environment in `.dev/venv`: PyTorch, what ComfyUI requires, and the test tools, each with pinned versions."""

import re
import subprocess
import sys

from . import places
from .failures import SetupFailed, last_lines
from .host import Host, venv_python
from .pip import pip
from .stamps import Step, write_whole

TORCH = ("torch==2.14.1", "torchvision==0.29.1")
TEST_TOOLS = ("pytest==9.2.0", "hypothesis==6.170.15", "ruff==0.17.6", "playwright==1.65.2")
BENCH_TOOLS = ("matplotlib==3.11.2",)
# The audio nodes, which want torchaudio, are not ours to test; requests is missing from ComfyUI's own list.
LEFT_OUT, ADDED = {"torchaudio"}, ("requests",)

# Inside the environment: with a new environment its stamps are gone too.
STAMPS = places.VENV / "stamps"


def venv_step() -> Step:
    return Step("Python environment", STAMPS / "venv", ("venv",), _create, present=_python_runs)


def torch_step() -> Step:
    return _pip_step(f"PyTorch {TORCH[0].partition('==')[2]}", "torch", TORCH)


def host_requirements_step(host: Host) -> Step:
    return _pip_step("ComfyUI's requirements", "comfyui-requirements", host_requirements(host))


def test_tools_step() -> Step:
    return _pip_step("test tools", "test-tools", TEST_TOOLS)


def bench_tools_step() -> Step:
    return _pip_step("benchmark tools", "bench-tools", BENCH_TOOLS)


def host_requirements(host: Host) -> tuple[str, ...]:
    """The lines of the host's requirements.txt that we install."""
    lines = (
        line.partition("#")[0].strip() for line in (host.root / "requirements.txt").read_text("utf-8").splitlines()
    )
    wanted = (line for line in lines if line and re.split(r"[^\w-]", line)[0].lower() not in LEFT_OUT)
    return (*wanted, *ADDED)


def _pip_step(title: str, name: str, requirements: tuple[str, ...]) -> Step:
    def install() -> None:
        listed = places.LOGS / f"{name}.txt"
        write_whole(listed, "\n".join(requirements) + "\n")
        pip(title, name, ["install", "--requirement", listed])

    return Step(title, STAMPS / name, requirements, install)


def _create() -> None:
    """Make the environment, or complete one whose making was cut short."""
    places.LOGS.mkdir(parents=True, exist_ok=True)
    log = places.LOGS / "venv.log"
    anew = [] if _python_runs() else ["--clear"]
    with log.open("wb") as output:
        command = [sys.executable, "-m", "venv", *anew, str(places.VENV)]
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
    if code:
        raise SetupFailed(
            f"{sys.executable} could not make a virtual environment (on Debian and Ubuntu, install python3-venv). "
            f"{last_lines(log)}"
        )


def _python_runs() -> bool:
    """False also when the Python it was made from has gone."""
    python = venv_python()
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0
