"""The speed benchmark's tables, as Markdown, and its plot."""

from __future__ import annotations

import io

from PIL import Image

from ..markdown import table

STEP = ("trim", "keep", "dense_mask", "modulate", "paper_over_ours", "passes_over_ours")
WORK = ("plain", "trim", "keep", "paper", "passes")


def tables(result: dict, many: dict, work: dict) -> str:
    calls = result["attention"]
    steps = [(size, number, row) for size, by_number in result["step"].items() for number, row in by_number.items()]
    steps += [("512", number, row) for number, row in many.items()]
    steps.sort(key=lambda step: (int(step[0]), int(step[1])))
    counted = [(size, number, row) for size, by in work.items() for number, row in by.items() if number != "0"]
    parts = [
        "One attention call, 64 x 64 image tokens, to a plain one:",
        table(("regions", *calls), [[n, *(f"{row[n]:.2f}" for row in calls.values())] for n in calls["with_base"]]),
        "One step, to plain FLUX; the last two to ours with trim:",
        table(
            ("px", "regions", *STEP),
            [[px, n, *(f"{row[name]:.2f}" if name in row else "" for name in STEP)] for px, n, row in steps],
        ),
        "Arithmetic: TFLOP of one step of the whole FLUX.1, and the size of the mask that is spared:",
        table(
            ("px", "regions", *WORK, "mask"),
            [
                [px, n, *(f"{row[name]:.1f}" for name in WORK), f"{row['mask_bytes'] / 2**20:,.0f} MiB"]
                for px, n, row in counted
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def plot(measured: dict[int, float], work: dict) -> Image.Image:
    """measured: regions -> time of a step to plain FLUX; beside it what the operations foretell."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.8), dpi=110, layout="constrained")
    axes = figure.add_subplot()
    numbers = sorted(measured)
    axes.plot([0, *numbers], [1, *(measured[n] for n in numbers)], "o-", label="measured, prompts trimmed")
    axes.plot(
        [0, *numbers], [1, *(work[str(n)]["trim"] / work[str(n)]["plain"] for n in numbers)], "--", label="operations"
    )
    axes.set(xlabel="regions", ylabel="time of a step, to plain FLUX", ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend()
    data = io.BytesIO()
    figure.savefig(data, format="png")
    return Image.open(data)
