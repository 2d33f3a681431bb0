"""Which set-up steps a command needs, and doing those that are not done."""

from collections.abc import Callable

from . import environment
from .comfyui import comfyui_step
from .host import Host, locate
from .stamps import Step
from .terminal import Steps, say


def set_up(*, tools: Callable[[], Step] | None = None, further: int = 0) -> tuple[Host, Steps]:
    """Make everything ready for the host that the environment asks for.

    tools: the step that installs what the command itself needs in our environment. Returns the host, and the steps' display
    with room for `further` steps of the caller.
    """
    host = locate()
    steps = _steps(host, tools)
    if not host.ours:
        say(f"ComfyUI {host.version()} in {host.root} (COMFYUI_DIR), run by {host.python}")
    shown = Steps(len(steps) + further)
    for make_step in steps:
        step = make_step()  # only now: its inputs may come from the step before
        if step.is_done():
            with shown.step(step.title, note="ready"):
                continue
        with shown.step(step.title):
            step.run()
    return host, shown


def _steps(host: Host, tools: Callable[[], Step] | None) -> list:
    def requirements() -> Step:
        return environment.host_requirements_step(host)

    if host.brings_python and tools is None:
        return []
    own_tree = [comfyui_step] if host.ours else []
    return [environment.venv_step, environment.torch_step, *own_tree, requirements, *([tools] if tools else [])]
