"""The speed benchmark's tables, as Markdown, and its plot."""

from __future__ import annotations

import io

from PIL import Image

from ..markdown import table

STEP = {
    "trim": "trim",
    "keep": "keep",
    "dense_mask": "dense mask",
    "modulate": "modulate",
    "paper_over_ours": "paper vs trim",
    "passes_over_ours": "passes vs trim",
}
"""Key of a step's ratio -> its column."""
FLOPS = ("plain", "trim", "keep", "paper", "passes")


def tables(result: dict, more_regions: dict, flops: dict) -> str:
    """The tables in Markdown: result, more_regions and flops as in results.json (its "work")."""
    calls = result["attention"]
    steps = [(size, number, row) for size, by_number in result["step"].items() for number, row in by_number.items()]
    steps += [("512", number, row) for number, row in more_regions.items()]
    steps.sort(key=lambda step: (int(step[0]), int(step[1])))
    counted = [
        (size, number, row) for size, by_number in flops.items() for number, row in by_number.items() if number != "0"
    ]
    parts = [
        "One attention call, 64 x 64 image tokens, relative to a plain one:",
        table(("regions", *calls), [[n, *(f"{row[n]:.2f}" for row in calls.values())] for n in calls["with_base"]]),
        "One step, relative to plain FLUX; the last two to grouped attention with trim:",
        table(
            ("px", "regions", *STEP.values()),
            [[px, n, *(f"{row[name]:.2f}" if name in row else "" for name in STEP)] for px, n, row in steps],
        ),
        *([families_section(result)] if "families" in result else []),
        "Arithmetic: TFLOP of one step of the whole FLUX.1, and the size of the mask that is spared:",
        table(
            ("px", "regions", *FLOPS, "mask"),
            [
                [px, n, *(f"{row[name]:.1f}" for name in FLOPS), f"{row['mask_bytes'] / 2**20:,.0f} MiB"]
                for px, n, row in counted
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def families_section(result: dict) -> str:
    """The table of result["families"], by family -> number of regions -> ratios, with what it shows."""
    columns = {"trim": "trim", "dense_mask": "dense mask"}
    by_family = result["families"]
    numbers = list(next(iter(by_family.values()), {}))
    rows = [
        [name, *(f"{by_number[n][key]:.2f}" for n in numbers for key in columns)]
        for name, by_number in by_family.items()
    ]
    head = ("family", *(f"{n} regions, {column}" for n in numbers for column in columns.values()))
    return f"One step of each family, 512 px, relative to a plain one of the same model:\n\n{table(head, rows)}"


def plot(measured: dict[int, float], flops: dict) -> Image.Image:
    """measured: number of regions -> time of a step relative to plain FLUX. flops: number -> step_flops."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.8), dpi=110, layout="constrained")
    axes = figure.add_subplot()
    numbers = sorted(measured)
    axes.plot([0, *numbers], [1, *(measured[n] for n in numbers)], "o-", label="measured, prompts trimmed")
    axes.plot(
        [0, *numbers], [1, *(flops[str(n)]["trim"] / flops[str(n)]["plain"] for n in numbers)], "--", label="operations"
    )
    axes.set(xlabel="regions", ylabel="time of a step, relative to plain FLUX", ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend()
    data = io.BytesIO()
    figure.savefig(data, format="png")
    return Image.open(data)
