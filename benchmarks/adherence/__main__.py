"""python dev.py bench adherence: does each region hold what its prompt says, on Pocket Flux in the real host?

Compares the base prompt alone, two baselines (RPG's masked passes, DenseDiffusion's modulation) and this pack's
regions with the paper's and other fixed settings and balanced by themselves, in our measures and in those of the field
(field_measures.py), then sweeps each setting of Apply.
Writes benchmarks/adherence/results.json, results.md and examples.png after each of the three parts; the last line of
output is a summary as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..renderer import STEPS, Method
from ..workers import RunTasks, worker_pool
from . import field_measures
from .field_layouts import field_layouts
from .layouts import KINDS, Layout, layouts
from .report import (
    COLUMNS,
    by_kind,
    by_number,
    contact_sheet,
    field_tables,
    headline,
    layout_picture,
    summary,
    table,
)
from .scoring import measure

HERE = Path(__file__).parent

PAPER = {"base_ratio": 0.2, "end": 0.4, "image_stream": "paper", "overlap": "union"}
"""The authors' settings: base_ratio and end of their demos (10 of 24 steps), two copies of the image, and a token
attends to all its regions."""

MODULATE = {"isolation": "modulate", "end": 0.3}
"""As its authors have it: the first 30 % of the steps."""

BEST_FIXED = {"balance": "manual", "base_ratio": 0.2, "end": 1.0}
"""The best fixed values of the balance benchmark, with the background prompt in every region's, as auto has it."""

METHODS = {
    "base_prompt": Method("base prompt alone", "base"),
    "masked_conditioning": Method("masked passes (RPG)", "masked"),
    "modulate": Method("DenseDiffusion", settings=MODULATE),
    "paper": Method("regions, the paper's settings", settings=PAPER),
    "default": Method("regions, the numbers' defaults"),
    "best_fixed": Method("regions, best fixed", "prompt", BEST_FIXED),
    "auto": Method("regions, auto", "prompt"),
    "auto_8_steps": Method("regions, auto, 8 steps", "prompt", steps=8),
    "auto_4_steps": Method("regions, auto, 4 steps", "prompt", steps=4),
}
"""By their names in the JSON."""

SWEEPS = {
    "base_ratio": [0.0, 0.1, 0.2, 0.3, 0.5],
    "end": [0.2, 0.3, 0.4, 0.6, 0.8, 1.0],
    "double_interval": [1, 2],
    "single_interval": [1, 2, 4],
    "isolation": ["regions", "text"],
    "overlap": ["top", "blend", "union"],
    "image_stream": ["shared", "paper"],
    "padding": ["keep", "trim"],
}


def sweep_methods() -> list[Method]:
    """Every value of every setting, the others at their defaults."""
    methods = []
    for setting, values in SWEEPS.items():
        for value in values:
            inputs = {"padding": value} if setting == "padding" else {"settings": {setting: value}}
            methods.append(Method(f"{setting} {value}", **inputs))
    return methods


def run(
    run_tasks: RunTasks, methods: list[Method], chosen: list[Layout], label: str, examples: Sequence[Layout] = ()
) -> tuple[list[dict], list[list[np.ndarray]]]:
    """For every method the summary of its scores on the chosen layouts, and its pictures of the examples, which are
    some of these. Prints how far it is.
    """
    results, pictures, start = [], [], time.monotonic()
    for number, method in enumerate(methods):
        scores, forwards, drawn = zip(*run_tasks(measure, [(layout, method) for layout in chosen]), strict=True)
        pictures.append([picture for layout, picture in zip(chosen, drawn, strict=True) if layout in examples])
        row = summary(scores) | {"by_kind": by_kind(scores, chosen), "by_number": by_number(scores, chosen)}
        results.append(row | {"forwards": round(sum(forwards) / len(chosen), 2)})
        left = (time.monotonic() - start) / (number + 1) * (len(methods) - number - 1) / 60
        print(
            f"{label} {number + 1}/{len(methods)} {method.name}: {row['exact']:.1%} exact, {left:.1f} min left",
            flush=True,
        )
    return results, pictures


