"""python dev.py bench balance: does auto balance beat every fixed setting, for any number of regions, on Pocket Flux?

A region is right if it holds its object and nothing else, and the picture's background goes on inside of its border.
Every layout is drawn twice: with object prompts, which name the object alone, and with full prompts, which name the
background too. A setting is as good as its worst number of regions with its worse kind of prompt.
Writes benchmarks/balance/results.json and results.md; the last line of output is a summary as JSON. With --fit it
compares rules instead, on layouts of another seed, and writes rules.json and rules.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from .. import markdown
from ..adherence.layouts import Layout
from ..renderer import STEPS
from ..workers import RunTasks, worker_pool
from .layouts import COUNTS, mixed_layouts
from .methods import AUTO, RULES, fixed_methods
from .scoring import measure, measure_rule

HERE = Path(__file__).parent
FITTING_SEED, SEED = 7, 0
"""The rule was chosen on layouts of the one and is tested on those of the other."""


def summary(results: Iterable[list[bool]], layouts: list[Layout]) -> dict:
    """What a setting achieves; results: for each layout, whether each of its regions is right.

    right: fraction of all regions. by_number: the same for each number of regions and kind of layout ("4 bare"). worst:
    the smallest of those.
    """
    cells: dict[str, list[bool]] = {}
    for regions, layout in zip(results, layouts, strict=True):
        cells.setdefault(f"{len(layout.regions)} {layout.kind}", []).extend(regions)
    by_number = {cell: round(sum(regions) / len(regions), 4) for cell, regions in cells.items()}
    all_regions = [region for regions in cells.values() for region in regions]
    return {
        "worst": min(by_number.values()),
        "right": round(sum(all_regions) / len(all_regions), 4),
        "by_number": by_number,
    }


def compare(run_tasks: RunTasks, cases: dict, measure_case: Callable, layouts: list[Layout]) -> dict[str, dict]:
    """name -> summary. cases: name -> what measure_case(renderer, layout, case) gets. Prints how far it is."""
    rows, start = {}, time.monotonic()
    for number, (name, case) in enumerate(cases.items()):
        rows[name] = summary(run_tasks(measure_case, [(layout, case) for layout in layouts]), layouts)
        left = (time.monotonic() - start) / (number + 1) * (len(cases) - number - 1) / 60
        print(
            f"{number + 1}/{len(cases)} {name}: worst {rows[name]['worst']:.1%}, all {rows[name]['right']:.1%}, "
            f"{left:.1f} min left",
            flush=True,
        )
    return rows


def table(rows: dict[str, dict]) -> str:
    """Markdown, the best worst case first."""
    cells = list(next(iter(rows.values()))["by_number"])
    ordered = sorted(rows.items(), key=lambda item: (item[1]["worst"], item[1]["right"]), reverse=True)
    return markdown.table(
        ("setting", "worst", "all", *(_column(cell) for cell in cells)),
        [
            [name, f"{row['worst']:.0%}", f"{row['right']:.0%}", *(f"{row['by_number'][cell]:.0%}" for cell in cells)]
            for name, row in ordered
        ],
    )


PROMPTS = {"bare": "object prompts", "told": "full prompts"}
"""Kind of layout -> what its prompts are called in the table."""


def _column(cell: str) -> str:
    """ "4 bare" -> "4, object prompts"."""
    number, kind = cell.split()
    return f"{number}, {PROMPTS[kind]}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench balance", description=__doc__.splitlines()[0])
    parser.add_argument("--fit", action="store_true", help="compare rules, on the layouts for fitting")
    parser.add_argument("--per-count", type=int, default=8, help="layouts of each number of regions (default 8)")
    parser.add_argument("--seed", type=int, help=f"of the layouts (default {SEED}; with --fit {FITTING_SEED})")
    parser.add_argument("--only", action="append", help="a setting or rule by its name in the table; may be repeated")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    options = parser.parse_args()

    seed = options.seed if options.seed is not None else FITTING_SEED if options.fit else SEED
    layouts = mixed_layouts(options.per_count, seed, COUNTS)
    cases = RULES if options.fit else {method.name: method for method in (AUTO, *fixed_methods())}
    if options.only:
        cases = {name: cases[name] for name in options.only}
    print(f"{len(layouts)} pictures for each of {len(cases)} settings, {STEPS} steps each", flush=True)
    with worker_pool(None) as run_tasks:
        rows = compare(run_tasks, cases, measure_rule if options.fit else measure, layouts)

    name = "rules" if options.fit else "results"
    options.out.mkdir(parents=True, exist_ok=True)
    result = {"pictures": len(layouts), "seed": seed, "steps": STEPS, "settings": rows}
    (options.out / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    (options.out / f"{name}.md").write_text(table(rows) + "\n", "utf-8")
    print(f"\n{table(rows)}\n\nWritten to {options.out}.")
    print(json.dumps({name: row["worst"] for name, row in rows.items()}))


if __name__ == "__main__":
    sys.exit(main())
