"""`dev.py bench NAME`: a script of `benchmarks/`, run in the environment with `flux_regions` and `devtools` importable."""

from collections.abc import Sequence

from . import places, processes
from .failures import DevFailure
from .host import venv_python
from .setup_steps import set_up

FOLDER = places.ROOT / "benchmarks"


def bench(name: str | None, arguments: Sequence[str]) -> int:
    """Returns the script's exit code."""
    script = FOLDER / f"{name}.py"
    if name is None or not script.exists():
        known = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
        asked = "Which benchmark?" if name is None else f"There is no benchmark {name!r}."
        raise DevFailure(f"{asked} Available: {', '.join(known) or 'none yet'}.")
    set_up()
    start = "from devtools.packages import run_script; run_script()"
    return processes.run([venv_python(), "-c", start, script, *arguments], cwd=places.ROOT)
