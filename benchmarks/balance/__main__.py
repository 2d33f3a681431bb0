"""python dev.py bench balance: does auto balance hold for any kind and number of regions, on Pocket Flux?

A region is exact if it holds its object and nothing else, and right if the picture's background goes on inside of its
border as well. Every layout is drawn twice: with bare prompts, which name the object alone, and with ones in which the
background is told. A setting is as good as its worst cell: a kind of layout with one kind of prompt.
Writes benchmarks/balance/results.json and results.md after each setting; the last line of output is a summary as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .. import markdown
from ..adherence.layouts import Layout
from ..workers import RunTasks, worker_pool
from .layouts import BEYOND_TRAINING, KINDS, wide_layouts
from .methods import AUTO, METHODS
from .scoring import RegionScore, measure

HERE = Path(__file__).parent
SEED = 20261126
"""Of layouts that nothing was chosen on."""


def summary(results: Iterable[list[RegionScore]], layouts: list[Layout]) -> dict:
    """What a setting achieves; results: for each layout those of its regions.

    exact, right: fraction of the regions within what the model was trained on. cells: kind of layout and prompt -> the
    fraction of exact regions; right_cells: of right ones. worst, worst_right: the smallest of those within that.
    regions: how many a cell has.
    """
    cells: dict[str, list[RegionScore]] = {}
    for regions, layout in zip(results, layouts, strict=True):
        cells.setdefault(layout.kind, []).extend(regions)
    exact, right = (
        {cell: round(sum(region[field] for region in regions) / len(regions), 4) for cell, regions in cells.items()}
        for field in (0, 1)
    )
    trained = [cell for cell in cells if cell.split()[0] not in BEYOND_TRAINING]
    judged = [region for cell in trained for region in cells[cell]]
    return {
        "exact": round(sum(region.exact for region in judged) / len(judged), 4),
        "right": round(sum(region.right for region in judged) / len(judged), 4),
        "worst": min(exact[cell] for cell in trained),
        "worst_right": min(right[cell] for cell in trained),
        "cells": exact,
        "right_cells": right,
        "regions": {cell: len(regions) for cell, regions in cells.items()},
    }


def compare(run_tasks: RunTasks, cases: dict, layouts: list[Layout], write) -> dict[str, dict]:
    """name -> summary. cases: name -> Method. write: called with the rows after each. Prints how far it is."""
    rows, start = {}, time.monotonic()
    for number, (name, method) in enumerate(cases.items()):
        rows[name] = summary(run_tasks(measure, [(layout, method) for layout in layouts]), layouts)
        write(rows)
        left = (time.monotonic() - start) / (number + 1) * (len(cases) - number - 1) / 60
        print(
            f"{number + 1}/{len(cases)} {name}: exact {rows[name]['exact']:.1%}, worst {rows[name]['worst']:.1%}, "
            f"right {rows[name]['right']:.1%}, {left:.1f} min left",
            flush=True,
        )
    return rows


def table(rows: dict[str, dict]) -> str:
    """Markdown: shares of exact regions in all and in each cell, and of right ones in all."""
    cells = list(next(iter(rows.values()))["cells"])
    return markdown.table(
        ("setting", "exact", "worst", "right", *cells),
        [
            [
                name,
                *(f"{row[key]:.0%}" for key in ("exact", "worst", "right")),
                *(f"{row['cells'][c]:.0%}" for c in cells),
            ]
            for name, row in rows.items()
        ],
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench balance", description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=64, help="in each cell at least (default 64)")
    parser.add_argument(
        "--steps", type=int, nargs="+", default=[20, 8, 4, 28], help="the sampler's (default 20 8 4 28)"
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the layouts (default {SEED})")
    parser.add_argument(
        "--only", action="append", choices=METHODS, metavar="NAME", help="a setting in the table; may be repeated"
    )
    parser.add_argument("--kind", action="append", choices=KINDS, help="one of the kinds; may be repeated")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    options = parser.parse_args()

    layouts = wide_layouts(options.regions, options.seed, options.kind or ())
    first_steps, *other_steps = options.steps
    cases = {}
    for method in [METHODS[name] for name in options.only] if options.only else METHODS.values():
        cases[method.name] = replace(method, steps=first_steps)
        for steps in other_steps if method is AUTO else ():
            cases[f"{method.name}, {steps} steps"] = replace(method, steps=steps)
    print(f"{len(layouts)} pictures for each of {len(cases)} settings, {first_steps} steps", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)

    def write(rows: dict[str, dict]) -> None:
        result = {"pictures": len(layouts), "seed": options.seed, "steps": options.steps, "settings": rows}
        (options.out / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        (options.out / "results.md").write_text(table(rows) + "\n", "utf-8")

    with worker_pool(None) as run_tasks:
        rows = compare(run_tasks, cases, layouts, write)
    print(f"\n{table(rows)}\n\nWritten to {options.out}.")
    print(json.dumps({name: row["worst"] for name, row in rows.items()}))


if __name__ == "__main__":
    sys.exit(main())
