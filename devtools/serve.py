"""`dev.py serve`: the same ComfyUI, left running for people."""

from collections.abc import Sequence
from contextlib import ExitStack

from . import paths
from .comfyui import newest_frontend
from .connection import port_is_free
from .errors import ServerError
from .paths import display_path
from .server import ComfyServer
from .setup_steps import set_up
from .terminal import print_line

USUAL_PORT = 8188


def serve(*, port: int | None, newest: bool, cpu: bool, comfy_args: Sequence[str]) -> int:
    """Runs until Ctrl+C (exit code 0) or until the server ends by itself (1)."""
    chosen = choose_port(port)
    host, steps = set_up(extra_steps=2 if newest else 1)
    frontend = []
    if newest:
        with steps.step("Newest frontend"):
            frontend = ["--front-end-root", str(newest_frontend())]
    folder = paths.DEV / "serve"  # kept: the workflows and pictures people make here
    with ExitStack() as stack:
        with steps.step(f"Starting ComfyUI {host.version()}"):
            use_cpu = cpu or not host.has_accelerator()
            server = ComfyServer([*frontend, *comfy_args], host=host, port=chosen, cpu=use_cpu, folder=folder)
            stack.enter_context(server)
        try:
            print_line(
                f"\n  {server.url}\n\nPictures and workflows stay in {display_path(folder)}. Ctrl+C stops the server.\n"
            )
            for text in server.follow():
                print(text, end="", flush=True)
        except KeyboardInterrupt:
            server.stop()
            print_line("\nStopped.")
            return 0
    print_line("ComfyUI ended by itself.")
    return 1


def choose_port(requested: int | None) -> int:
    """The port asked for, or else the usual one or the next that is free."""
    if requested is not None:
        if not port_is_free(requested):
            raise ServerError(f"Port {requested} is taken; choose another with --port.")
        return requested
    for port in range(USUAL_PORT, USUAL_PORT + 20):
        if port_is_free(port):
            if port != USUAL_PORT:
                print_line(f"Port {USUAL_PORT} is taken; using {port}.")
            return port
    raise ServerError(f"Ports {USUAL_PORT} to {USUAL_PORT + 19} are all taken; choose another with --port.")
