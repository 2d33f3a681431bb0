"""A box along one axis of the canvas, and the one rule for whether it lies on it."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

Number = float | Fraction


class Interval(NamedTuple):
    """Where something begins and ends along one axis, in fractions of the canvas (0..1 lies on it).

    Floats, or Fractions where numbers that people typed must add up exactly.
    """

    start: Number
    end: Number

    @property
    def size(self) -> Number:
        return self.end - self.start

    def flaw(self, tolerance: Number, clip: bool = False) -> Literal["start", "end", "empty"] | None:
        """What keeps it from lying on the canvas: that it starts off it, ends off it, or is empty. None: it lies on it.

        tolerance: how far past 1 it may end. clip: whether it will be clipped, so that it may also start that far
        before 0, and is empty if nothing remains.
        """
        if clip:
            if self.start < -tolerance:
                return "start"
        elif self.end <= self.start:
            return "empty"
        elif not 0 <= self.start < 1:
            return "start"
        if self.end > 1 + tolerance:
            return "end"
        start, end = self.clipped()
        return "empty" if end <= start else None

    def clipped(self) -> Interval:
        """Its part on the canvas; it ends no later than it starts where there is none."""
        return Interval(max(self.start, 0), min(self.end, 1))
