"""Names of regions from the labels of boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def numbered_labels(labels: Sequence[str]) -> list[str]:
    """The labels; one that several have is numbered: cat 1, cat 2, sofa."""
    total, count = Counter(labels), Counter()
    names = []
    for label in labels:
        count[label] += 1
        names.append(f"{label} {count[label]}" if label and total[label] > 1 else label)
    return names


def one_line(value: object) -> str:
    """Text on one line, in characters that can be written down (no half surrogates); "" for what is no text."""
    return " ".join(value.encode("utf-8", "replace").decode().split()) if isinstance(value, str) else ""


def clean_text(value: object) -> str:
    """Text as it is, without blanks around it and without half surrogates; "" for what is no text."""
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""
