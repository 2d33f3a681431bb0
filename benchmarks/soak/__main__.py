"""python dev.py bench soak: 500 jobs, one after the other in one ComfyUI, a quarter of them interrupted.

The shipped workflows that run on Pocket Flux, in mixed order, each job with a seed and settings of its own. Reports
failures, the server's memory, and objects that it still holds afterwards; the last line of output is the JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .run import soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench soak", description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=500, help="how many (default 500)")
    parser.add_argument("--seed", type=int, default=0, help="of the jobs and their interrupts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = soak(options.jobs, options.seed, lambda line: print(line, flush=True), Path(scratch))
    print(json.dumps(figures))
    failed = figures["failures"] or figures["left_behind"] or figures["tracebacks"] or not figures["same_picture"]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
