"""`dev.py bench NAME`: a folder of `benchmarks/` with a `__main__.py`, run in the environment with `flux_regions` and `devtools` importable."""

from collections.abc import Sequence

from . import environment, places, processes
from .failures import DevFailure
from .host import venv_python
from .setup_steps import set_up

FOLDER = places.ROOT / "benchmarks"


def bench(name: str | None, arguments: Sequence[str]) -> int:
    """Returns the benchmark's exit code."""
    known = sorted(path.parent.name for path in FOLDER.glob("*/__main__.py"))
    if name not in known:
        asked = "Which benchmark?" if name is None else f"There is no benchmark {name!r}."
        raise DevFailure(f"{asked} Available: {', '.join(known) or 'none yet'}.")
    set_up(tools=environment.bench_tools_step)
    start = "from devtools.packages import run_benchmark; run_benchmark()"
    return processes.run([venv_python(), "-c", start, name, *arguments], cwd=places.ROOT)
