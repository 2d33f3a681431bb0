"""One step of the model at FLUX.1's width: grouped attention with and without padding, and the baselines."""

from __future__ import annotations

from statistics import median

from ..dense_mask import under_dense_mask
from ..flux_width import (
    BASE_TOKENS,
    PAPER_TOKENS,
    TRIMMED_TOKENS,
    applied,
    base,
    empty_latent,
    regional_prompt,
    step_times,
)
from ..interleaved import interleaved_times

PAPER = {"image_stream": "paper", "overlap": "union"}
SLOW_CASES = frozenset({"keep", "paper"})
"""Measured once: with many regions one such step takes as long as ten plain ones."""


def measure(patcher, pixels: int, regions: list[int], count: int, baselines: bool = True) -> dict:
    """Number of regions -> relative times of a step.

    trim, keep (by Encode's padding), dense_mask and modulate (both trimmed): to plain FLUX. paper_over_ours and
    passes_over_ours: the paper's scheme and one pass for every region, to trim. plain_s: seconds of plain FLUX.
    baselines: whether all but trim and plain_s are measured. count: rounds.

    One pass per region (ConditioningSetMask) is a plain pass for the base prompt and for every region, so its time is
    that of the plain one times their number.
    """
    ratios = {}
    for number in regions:
        cases = {"plain": lambda: step_times(patcher, base(), empty_latent(pixels))[0]}
        cases["trim"] = _case(patcher, pixels, regional_prompt(number, TRIMMED_TOKENS))
        if baselines:
            cases["keep"] = _case(patcher, pixels, regional_prompt(number, BASE_TOKENS))
            cases["dense_mask"] = under_dense_mask(_case(patcher, pixels, regional_prompt(number, TRIMMED_TOKENS)))
            cases["modulate"] = _case(patcher, pixels, regional_prompt(number, TRIMMED_TOKENS), isolation="modulate")
            paper = regional_prompt(number, PAPER_TOKENS, PAPER_TOKENS)
            cases["paper"] = under_dense_mask(_case(patcher, pixels, paper, **PAPER))
        times = interleaved_times(cases, count, f"step, {pixels} px, {number} regions", slow_cases=SLOW_CASES)
        row = {name: round(times[name] / times["plain"], 3) for name in cases if name not in ("plain", "paper")}
        if baselines:
            row["paper_over_ours"] = round(times["paper"] / times["trim"], 2)
            row["passes_over_ours"] = round((number + 1) * times["plain"] / times["trim"], 2)
        ratios[str(number)] = row | {"plain_s": round(times["plain"], 2)}
    return ratios


def _case(patcher, pixels: int, prompt, **settings):
    model, positive = applied(patcher, prompt, end=1.0, **settings)
    return lambda: step_times(model, positive, empty_latent(pixels))[0]


def generation(patcher, pixels: int, regions: int, steps: int, count: int, balance: str) -> dict:
    """A whole run, trimmed, with a background prompt, relative to a plain one.

    balance: "auto", or "manual" with the paper's window. ratio: of the whole time. after_window: of the second half of
    the steps, in which the paper's window is over. count: rounds.
    """
    prompt = regional_prompt(regions, TRIMMED_TOKENS, background=True)
    model, positive = applied(patcher, prompt, balance=balance)
    runs: dict[str, list[list[float]]] = {"plain": [], "regional": []}

    def case(name: str, case_model, conditioning):
        def run() -> float:
            runs[name].append(step_times(case_model, conditioning, empty_latent(pixels), steps))
            return sum(runs[name][-1])

        return run

    times = interleaved_times(
        {"plain": case("plain", patcher, base()), "regional": case("regional", model, positive)},
        count,
        f"generation, {pixels} px, {regions} regions, balance {balance}",
    )
    late = {name: median(sum(run[steps // 2 :]) for run in runs[name]) for name in runs}
    return {
        "ratio": round(times["regional"] / times["plain"], 3),
        "after_window": round(late["regional"] / late["plain"], 3),
    }
