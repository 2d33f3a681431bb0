"""What the log says of the regions in a sampling run: once which act and when, and a warning for those that never
do.
"""

from __future__ import annotations

from ..attention import Settings
from ..regions import RegionSet, TokenGrid
from ..regions.printable_log import printable_logger
from .block_hooks import BlockHooks
from .regional_prompt import AppliedRegions
from .run_cache import RunCache
from .time_ranges import leaves_steps_out, steps_in_time_ranges

logger = printable_logger(__name__)


def warn_of_idle_regions(applied: AppliedRegions, steps_of: list[range], count: int) -> None:
    """steps_of: the steps of each region, of a sampler that makes count. Warns of the regions that have none."""
    settings = applied.settings
    limits = [f"that of Regional Prompt, {settings.start:g} to {settings.end:g}"]
    if leaves_steps_out(applied.cache.time_ranges):
        ranges = " or ".join(f"{start:g} to {end:g}" for start, end in sorted(applied.cache.time_ranges))
        limits.append(f"the time range of the conditioning, {ranges}")
    *others, last = limits
    for index, steps in enumerate(steps_of):
        if not steps:
            region = applied.prompt.regions.regions[index]
            logger.warning(
                "%s never acts: its own window, %g to %g, %s, have none of the %d steps in common. Widen one of them.",
                *(applied.prompt.label(index), region.start, region.end, ", ".join([*others, f"and {last}"]), count),
            )


def warn_of_proportions(regions: RegionSet, grid: TokenGrid) -> None:
    """Warns where the picture that is sampled has other proportions than the canvas that the regions were drawn on."""
    if regions.canvas is None:
        return
    width, height = regions.canvas
    picture = grid.pixels
    if not grid.has_proportions(height, width):
        logger.warning(
            "The picture sampled is %dx%d, but the regions were drawn for %dx%d: they are stretched to it. If this is a tile or "
            "a crop, use Regions for Tiles or Crop Regions; else give both the same proportions.",
            *(picture[1], picture[0], width, height),
        )


def warn_of_several_runs(runs: int) -> None:
    """runs: how many pictures a node has begun with the same regions in one execution, as tilers and detailers do."""
    if runs == 2:
        logger.warning(
            "One node samples several pictures with the same regions: each gets all of them, squeezed into it. If these are "
            "tiles or crops, use Regions for Tiles, Region Crops or Crop Regions with a node that takes lists, or context windows."
        )


def warn_of_early_end(settings: Settings) -> None:
    """Of regions in a piece of the picture: after their window the base prompt names everything in every piece."""
    if settings.end < 1:
        logger.warning(
            "The picture is made in pieces, and the regions stop at %g of the steps (end): from there on the base prompt draws "
            "all it names into every piece. Set end to 1, or balance to auto.",
            settings.end,
        )


def warn_of_guidance_in_attention(options: dict) -> None:
    """options: transformer_options of a call with regions. Warns of a node that changes nothing beside regions.

    The host's NAGuidance works in calls that have the positive and the negative as rows of one batch; what carries
    regions is always a call of its own.
    """
    for patch in options.get("patches", {}).get("attn1_output_patch", ()):
        if getattr(patch, "__module__", "").endswith("nodes_nag"):
            logger.warning(
                "NAGuidance has no effect with regions: it needs the positive and the negative in one call of the model, and "
                "regions are a call of their own. Remove it; for a negative prompt, set CFG above 1."
            )


def log_end_of_run(run: list[AppliedRegions]) -> None:
    """Warns of what has not acted once in the run, unless something was said of it: conditionings, single regions.

    run: all that carry regions in it.
    """
    acted_anywhere = any(applied.cache.acted for applied in run)
    for applied in run:
        cache = applied.cache
        if cache.acted:
            _warn_of_missed_regions(applied)
        elif cache.happened("idle"):
            continue
        elif "positive" in cache.sides:
            logger.warning(
                "The regions acted in none of the steps of this run: other nodes left out every step in which they would have "
                "(EasyCache and its like do), or a time range did."
            )
        elif not acted_anywhere and cache.sides:
            logger.warning(
                "The regions acted in none of the steps of this run: they are in the %s conditioning alone, which a sampler with "
                "CFG 1 does not look at. Connect Regional Prompt to its positive input.",
                " and the ".join(sorted(cache.sides)),
            )


def _warn_of_missed_regions(applied: AppliedRegions) -> None:
    """Of regions that had steps in a run in which others acted."""
    missed = sorted(applied.cache.expected - applied.cache.acted)
    if missed:
        logger.warning(
            "%s did not act in this run: the sampler ended before its steps, or other nodes left them out (EasyCache and its "
            "like do).",
            ", ".join(applied.prompt.label(index) for index in missed),
        )


def warn_of_same_regions_in_both(applied: AppliedRegions, cfg: float) -> None:
    """Warns where guidance would take out what the regions bring in."""
    if cfg > 1 and {"positive", "negative"} <= applied.cache.sides:
        logger.warning(
            "The same regions are in the positive and in the negative conditioning, and CFG %g takes out of the picture what both "
            "say. Give the negative a conditioning from before Regional Prompt.",
            cfg,
        )


def log_once(cache: RunCache, applied: AppliedRegions, hooks: BlockHooks, steps_of: list[range], count: int) -> None:
    """Says which of all applied regions act, when and on what. hooks: of a call in which some did."""
    if not cache.first_time("logged"):
        return
    # A sampler may look at the model between its levels: then no step of theirs lies in the range.
    in_ranges = steps_in_time_ranges(steps_of, hooks.call, cache.time_ranges)
    steps_of = in_ranges if any(in_ranges) else steps_of
    grid = hooks.call.grid
    pieces = "" if grid.piece is None else f" (in pieces of {grid.cols}x{grid.rows})"
    blocks = " and ".join(f"{n} {kind}" for kind, n in hooks.call.family.block_counts(hooks.call.model).items())
    logger.info(
        "%d of %d regions, %d region text tokens on %d image tokens%s, steps %d to %d of %d, %s blocks.%s",
        hooks.visible_regions,
        len(steps_of),
        hooks.text_length,
        grid.whole.tokens,
        pieces,
        min(steps[0] for steps in steps_of if steps) + 1,
        max(steps[-1] for steps in steps_of if steps) + 1,
        count,
        blocks,
        describe_windows(applied, steps_of),
    )


def describe_windows(applied: AppliedRegions, steps_of: list[range]) -> str:
    """Which region acts in which steps (counted from 1), as a sentence to append; nothing where all act in the same."""
    if len(set(steps_of)) == 1:
        return ""
    parts = [
        f"{applied.prompt.label(index)} in steps {steps[0] + 1} to {steps[-1] + 1}"
        for index, steps in enumerate(steps_of)
        if steps
    ]
    return f" {'; '.join(parts)}."
