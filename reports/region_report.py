"""What FLUX will see of the regions, in words: one line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from ..attention import EARLY_FRACTION, Settings, balanced, base_ratios, is_early_step, region_steps, window_steps
from ..regions import BACKGROUND, Region, RegionLora, RegionSet, TokenGrid, coverage, surroundings_are_named
from ..regions.printable import printable, short_list
from ..regions.prompt_words import has_words

MAX_PROMPT = 1000
"""Characters of a prompt in a line."""
MAX_NAME = 60
"""Characters of a LoRA's name in it."""
MAX_LISTED = 10
"""Regions that a line names."""
MIN_OVERLAP = 0.5
"""In tokens: regions that share less than this are not said to lie on each other."""
HIDDEN_BELOW = 0.05
"""A region of which less than this is to be seen is hidden."""


BACKGROUND_HINT = "Give a background prompt: regions will agree on it."


class Applied(NamedTuple):
    """The same regions as a conditioning carries them.

    text_tokens: the length of each region's text, and of the background's, where it has one. block_counts: how many
    blocks of each type the model has; empty = not known.
    """

    regions: RegionSet
    settings: Settings
    text_tokens: list[int]
    block_counts: dict[str, int]

    @property
    def has_background(self) -> bool:
        return len(self.text_tokens) > len(self.regions)

    @property
    def surroundings_named(self) -> bool:
        return surroundings_are_named(self.regions)


def report(
    regions: RegionSet,
    grid: TokenGrid,
    applied: Applied | None = None,
    steps: int = 0,
    *,
    is_size_known: bool = True,
    references: Sequence[int] = (),
    covered: Tensor | None = None,
) -> str:
    """One line per region: its tokens, how much of the canvas they are, what hides it; then the background's.

    applied: for when each acts and how long its text is. steps: of the sampler, 0 = not known. is_size_known: whether
        the picture will have the grid's size, or has been taken to. references: how many pictures of their own the
        regions have, and last the background. covered: coverage(regions, grid), where it is known. Raises ValueError as
        coverage() does.
    """
    coverages = (coverage(regions, grid) if covered is None else covered).flatten(1)
    if applied is not None:
        settings = balanced(applied.settings, applied.surroundings_named, early=False)
    is_shared = applied is not None and applied.settings.overlap != "top"
    lines = [f"{grid.cols} x {grid.rows} = {grid.tokens} tokens"]
    if not is_size_known:
        height, width = grid.pixels
        lines[0] += f", if the picture has {width} x {height} pixels, which is not known here: connect an image"
    for index, area in enumerate(_areas(regions, coverages, is_shared)):
        region = regions.regions[index]
        line = f"{regions.label(index)}: {area}"
        if applied is not None:
            region = applied.regions.regions[index]
            line += f"; text of {applied.text_tokens[index]} tokens; {_step_window(region, settings, steps)}"
        elif (region.start, region.end) != (0, 1):
            line += f"; from {region.start:.0%} to {region.end:.0%} of the steps"
        identity = _identity(region.loras, references[index] if references else 0)
        lines.append(f"{line}; strength {regions.regions[index].strength:g}; {_words(region)}{identity}")
    uncovered = (1 - coverages).prod(0).sum().item()
    lines.append(f"The {BACKGROUND}: {uncovered:.1f} tokens, {uncovered / grid.tokens:.1%} of the canvas")
    lines[-1] += _identity(regions.background_loras, references[-1] if references else 0)
    if applied is not None:
        if applied.has_background:
            lines[-1] += f"; text of {applied.text_tokens[-1]} tokens"
        if settings.isolation != "modulate":
            lines.append(f"The base prompt: a share of {_base_ratio(applied, steps)} in every region")
        lines.append(_blocks(applied.block_counts, settings))
        if applied.settings.balance == "auto" and not (applied.has_background or applied.surroundings_named):
            lines += [BACKGROUND_HINT] * (len(applied.regions) > 1)
    return "\n".join(lines)


def _areas(regions: RegionSet, coverages: Tensor, is_shared: bool) -> list[str]:
    """How large each region is, and what lies over it. coverages: [R, N], of each token. is_shared: whether tokens that
    several regions cover belong to all of them, and not to the last.
    """
    acting_together = _acting_together(regions)
    hidden_by = acting_together if is_shared else acting_together.triu(diagonal=1)
    visible_tokens = _visible_tokens(coverages, hidden_by)
    covering_regions = hidden_by & (coverages @ coverages.T > MIN_OVERLAP)
    areas = []
    for index, covered in enumerate(coverages):
        drawn, visible = covered.sum().item(), visible_tokens[index]
        area = f"{drawn:.1f} tokens, {drawn / coverages.shape[1]:.1%} of the canvas"
        covering = covering_regions[index].nonzero().flatten().tolist()
        names = short_list([regions.label(upper) for upper in covering], MAX_LISTED)
        if covering and is_shared:
            area += f"; {1 - visible / drawn:.0%} of it shared with {names}"
        elif covering and visible < HIDDEN_BELOW * drawn:
            area += f"; hidden under {names}"
        elif covering:
            area += f"; {1 - visible / drawn:.0%} of it under {names}"
        areas.append(area)
    return areas


