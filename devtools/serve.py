"""`dev.py serve`: the same ComfyUI, left running for people."""

from collections.abc import Sequence
from contextlib import ExitStack

from . import places
from .failures import ServerFailed
from .frontend import newest_frontend
from .places import shown
from .ports import port_is_free
from .server import ComfyServer
from .setup_steps import set_up
from .terminal import say

USUAL_PORT = 8188


def serve(*, port: int | None, newest: bool, cpu: bool, comfy_args: Sequence[str]) -> int:
    """Runs until Ctrl+C (exit code 0) or until the server ends by itself (1)."""
    chosen = choose_port(port)
    host, steps = set_up(further=2 if newest else 1)
    frontend = []
    if newest:
        with steps.step("Newest frontend"):
            frontend = ["--front-end-root", str(newest_frontend())]
    folder = places.DEV / "serve"  # kept: the workflows and pictures people make here
    with ExitStack() as stack:
        with steps.step(f"Starting ComfyUI {host.version()}"):
            use_cpu = cpu or not host.has_accelerator()
            server = ComfyServer([*frontend, *comfy_args], host=host, port=chosen, cpu=use_cpu, folder=folder)
            stack.enter_context(server)
        say(f"\n  {server.url}\n\nPictures and workflows stay in {shown(folder)}. Ctrl+C stops the server.\n")
        try:
            for text in server.follow():
                print(text, end="", flush=True)
        except KeyboardInterrupt:
            server.stop()
            say("\nStopped.")
            return 0
    say("ComfyUI ended by itself.")
    return 1


def choose_port(wanted: int | None) -> int:
    """The port asked for, or else the usual one or the next that is free."""
    if wanted is not None:
        if not port_is_free(wanted):
            raise ServerFailed(f"Port {wanted} is taken; choose another with --port.")
        return wanted
    for port in range(USUAL_PORT, USUAL_PORT + 20):
        if port_is_free(port):
            if port != USUAL_PORT:
                say(f"Port {USUAL_PORT} is taken; using {port}.")
            return port
    raise ServerFailed(f"Ports {USUAL_PORT} to {USUAL_PORT + 19} are all taken; choose another with --port.")
