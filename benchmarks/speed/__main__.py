"""python dev.py bench speed: what regions cost in time and in kernels, at FLUX.1's width, as ratios in one run.

Writes benchmarks/speed/results.json, results.md and regions.png; the last line of output is the JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import torch

from .. import flux_width
from . import attention, families, kernels, step
from .flops import step_flops
from .report import families_section, plot, tables

HERE = Path(__file__).parent
REGIONS = [1, 2, 4, 8, 16, 64]
GENERATION_PX = 1024


def plan_seconds() -> float:
    """Seconds to build every kind of plan for 64 painted regions on a picture of 2048 x 2048 px."""
    from flux_regions.attention import AttentionPlan, Settings, TokenLayout, route_tokens
    from flux_regions.regions import Region, RegionSet, TokenGrid

    generator = torch.Generator().manual_seed(0)
    grid, settings = TokenGrid(256, 256), Settings(double_interval=2)
    y, x = torch.meshgrid(torch.linspace(0, 1, 512), torch.linspace(0, 1, 512), indexing="ij")
    blobs = [
        ((x - cx).hypot(y - cy) < radius).float()
        for cx, cy, radius in (
            torch.rand(64, 3, generator=generator) * torch.tensor([1, 1, 0.15]) + torch.tensor([0, 0, 0.05])
        )
    ]
    regions = RegionSet(tuple(Region(mask=blob) for blob in blobs))
    start = time.perf_counter()
    routing = route_tokens(regions, settings, grid, background=False)
    AttentionPlan(
        TokenLayout((23,) * len(routing.region_tokens), 256, grid.tokens),
        routing,
        settings,
        torch.device("cpu"),
        torch.float32,
    )
    return time.perf_counter() - start


def whole_generations(patcher, steps: int, rounds: int) -> dict[str, float]:
    """number of regions -> how many times as long as a plain one a generation at GENERATION_PX takes with auto."""
    return {
        str(number): step.generation(patcher, GENERATION_PX, number, steps, rounds, "auto")["ratio"]
        for number in (4, 16, 64)
    }


def keep(result: dict, folder: Path) -> None:
    """Writes results.json, and of the figures of a whole run results.md."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    if "work" in result:
        (folder / "results.md").write_text(tables(result, result["more_regions"], result["work"]), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench speed", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rounds", type=int, default=3, help="of every measurement but the slowest; medians count (default 3)"
    )
    parser.add_argument(
        "--large", type=int, default=3, help="the same at 1024 px, some minutes each; 0 leaves it out (default 3)"
    )
    parser.add_argument(
        "--generation", type=int, default=10, help=f"steps of whole generations at {GENERATION_PX} px (default 10)"
    )
    parser.add_argument(
        "--device", choices=flux_width.DTYPES, default="cpu", help="cuda computes in bf16 (default cpu)"
    )
    parser.add_argument(
        "--kernels", action="store_true", help="count the kernels alone; other figures stay those of an earlier run"
    )
    parser.add_argument(
        "--families",
        nargs="*",
        choices=families.WIDTHS,
        metavar="NAME",
        help="steps of the families alone, or of these; other figures stay, as above",
    )
    parser.add_argument(
        "--generations", action="store_true", help="the whole generations alone; other figures stay, as above"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    options = parser.parse_args()

    flux_width.open_host(options.device)
    if options.kernels or options.families is not None or options.generations:
        path = options.out / "results.json"
        earlier = json.loads(path.read_text("utf-8")) if path.exists() else {}
        measured = {}
        if options.kernels:
            measured["kernels"] = kernels.measure()
        if options.families is not None:
            measured["families"] = dict(earlier.get("families", {}))
            for name in options.families or families.WIDTHS:
                measured["families"] |= families.measure([4, 16], options.rounds, options.device, [name])
                keep(earlier | measured, options.out)
            print(f"\n{families_section(measured)}\n")
        if options.generations:
            patcher = flux_width.model(device=options.device)
            measured["generation"] = whole_generations(patcher, options.generation, options.rounds)
        keep(earlier | measured, options.out)
        print(json.dumps(measured))
        return
    seconds = min(plan_seconds() for _ in range(3))
    calls = attention.measure([4, 16], 3 * options.rounds, options.device)
    patcher = flux_width.model(device=options.device)
    few = {"512": step.measure(patcher, 512, [4, 16], options.rounds)}
    if options.large:
        few["1024"] = step.measure(patcher, 1024, [4, 16], options.large)
    more_regions = step.measure(patcher, 512, [n for n in REGIONS if n not in (4, 16)], options.rounds, baselines=False)
    paper_window = step.generation(patcher, 512, 16, 10, options.rounds, "manual")
    flops = {
        size: {str(n): step_flops(int(size), n) for n in (0, *REGIONS)} for size in ("512", "1024", "2048", "4096")
    }
    result = {
        "attention": calls,
        "step": few,
        "generation": whole_generations(patcher, options.generation, options.rounds),
        "generation_paper_window": {"16": paper_window["ratio"]},
        "after_window": paper_window["after_window"],
        "kernels": kernels.measure(),
        "families": families.measure([4, 16], options.rounds, options.device),
        "device": options.device,
        "plan_64_regions_2048px_s": round(seconds, 3),
    }
    keep(result | {"more_regions": more_regions, "work": flops}, options.out)
    curve = {int(n): row["trim"] for n, row in (more_regions | few["512"]).items()}
    plot(curve, flops["512"]).save(options.out / "regions.png")
    print("\n" + tables(result, more_regions, flops) + f"\nWritten to {options.out}.")
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
