"""python dev.py bench balance: does auto balance beat every fixed setting, whatever the number of regions, on Pocket Flux?

A region is right if it holds its object and nothing else, and the picture's background goes on inside of its border. Every
layout is drawn twice: with prompts that name the object alone, and with ones that name the background too. A setting is as
good as its worst number of regions with its worse kind of prompt.
Writes benchmarks/balance/results.json and results.md; the last line of output is a summary as JSON. With --fit it compares
rules instead, on layouts of another seed, and writes rules.json and rules.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from .. import markdown
from ..adherence.layouts import Layout
from ..crew import crew
from ..studio import STEPS
from .layouts import COUNTS, mixed_layouts
from .methods import AUTO, RULES, fixed_methods
from .scoring import measure, measure_rule

HERE = Path(__file__).parent
FITTING_SEED, SEED = 7, 0
"""The rule was chosen on layouts of the one and is tested on those of the other."""


def summary(found: Iterable[list[bool]], layouts: list[Layout]) -> dict:
    """right: share of all regions. by_number: the same for each number of regions and kind of prompt. worst: the least of those."""
    cells: dict[str, list[bool]] = {}
    for marks, layout in zip(found, layouts, strict=True):
        cells.setdefault(f"{len(layout.places)} {layout.kind}", []).extend(marks)
    by_number = {cell: round(sum(marks) / len(marks), 4) for cell, marks in cells.items()}
    everything = [mark for marks in cells.values() for mark in marks]
    return {
        "worst": min(by_number.values()),
        "right": round(sum(everything) / len(everything), 4),
        "by_number": by_number,
    }


def compare(each, cases: dict, work, layouts: list[Layout]) -> dict[str, dict]:
    """name -> summary; cases: name -> what work is given beside the layout. each: of crew()."""
    rows, started = {}, time.monotonic()
    for number, (name, case) in enumerate(cases.items()):
        rows[name] = summary(each(work, [(layout, case) for layout in layouts]), layouts)
        left = (time.monotonic() - started) / (number + 1) * (len(cases) - number - 1) / 60
        print(
            f"{number + 1}/{len(cases)} {name}: worst {rows[name]['worst']:.1%}, all {rows[name]['right']:.1%}, {left:.1f} min left",
            flush=True,
        )
    return rows


def table(rows: dict[str, dict]) -> str:
    """Markdown, the best worst case first."""
    cells = list(next(iter(rows.values()))["by_number"])
    ordered = sorted(rows.items(), key=lambda item: (item[1]["worst"], item[1]["right"]), reverse=True)
    return markdown.table(
        ("setting", "worst", "all", *cells),
        [
            [name, f"{row['worst']:.0%}", f"{row['right']:.0%}", *(f"{row['by_number'][cell]:.0%}" for cell in cells)]
            for name, row in ordered
        ],
    )


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
    with crew(None) as each:
        rows = compare(each, cases, measure_rule if options.fit else measure, layouts)

    name = "rules" if options.fit else "results"
    options.out.mkdir(parents=True, exist_ok=True)
    result = {"pictures": len(layouts), "seed": seed, "steps": STEPS, "settings": rows}
    (options.out / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    (options.out / f"{name}.md").write_text(table(rows) + "\n", "utf-8")
    print(f"\n{table(rows)}\n\nWritten to {options.out}.")
    print(json.dumps({name: row["worst"] for name, row in rows.items()}))


if __name__ == "__main__":
    sys.exit(main())
