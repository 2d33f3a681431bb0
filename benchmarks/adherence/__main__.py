"""python dev.py bench adherence: does each region hold what its prompt says, on Pocket Flux in the real host?

Compares the base prompt alone, ComfyUI's ConditioningSetMask and this pack's regions, then sweeps each setting of Apply.
Writes benchmarks/adherence/results.json, results.md and examples.png; the last line of output is the JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from ..studio import STEPS, Method, Studio
from .layouts import KINDS, layouts
from .report import COLUMNS, by_kind, drawing, sheet, summary, table
from .scoring import score

HERE = Path(__file__).parent

METHODS = [
    Method("base prompt alone", "base"),
    Method("ConditioningSetMask", "masked"),
    Method("regions, shared"),
    Method("regions, paper", settings={"image_stream": "paper", "overlap": "union"}),
]
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
    made = []
    for setting, values in SWEEPS.items():
        for value in values:
            name = f"{setting} {value}"
            made.append(
                Method(name, padding=value) if setting == "padding" else Method(name, settings={setting: value})
            )
    return made


def run(studio: Studio, methods: list[Method], chosen: list, label: str) -> dict[str, dict]:
    """Scores of every method on the chosen layouts: method name -> its summary and, by kind of layout, its exact regions."""
    results, started = {}, time.monotonic()
    for number, method in enumerate(methods):
        scores = [score(studio.picture(layout, method), layout) for layout in chosen]
        results[method.name] = {**summary(scores), "by_kind": by_kind(scores, chosen)}
        row = results[method.name]
        left = (time.monotonic() - started) / (number + 1) * (len(methods) - number - 1)
        print(
            f"{label} {number + 1}/{len(methods)} {method.name}: {row['exact']:.1%} exact, {left / 60:.1f} min left",
            flush=True,
        )
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench adherence", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--per-kind", type=int, default=30, help=f"layouts of each of the {len(KINDS)} kinds (default 30)"
    )
    parser.add_argument("--sweep-per-kind", type=int, default=8, help="the same for the sweeps; 0 leaves them out")
    parser.add_argument("--seed", type=int, default=0, help="of the layouts")
    parser.add_argument("--weights", type=Path, help="another weights file than the one that ships")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    options = parser.parse_args()

    studio = Studio(options.weights)
    main_layouts, sweep_layouts = (
        layouts(options.per_kind, options.seed),
        layouts(options.sweep_per_kind, options.seed + 1),
    )
    print(
        f"{len(main_layouts)} layouts for {len(METHODS)} methods, {len(sweep_layouts)} for the sweeps, {STEPS} steps each"
    )
    compared = run(studio, METHODS, main_layouts, "method")
    swept = run(studio, sweep_methods(), sweep_layouts, "sweep") if sweep_layouts else {}

    options.out.mkdir(parents=True, exist_ok=True)
    kinds = tuple(KINDS)
    parts = [table(compared, COLUMNS), table({name: row["by_kind"] for name, row in compared.items()}, kinds)]
    parts += [table(swept, COLUMNS)] if swept else []
    (options.out / "results.md").write_text("\n\n".join(parts) + "\n", "utf-8")
    result = {"layouts": len(main_layouts), "steps": STEPS, "methods": compared, "sweeps": swept}
    (options.out / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    examples = [next(layout for layout in main_layouts if layout.kind == kind) for kind in kinds]
    columns = {"layout": [drawing(layout) for layout in examples]}
    columns |= {method.name: [studio.picture(layout, method) for layout in examples] for method in METHODS}
    sheet(columns).save(options.out / "examples.png")
    print("\n" + "\n\n".join(parts) + f"\n\nWritten to {options.out}.")
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
