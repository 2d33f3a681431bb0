"""pip in our virtual environment: its chatter goes to a log, its failures become a sentence."""

import os
import subprocess
from collections.abc import Sequence

from . import places, processes
from .failures import SetupFailed, last_lines
from .host import venv_python

CAUSES = {
    "the disk is full": ("No space left on device", "Errno 28"),
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


def pip(what: str, log_name: str, arguments: Sequence[str | os.PathLike]) -> None:
    """Run pip with these arguments; `what` names the thing wanted, for people."""
    places.LOGS.mkdir(parents=True, exist_ok=True)
    log = places.LOGS / f"pip-{log_name}.log"
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off"}
    with log.open("wb") as output:
        code = processes.run(
            [venv_python(), "-m", "pip", *arguments],
            env={**os.environ, **quiet},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if code:
        raise SetupFailed(f"Could not install {what}: {_cause(log.read_text('utf-8', 'replace'))}. {last_lines(log)}")


def _cause(output: str) -> str:
    # In the order of CAUSES: a lost network, too, ends in "No matching distribution".
    return next((cause for cause, signs in CAUSES.items() if any(sign in output for sign in signs)), "pip failed")