def _words(region: Region) -> str:
    """What the region's text is made of."""
    prompt = f'"{printable(region.prompt, MAX_PROMPT)}"' if has_words(region.prompt) else ""
    if region.conditioning is not None:
        return f"a conditioning of its own{' in place of ' * bool(prompt)}{prompt}"
    return prompt or "no prompt"


def _identity(loras: tuple[RegionLora, ...], references: int) -> str:
    """What to append for a region's LoRAs and so many reference pictures of its own."""
    parts = [_lora(lora) for lora in loras if lora.strength]
    if references:
        parts.append(f"{references} reference picture{'s' * (references > 1)} of its own")
    return "".join(f"; {part}" for part in parts)


def _lora(lora: RegionLora) -> str:
    window = "" if (lora.start, lora.end) == (0, 1) else f", from {lora.start:.0%} to {lora.end:.0%} of the steps"
    return f"LoRA {printable(lora.name, MAX_NAME)} at {lora.strength:g}{window}"


def _visible_tokens(coverages: Tensor, hidden_by: Tensor) -> list[float]:
    """[R]: of each region, the tokens that it has for itself. coverages: [R, N]; hidden_by: [R, R], whether the second
    takes tokens away from the first.
    """
    # A product over regions as the sum of logarithms: one multiplication of matrices, whatever windows they have.
    remaining = (hidden_by.float() @ (1 - coverages).clamp(min=1e-12).log()).exp()
    return (coverages * remaining).sum(1).tolist()


def _acting_together(regions: RegionSet) -> Tensor:
    """[R, R] bool: whether two regions ever act in the same step; none with itself."""
    start, end = (torch.tensor([getattr(region, side) for region in regions.regions]) for side in ("start", "end"))
    together = torch.maximum(start[:, None], start) < torch.minimum(end[:, None], end)
    return together.fill_diagonal_(False)


def _step_window(region: Region, settings: Settings, steps: int) -> str:
    if not region.strength:
        return "never acts: its strength is 0"
    if steps:
        active = region_steps(region, settings, steps)
        if not active:
            return f"acts in none of {steps} steps"
        return f"acts in steps {active[0] + 1} to {active[-1] + 1} of {steps}"
    start, end = max(region.start, settings.start), min(region.end, settings.end)
    return f"acts from {start:.0%} to {end:.0%} of the steps" if start < end else "never acts"


def _base_ratio(applied: Applied, steps: int) -> str:
    """steps: of the sampler, 0 = not known."""
    settings = applied.settings
    if settings.balance != "auto":
        return f"{settings.base_ratio:.0%}"
    ratios = base_ratios(applied.surroundings_named)
    if not steps:
        first = f"the first {EARLY_FRACTION:.0%} of the steps"
        first += f" from {settings.start:.0%} on" if settings.start else ""
        return f"{ratios.early_base_ratio:.0%} in {first} and {ratios.late_base_ratio:.0%} after that"
    acting = window_steps(replace(settings, end=1.0, balance="manual"), steps)
    early = [step for step in acting if is_early_step(step, steps, settings)]
    late = acting[len(early) :]
    first = f"{ratios.early_base_ratio:.0%} in {_numbered(early)}"
    return f"{first} and {ratios.late_base_ratio:.0%} in {_numbered(late)}" if late else first


def _numbered(steps: Sequence[int]) -> str:
    """Steps (from 0) in a row as people count them."""
    return f"step {steps[0] + 1}" if len(steps) == 1 else f"steps {steps[0] + 1} to {steps[-1] + 1}"


KEPT_APART = {
    "regions": "Regions are kept apart",
    "text": "Only prompts are kept apart, while pixels see the whole picture,",
    "modulate": "Nothing is kept apart; attention is drawn to the own region",
    "auto": "Regions, or with some models only their prompts (isolation auto), are kept apart",
}
"""By isolation."""


def _blocks(block_counts: dict[str, int], settings: Settings) -> str:
    """In which blocks isolation is in force: every n-th from the first."""
    counts = []
    for kind in ("double", "single"):
        interval = getattr(settings, f"{kind}_interval")
        if kind in block_counts:
            blocks = block_counts[kind]
            counts.append(f"{-(-blocks // interval)} of {blocks} {kind} blocks")
        else:
            counts.append(f"1 in {interval} {kind} blocks")
    return f"{KEPT_APART[settings.isolation]} in {' and '.join(counts)}"
