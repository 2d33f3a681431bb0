"""What FLUX will see of the regions, in words: one line for each."""

from __future__ import annotations

from ..adapter.regional_prompt import AppliedRegions
from ..attention import FITTED, Settings, balanced, region_steps
from ..regions import BACKGROUND, Region, RegionSet, TokenGrid, coverage


def report(regions: RegionSet, grid: TokenGrid, regional: AppliedRegions | None = None, steps: int = 0) -> str:
    """One line per region: tokens, share of the canvas, and what hides it; then what is left for the background.

    regional: the same regions as they were applied, for when each acts and how long its text is. steps: of the sampler,
    0 = not known.
    """
    covered = coverage(regions, grid).flatten(1)
    if regional is not None:
        acting, settings = balanced(regional.prompt.regions, regional.settings, grid, early=False)
    lines = [f"{grid.cols} x {grid.rows} = {grid.tokens} tokens"]
    for index, region in enumerate(regions.regions):
        drawn = covered[index].sum().item()
        line = f"{regions.label(index)}: {drawn:.1f} tokens, {drawn / grid.tokens:.1%} of the canvas"
        above = [o for o in range(index + 1, len(regions)) if _meet(region, regions.regions[o])]
        above = [o for o in above if (covered[index] * covered[o]).sum() > 0.5]
        kept = (covered[index] * (1 - covered[above]).prod(0)).sum().item()
        names = ", ".join(regions.label(o) for o in above)
        if above and kept < 0.05 * drawn:
            line += f"; hidden under {names}"
        elif above:
            line += f"; {1 - kept / drawn:.0%} of it under {names}"
        if regional is not None:
            line += f"; {_text(regional, index)}; {_window(acting.regions[index], settings, steps)}"
        elif (region.start, region.end) != (0, 1):
            line += f"; from {region.start:.0%} to {region.end:.0%} of the steps"
        lines.append(f'{line}; strength {region.strength:g}; "{region.prompt or "(conditioning)"}"')
    left = (1 - covered).prod(0).sum().item()
    lines.append(f"The {BACKGROUND}: {left:.1f} tokens, {left / grid.tokens:.1%} of the canvas")
    if regional is not None:
        if regional.prompt.has_background:
            lines[-1] += f"; {_text(regional, len(regions))}"
        lines += [
            f"The base prompt: a share of {_base_ratio(regional.settings)} in every region",
            _blocks(regional, settings),
        ]
    return "\n".join(lines)


def _meet(one: Region, other: Region) -> bool:
    """Whether two regions ever act in the same step; only then one can hide the other."""
    return max(one.start, other.start) < min(one.end, other.end)


def _text(regional: AppliedRegions, index: int) -> str:
    length = regional.model_info.text_length if regional.model_info else 0
    return f"text of {regional.prompt.text_tokens(index, length)} tokens"


def _window(region: Region, settings: Settings, steps: int) -> str:
    if steps:
        own = region_steps(region, settings, steps)
        return f"acts in steps {own[0] + 1} to {own[-1] + 1} of {steps}" if own else f"acts in none of {steps} steps"
    start, end = max(region.start, settings.start), min(region.end, settings.end)
    return f"acts from {start:.0%} to {end:.0%} of the steps" if start < end else "never acts"


def _base_ratio(settings: Settings) -> str:
    if settings.balance == "auto":
        return f"{FITTED.firm_ratio:.0%} in the first {FITTED.firm:.0%} of the steps and {FITTED.light_ratio:.0%} after that"
    return f"{settings.base_ratio:.0%}"


def _blocks(regional: AppliedRegions, settings: Settings) -> str:
    """In which blocks regions are kept apart: every n-th from the first."""
    parts = []
    for kind in ("double", "single"):
        interval = getattr(settings, f"{kind}_interval")
        if regional.model_info:
            count = regional.model_info.block_counts[kind]
            parts.append(f"{-(-count // interval)} of {count} {kind} blocks")
        else:
            parts.append(f"1 in {interval} {kind} blocks")
    return f"Regions are kept apart in {' and '.join(parts)}"
