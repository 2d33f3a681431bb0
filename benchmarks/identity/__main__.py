"""python dev.py bench identity: do several LoRAs in one picture stay in their regions, on Pocket Flux?

Two toy LoRAs: with one every object is white, with the other every object is a heart, whatever the prompt says. Each
region has one of them. A region is isolated if its object bears the mark of its own LoRA and not the other's. Compared
with both LoRAs on the whole picture, and with the host's LoRA hooks on masked passes. --train trains the LoRAs anew,
and goes on where it was stopped. Writes benchmarks/identity/results.json, results.md and pictures.png; the last line of
output is a summary as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from .. import flux_width, markdown
from ..adherence.report import contact_sheet, layout_picture
from ..workers import worker_pool
from . import cost, training
from .layouts import GRIDS, IdentityLayout, identity_layouts
from .marks import MARKS
from .rendering import EVERYWHERE, HOOKS, METHODS, NONE, ONE, REGIONS, STACKED, IdentityRenderer
from .scoring import Identity, measure

HERE = Path(__file__).parent
SEED = 20261126
TRAINING_STEPS = 1000
SHOWN = (REGIONS, STACKED, HOOKS, NONE)
Scored = list[tuple[IdentityLayout, list[Identity]]]


def share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def summary(scored: dict[str, Scored], numbers: Sequence[int]) -> dict:
    """Figures by the number of regions; scored: method -> its layouts and what their regions hold.

    identity: share of isolated regions. own, foreign, kept: see Identity. strength: share of regions with their own
    mark, relative to that with the same LoRA on the whole picture. outside: of the regions without a LoRA, beside one
    that has one, the share that bears its mark; without: the same where none has one.
    """

    def by_number(method: str, value: Callable[[IdentityLayout, list[Identity]], list[bool]]) -> dict[str, float]:
        return {
            str(number): share(
                [
                    one
                    for layout, found in scored[method]
                    if len(layout.regions) == number
                    for one in value(layout, found)
                ]
            )
            for number in numbers
        }

    def of_own(mark):
        return lambda layout, found: [one.own for own, one in zip(layout.marks, found, strict=True) if own == mark]

    own = by_number(REGIONS, lambda _, found: [one.own for one in found])
    everywhere = {
        number: np.mean([by_number(EVERYWHERE[mark], of_own(mark))[number] for mark in MARKS]) for number in own
    }
    return {
        "identity": by_number(REGIONS, lambda _, found: [one.isolated for one in found]),
        "outside": by_number(ONE, lambda _, found: [one.first for one in found[1:]]),
        "without": by_number(NONE, lambda _, found: [one.first for one in found[1:]]),
        "strength": {number: round(float(own[number] / max(everywhere[number], 1e-9)), 4) for number in own},
        "kept": by_number(REGIONS, lambda _, found: [one.kept for one in found]),
        "stacked": by_number(STACKED, lambda _, found: [one.isolated for one in found]),
        "hooks": by_number(HOOKS, lambda _, found: [one.isolated for one in found]),
        "regions": {str(n): sum(len(found) for layout, found in scored[REGIONS] if len(found) == n) for n in numbers},
    }


def table(scored: dict[str, Scored], numbers: Sequence[int]) -> str:
    """Markdown: of each method and number of regions, the shares of isolated regions, marks and kept prompts."""
    rows = []
    for method in (REGIONS, STACKED, HOOKS, NONE):
        for number in numbers:
            found = [one for layout, held in scored[method] if len(layout.regions) == number for one in held]
            fields = [[getattr(one, name) for one in found] for name in ("isolated", "own", "foreign", "kept")]
            rows.append([method, str(number), *(f"{share(values):.0%}" for values in fields)])
    return markdown.table(("method", "regions", "isolated", "own mark", "other's mark", "prompt kept"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench identity", description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=48, help="for each number of regions (default 48)")
    parser.add_argument("--numbers", type=int, nargs="+", choices=GRIDS, default=list(GRIDS), help="of regions")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the layouts (default {SEED})")
    parser.add_argument("--train", action="store_true", help="train the LoRAs before, or finish their training")
    parser.add_argument("--steps", type=int, default=TRAINING_STEPS, help=f"of the training (default {TRAINING_STEPS})")
    parser.add_argument(
        "--rounds", type=int, default=3, help="of the step at FLUX's width; 0 leaves it out (default 3)"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    options = parser.parse_args()
    if options.train:
        train(options.steps)

    layouts = identity_layouts(options.regions, options.seed, tuple(options.numbers))
    shown = [next(i for i, layout in enumerate(layouts) if len(layout.regions) == n) for n in options.numbers]
    columns = {"regions": [layout_picture(layouts[index]) for index in shown]}
    scored, start = {}, time.monotonic()
    with worker_pool(None, IdentityRenderer) as run_tasks:
        for number, method in enumerate(METHODS, start=1):
            results = enumerate(run_tasks(measure, [(layout, method) for layout in layouts]))
            scored[method] = []
            for index, (found, picture) in results:
                scored[method].append((layouts[index], found))
                if index in shown and method in SHOWN:
                    columns.setdefault(method, []).append(picture)
            left = (time.monotonic() - start) / number * (len(METHODS) - number) / 60
            print(f"{number}/{len(METHODS)} {method}, {left:.1f} min left", flush=True)
    result = summary(scored, options.numbers)
    text = table(scored, options.numbers)
    if options.rounds:
        flux_width.open_host()
        with tempfile.TemporaryDirectory() as folder:
            result["cost"] = cost.measure(options.rounds, Path(folder))
    options.out.mkdir(parents=True, exist_ok=True)
    contact_sheet(columns).save(options.out / "pictures.png")
    (options.out / "results.json").write_text(json.dumps({"seed": options.seed, **result}, indent=1) + "\n", "utf-8")
    (options.out / "results.md").write_text(text + "\n", "utf-8")
    print(f"\n{text}\n\nWritten to {options.out}.")
    print(json.dumps(result))


def train(steps: int) -> None:
    """Both LoRAs, with a checkpoint each in .dev/identity, which are removed once all is done."""
    from flux_regions.pocket.captions import host_tokenizer

    from devtools import host, packages, paths

    packages.load_comfy(host.current(), Path(tempfile.mkdtemp()))
    checkpoints = [paths.DEV / "identity" / f"{mark.name}.pt" for mark in MARKS]
    for mark, checkpoint in zip(MARKS, checkpoints, strict=True):
        training.train(mark, host_tokenizer(), steps, checkpoint, mark.path)
    for checkpoint in checkpoints:
        checkpoint.unlink()


if __name__ == "__main__":
    sys.exit(main())
