"""What the other sides of a guider take over from the positive one: CFG multiplies what one side has and the other has
not, so a negative that brings no LoRAs (or pictures) of regions itself follows the positive's.

The positive side never follows: as with the host's own hooks, each of its conditionings has what it brings.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from ..attention import window_segments
from .places import PLACES
from .regional_prompt import KEY, AppliedRegions, carried_regions
from .regions_cond import RegionsCond

START, END = "start_percent", "end_percent"
"""What the host calls the window of a conditioning, in fractions of the steps."""


def clipped_to_window(cond: dict, start: float, end: float) -> dict | None:
    """A conditioning's settings with their window cut to start..end; None if that leaves nothing."""
    first, last = max(start, cond.get(START, 0.0)), min(end, cond.get(END, 1.0))
    if first >= last:
        return None
    window = {START: first} if first > 0 else {}
    return {**cond, **window} | ({END: last} if last < 1 else {})


def follow_positive(
    conds: dict,
    brings: Callable[[AppliedRegions], bool],
    follow: Callable[[dict, AppliedRegions], AppliedRegions | None],
) -> None:
    """Puts into every other side that brings nothing itself what the positive's conditionings bring.

    conds: a guider's, by name, as it copied them for this run. brings: whether regions do. follow: called with a
    conditioning of another side, and with regions that do; the regions that it carries from now on, or None where it
    stays as it is. Where several bring something, or not all the time, there is a copy for each, in its window, and one
    for the rest.
    """
    positive = "positive" if "positive" in conds else next(iter(conds), None)
    sources: dict[tuple, dict] = {}
    for cond in conds.get(positive, ()):
        applied, window = carried_regions(cond), (cond.get(START, 0.0), cond.get(END, 1.0))
        if applied is not None and brings(applied):
            sources.setdefault((id(applied), window), cond)
    if not sources:
        return
    for name, side in conds.items():
        if name != positive and not any(brings(applied) for cond in side if (applied := carried_regions(cond))):
            side[:] = [copy for cond in side for copy in _following(cond, list(sources.values()), follow)]


def _following(cond: dict, sources: list[dict], follow: Callable) -> list[dict]:
    """Copies of cond, one for each source in its window, and one for each time without any."""
    windows = [(source.get(START, 0.0), source.get(END, 1.0)) for source in sources]
    copies = []
    for source, window in zip(sources, windows, strict=True):
        copy = clipped_to_window(cond, *window)
        if copy is None:
            continue
        applied = follow(copy, source["model_conds"][KEY].cond)
        if applied is None:
            return [cond]
        # A dict of its own: the host's is another run's too. Places are the run's, the same in all.
        places = {PLACES: source["model_conds"][PLACES]} if PLACES in source["model_conds"] else {}
        copy["model_conds"] = {**copy.get("model_conds", {}), KEY: RegionsCond(applied), **places}
        copies.append(copy)
    rest = [(start, end) for start, end, active in window_segments(windows) if not active]
    copies += [copy for window in rest if (copy := clipped_to_window(cond, *window)) is not None]
    for copy in copies[1:]:
        copy["uuid"] = uuid.uuid4()  # the host knows conditionings by it
    return copies
