"""`dev.py bench NAME`: runs a folder of `benchmarks/` that has a `__main__.py`, in the environment."""

from collections.abc import Sequence

from . import environment, paths, processes
from .errors import DevError
from .host import venv_python
from .setup_steps import set_up

FOLDER = paths.ROOT / "benchmarks"


def bench(name: str | None, arguments: Sequence[str]) -> int:
    """Returns the benchmark's exit code."""
    names = sorted(path.parent.name for path in FOLDER.glob("*/__main__.py"))
    if name not in names:
        problem = "Which benchmark?" if name is None else f"There is no benchmark {name!r}."
        raise DevError(f"{problem} Available: {', '.join(names) or 'none yet'}.")
    set_up(tools=[environment.test_tools_step, environment.bench_tools_step])  # one of them drives a browser
    start = "from devtools.packages import run_benchmark; run_benchmark()"
    return processes.run([venv_python(), "-c", start, name, *arguments], cwd=paths.ROOT)
