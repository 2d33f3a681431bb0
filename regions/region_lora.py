"""A LoRA of one region: the name of a file, how strongly it acts, and in which steps."""

from __future__ import annotations

from dataclasses import dataclass

from .printable import printable
from .region_fields import RegionField

MAX_LORAS = 100
"""Of one region."""
MAX_FILE_NAME = 1000
LORA_STRENGTH = RegionField("strength", default=1.0, low=-10.0, high=10.0, expected="a value from -10 to 10")
LORA_START = RegionField("start", default=0.0, low=0.0, high=1.0, expected="a fraction of the steps, from 0 to 1")
LORA_END = RegionField("end", default=1.0, low=0.0, high=1.0, expected="a fraction of the steps, from 0 to 1")
LORA_FIELDS = (LORA_STRENGTH, LORA_START, LORA_END)


@dataclass(frozen=True)
class RegionLora:
    """name: of the file, as the host lists its LoRAs, or enough of it to tell it from the others: no ending, no folder.

    strength: what its change of the weights is multiplied by, -10..10; 0 = left out.
    start, end: its window, as fractions of the sampler's steps, 0 <= start < end <= 1, whatever the regions' own.
    """

    name: str
    strength: float = LORA_STRENGTH.default
    start: float = LORA_START.default
    end: float = LORA_END.default


def check_lora(lora: RegionLora, label: str) -> None:
    """Raises ValueError, starting with label, for a name that is none, and for numbers out of RegionLora's ranges."""
    if not lora.name.strip():
        raise ValueError(f"{label}: a LoRA has no name. Choose its file, or remove it.")
    if len(lora.name) > MAX_FILE_NAME:
        raise ValueError(f"{label}: a LoRA's name has {len(lora.name):,} characters; give that of its file.")
    label = f"{label}, LoRA '{printable(lora.name, 60)}'"
    for lora_field in LORA_FIELDS:
        lora_field.check(getattr(lora, lora_field.name), label)
    if lora.start >= lora.end:
        raise ValueError(
            f"{label}: start ({lora.start:g}) must be smaller than end ({lora.end:g}): it acts from start to end. "
            "To leave it out, remove it."
        )


def check_loras(loras: tuple[RegionLora, ...], label: str) -> None:
    """Raises ValueError as check_lora does, and for more than MAX_LORAS."""
    if len(loras) > MAX_LORAS:
        raise ValueError(f"{label} has {len(loras):,} LoRAs, but at most {MAX_LORAS} are used. Remove some.")
    for lora in loras:
        check_lora(lora, label)
