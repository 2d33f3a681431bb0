"""Whether the edges of windows show in a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def seam_at(picture: np.ndarray, columns: Sequence[int]) -> float:
    """picture: [H, W, 3] in 0..1. The mean step of brightness across these columns, relative to that across all others:
    1 = no seam, 2 = twice as rough.
    """
    steps = np.abs(np.diff(picture.mean(-1), axis=1)).mean(0)  # steps[x]: from column x to x + 1
    edges = np.asarray(columns) - 1
    others = np.delete(steps, edges)
    return float(steps[edges].mean() / max(others.mean(), 1e-6))