def run_field(run_tasks: RunTasks, methods: dict[str, Method], chosen: list[Layout]) -> dict[str, dict]:
    """name of the method -> field_measures.summary."""
    results = {}
    for name, method in methods.items():
        scores = list(run_tasks(field_measures.measure, [(layout, method) for layout in chosen]))
        results[name] = field_measures.summary(scores, chosen)
        print(f"field's measures, {method.name}: ISR of L2 {results[name]['coco_mig']['L2']['ISR']:.1%}", flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench adherence", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--per-kind", type=int, default=30, help=f"layouts of each of the {len(KINDS)} kinds (default 30)"
    )
    parser.add_argument("--sweep-per-kind", type=int, default=8, help="the same for the sweeps; 0 leaves them out")
    parser.add_argument(
        "--field-per-split", type=int, default=20, help="the same for each split of the field's protocols"
    )
    parser.add_argument(
        "--only", action="append", choices=METHODS, metavar="METHOD", help="one of the methods; may be repeated"
    )
    parser.add_argument("--kind", action="append", choices=KINDS, help="one of the kinds; may be repeated")
    parser.add_argument(
        "--steps",
        type=int,
        default=STEPS,
        help=f"the sampler's, but for the methods that say how many (default {STEPS})",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the layouts")
    parser.add_argument("--weights", type=Path, help="another weights file than the one that ships")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    options = parser.parse_args()

    def with_steps(method: Method) -> Method:
        return replace(method, steps=options.steps) if method.steps == STEPS else method

    methods = {name: with_steps(METHODS[name]) for name in options.only or METHODS}
    swept_methods = [with_steps(method) for method in sweep_methods()]
    kinds = options.kind or list(KINDS)
    chosen = layouts(options.per_kind, options.seed, kinds)
    sweep = layouts(options.sweep_per_kind, options.seed + 1, kinds)
    field_chosen = field_layouts(options.field_per_split, options.seed)
    print(
        f"{len(chosen)} layouts and {len(field_chosen)} of the field's for {len(methods)} methods, {len(sweep)} for the "
        f"sweeps, {options.steps} steps each",
        flush=True,
    )
    examples = [next(layout for layout in chosen if layout.kind == kind) for kind in kinds]
    options.out.mkdir(parents=True, exist_ok=True)
    field: dict[str, dict] = {}
    swept: dict[str, dict] = {}

    def write() -> None:
        """What is known by now, for the whole takes more than an hour."""
        _write_tables(options.out, methods, compared, field, swept)
        result = {"layouts": len(chosen), "steps": options.steps, "methods": compared}
        result |= {"sweep_layouts": len(sweep), "sweeps": swept, "field_layouts": len(field_chosen), "field": field}
        (options.out / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")

    with worker_pool(options.weights) as run_tasks:
        summaries, pictures = run(run_tasks, list(methods.values()), chosen, "method", examples)
        compared = dict(zip(methods, summaries, strict=True))
        columns = {"layout": [layout_picture(layout) for layout in examples]}
        columns |= {method.name: drawn for method, drawn in zip(methods.values(), pictures, strict=True)}
        contact_sheet(columns).save(options.out / "examples.png")
        write()
        if field_chosen:
            field |= run_field(run_tasks, methods, field_chosen)
            write()
        if sweep:
            summaries, _ = run(run_tasks, swept_methods, sweep, "sweep")
            swept |= {method.name: row for method, row in zip(swept_methods, summaries, strict=True)}
            write()

    print(f"\n{(options.out / 'results.md').read_text('utf-8')}\nWritten to {options.out}.")
    print(json.dumps(headline(compared, len(chosen), field, options.steps)))


def _write_tables(
    folder: Path, methods: dict[str, Method], compared: dict[str, dict], field: dict[str, dict], swept: dict[str, dict]
) -> None:
    """results.md. compared, field: by the methods' names in the JSON; swept: by the values'."""
    rows = {methods[key].name: row for key, row in compared.items()}
    by_kind_rows = {name: row["by_kind"] for name, row in rows.items()}
    tables = [table(rows, COLUMNS), table(by_kind_rows, tuple(next(iter(by_kind_rows.values()))))]
    tables += field_tables({methods[key].name: row for key, row in field.items()})
    tables += [table(swept, COLUMNS)] if swept else []
    (folder / "results.md").write_text("\n\n".join(tables) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
