"""Which set-up steps a command needs, and doing those that are not done."""

from collections.abc import Callable, Sequence

from . import environment
from .comfyui import comfyui_step
from .host import Host, locate
from .stamps import Step
from .terminal import Steps, print_line


def set_up(*, tools: Sequence[Callable[[], Step]] = (), extra_steps: int = 0) -> tuple[Host, Steps]:
    """Make everything ready for the host that the environment asks for.

    tools: the steps that install what the command itself needs. Returns the host, and the steps' display with room for
    `extra_steps` steps of the caller.
    """
    host = locate()
    steps = _steps(host, tools)
    if not host.is_managed:
        print_line(f"ComfyUI {host.version()} in {host.root} (COMFYUI_DIR), run by {host.python}")
    display = Steps(len(steps) + extra_steps)
    for make_step in steps:
        step = make_step()  # only now: its inputs may come from the step before
        if step.is_done():
            with display.step(step.title, note="ready"):
                continue
        with display.step(step.title):
            step.run()
    return host, display


def _steps(host: Host, tools: Sequence[Callable[[], Step]]) -> list[Callable[[], Step]]:
    def requirements() -> Step:
        return environment.host_requirements_step(host)

    if host.has_own_python and not tools:
        return []
    managed_tree = [comfyui_step] if host.is_managed else []
    return [environment.venv_step, environment.torch_step, *managed_tree, requirements, *tools]
