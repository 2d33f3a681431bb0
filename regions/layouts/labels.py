"""Names of regions from the labels of boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..region import MAX_NAME


def numbered_labels(labels: Sequence[str]) -> list[str]:
    """The labels as names; one that several have is numbered: cat 1, cat 2, sofa. Too long ones are none."""
    labels = [name_of(label) for label in labels]
    total, count = Counter(labels), Counter()
    names = []
    for label in labels:
        count[label] += 1
        names.append(f"{label} {count[label]}" if label and total[label] > 1 else label)
    return names


def name_of(label: str) -> str:
    """A label on one line; "" where it is too long for a name, also with a number behind it."""
    name = one_line(label)
    return name if len(name) <= MAX_NAME - len(" 1000") else ""


def one_line(value: object) -> str:
    """Text on one line, in characters that can be written down (no half surrogates); "" for what is no text."""
    return " ".join(value.encode("utf-8", "replace").decode().split()) if isinstance(value, str) else ""


def clean_text(value: object) -> str:
    """Text as it is, without blanks around it and without half surrogates; "" for what is no text."""
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""
