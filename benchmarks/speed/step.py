"""One step of the model at FLUX.1's width: ours with and without padding, the paper's scheme, and the rivals'."""

from __future__ import annotations

from statistics import median

from ..dense_mask import dense
from ..full_width import BASE_TOKENS, PAPER_TOKENS, TRIMMED_TOKENS, applied, base, regional_prompt, step_times
from ..rounds import rounds

PAPER = {"image_stream": "paper", "overlap": "union"}
SLOW = frozenset({"keep", "paper"})
"""Measured once: with many regions one such step takes as long as ten plain ones."""


def measure(patcher, pixels: int, regions: list[int], count: int, rivals: bool = True) -> dict:
    """number of regions -> ratios: trim and keep to plain FLUX; dense_mask and modulate (both trimmed) too; paper_over_ours
    and passes_over_ours to ours trimmed. rivals: whether keep and the last four are measured.

    One pass per region (ConditioningSetMask) is a plain pass for the base prompt and for every region, so its time is
    that of the plain one times their number.
    """
    found = {}
    for number in regions:
        cases = {"plain": lambda: step_times(patcher, base(), pixels)[0]}
        cases["trim"] = _case(patcher, pixels, regional_prompt(number, TRIMMED_TOKENS))
        if rivals:
            cases["keep"] = _case(patcher, pixels, regional_prompt(number, BASE_TOKENS))
            cases["dense_mask"] = _under_mask(_case(patcher, pixels, regional_prompt(number, TRIMMED_TOKENS)))
            cases["modulate"] = _case(patcher, pixels, regional_prompt(number, TRIMMED_TOKENS), isolation="modulate")
            paper = regional_prompt(number, PAPER_TOKENS, PAPER_TOKENS)
            cases["paper"] = _under_mask(_case(patcher, pixels, paper, **PAPER))
        times = rounds(cases, count, f"step, {pixels} px, {number} regions", once=SLOW)
        row = {name: round(times[name] / times["plain"], 3) for name in cases if name not in ("plain", "paper")}
        if rivals:
            row["paper_over_ours"] = round(times["paper"] / times["trim"], 2)
            row["passes_over_ours"] = round((number + 1) * times["plain"] / times["trim"], 2)
        found[str(number)] = row | {"plain_s": round(times["plain"], 2)}
    return found


def _case(patcher, pixels: int, prompt, **settings):
    model, positive = applied(patcher, prompt, end=1.0, **settings)
    return lambda: step_times(model, positive, pixels)[0]


def _under_mask(case):
    def run() -> float:
        with dense():
            return case()

    return run


def generation(patcher, pixels: int, regions: int, steps: int, count: int) -> dict:
    """A whole run with the default window, trimmed: ratios of its time, and of its steps after the window, to plain ones."""
    model, positive = applied(patcher, regional_prompt(regions, TRIMMED_TOKENS))
    runs: dict[str, list[list[float]]] = {"plain": [], "ours": []}

    def case(name: str, which, conditioning):
        def run() -> float:
            runs[name].append(step_times(which, conditioning, pixels, steps))
            return sum(runs[name][-1])

        return run

    times = rounds(
        {"plain": case("plain", patcher, base()), "ours": case("ours", model, positive)}, count, "generation"
    )
    last = steps // 2  # the default window, to 0.4, is over
    late = {name: median(sum(run[last:]) for run in runs[name]) for name in runs}
    return {"ratio": round(times["ours"] / times["plain"], 3), "after_window": round(late["ours"] / late["plain"], 3)}
