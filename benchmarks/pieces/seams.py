"""Whether the edges of windows and tiles show in a picture's background."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flux_regions.pocket.recognise import NAMES, named_colors


def seam_at(picture: np.ndarray, columns: Sequence[int], background: str) -> float:
    """picture: [H, W, 3] in 0..1. The mean step from pixel to pixel across these columns, where both are background,
    divided by that across all others: 1 = no seam, 2 = twice as rough.
    """
    is_background = named_colors(picture) == NAMES.index(background)
    steps = np.abs(np.diff(picture, axis=1)).mean(-1)  # steps[:, x]: from column x to x + 1
    steps[~(is_background[:, 1:] & is_background[:, :-1])] = np.nan
    edges = np.asarray(columns) - 1
    return float(np.nanmean(steps[:, edges]) / max(np.nanmean(np.delete(steps, edges, axis=1)), 1e-9))
