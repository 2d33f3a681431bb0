"""The numbers of a region: each one's name, default and range. Every notation, check and input reads them here.

tests/golden/region_fields.json holds the same table for the editor.
"""

from __future__ import annotations

from typing import NamedTuple

from .json_values import number_outside, require_number


class RegionField(NamedTuple):
    """name: in Region, in the document and in the region text. low, high: its range, both ends included."""

    name: str
    default: float
    low: float
    high: float
    expected: str
    """What an error asks for, between "give" and a full stop."""

    def check(self, value: float, label: str) -> None:
        """Raises ValueError, starting with label, for a value outside the range, or none that is a number."""
        require_number(value, f"{label}: {self.name}")
        if not self.low <= value <= self.high:
            raise ValueError(
                f"{label}: {self.name} is {number_outside(value, self.low, self.high)}; give {self.expected}."
            )


STRENGTH = RegionField("strength", default=1.0, low=0.0, high=2.0, expected="a value from 0 to 2")
FEATHER = RegionField("feather", default=0.0, low=0.0, high=0.5, expected="0 to 0.5 (a fraction of the shorter side)")
START = RegionField("start", default=0.0, low=0.0, high=1.0, expected="a fraction of the steps, from 0 to 1")
END = RegionField("end", default=1.0, low=0.0, high=1.0, expected="a fraction of the steps, from 0 to 1")

REGION_FIELDS = (STRENGTH, FEATHER, START, END)
