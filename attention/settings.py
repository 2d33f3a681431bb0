"""The settings of regional attention, in the paper's terms, checked once."""

from __future__ import annotations

from dataclasses import dataclass

from ..regions.json_values import as_json, number_outside, require_number
from ..regions.printable import printable

IMAGE_STREAMS = ("shared", "paper")
OVERLAPS = ("top", "blend", "union")
ISOLATIONS = ("regions", "text", "modulate")
BALANCES = ("manual", "auto")
UNCOVERED = ("base", "alone")


@dataclass(frozen=True)
class Settings:
    """How strongly, when and where the regions act (arXiv 2411.02395, section 3, and the authors' demo settings).

    base_ratio: beta, 0..1, the share of the base prompt in every region's attention; smaller = regions stronger.
    start, end: the window, as fractions of the sampler's steps, 0 <= start < end <= 1.
    double_interval, single_interval: every n-th double/single block isolates regions, >= 1; 1 = all.
    image_stream: one image stream in the single blocks ("shared"), or a second, unmerged one beside it ("paper").
    overlap: where regions overlap, the later drawn wins ("top"), they share by coverage ("blend"), or the pixel sees
        all of them ("union", the paper's rule).
    isolation: a region's pixels see their own region only ("regions", the paper), or all pixels ("text"); or everything
        sees everything, and attention is only drawn to the own region ("modulate", dense_diffusion.py), which has
        neither a base_ratio nor a second image stream; or what suits the model's family ("auto").
    balance: base_ratio, end and single_interval as they stand here ("manual"), or by a rule in their place ("auto",
        auto_balance.py).
    uncovered: without a background prompt, what no region covers follows the base prompt ("base"), or as regions do
        sees its own tokens, but no text, beside base_ratio of the base prompt ("alone", the paper's mask). With overlap
        "union" it is always alone.
    Raises ValueError for anything else.
    """

    base_ratio: float = 0.2
    start: float = 0.0
    end: float = 0.4
    double_interval: int = 1
    single_interval: int = 1
    image_stream: str = "shared"
    overlap: str = "top"
    isolation: str = "regions"
    balance: str = "manual"
    uncovered: str = "base"

    def copies_base_image(self, block_type: str | None) -> bool:
        """Whether blocks of this type ("double" or "single") carry image tokens of the base branch's own, unmerged."""
        return block_type == "single" and self.image_stream == "paper"

    def __post_init__(self) -> None:
        for name in ("base_ratio", "start", "end", "double_interval", "single_interval"):
            require_number(getattr(self, name), name)
        if not 0 <= self.base_ratio <= 1:
            raise ValueError(
                f"base_ratio is {number_outside(self.base_ratio, 0, 1)}; give a value from 0 (regions only) to 1 (base prompt only)."
            )
        if not (0 <= self.start <= 1 and 0 <= self.end <= 1):
            raise ValueError(
                f"start {self.start:g} and end {self.end:g} are fractions of the steps; give values from 0 to 1."
            )
        if self.balance == "auto" and self.start >= 1:
            raise ValueError("start is 1, so no step is left for the regions. Give a smaller value.")
        if self.balance != "auto" and self.start >= self.end:
            raise ValueError(
                f"start ({self.start:g}) must be smaller than end ({self.end:g}): the regions act from start to end. "
                "To switch them off, bypass this node."
            )
        for name, value in (("double_interval", self.double_interval), ("single_interval", self.single_interval)):
            if value < 1:
                raise ValueError(f"{name} is {value}; give 1 (every block) or more.")
        for name, value, known in (
            ("image_stream", self.image_stream, IMAGE_STREAMS),
            ("overlap", self.overlap, OVERLAPS),
            ("isolation", self.isolation, ("auto", *ISOLATIONS)),
            ("balance", self.balance, BALANCES),
            ("uncovered", self.uncovered, UNCOVERED),
        ):
            require_choice(name, value, known)
        if self.isolation == "modulate" and self.image_stream == "paper":
            raise ValueError(
                "isolation 'modulate' has no base branch that a second image stream could carry. Set image_stream to 'shared'."
            )
        if self.isolation == "modulate" and self.balance == "auto":
            raise ValueError("isolation 'modulate' has no base_ratio to balance. Set balance to 'manual'.")


def check_choice(name: str, value: str | None, options: tuple[str, ...]) -> bool:
    """True if value is one of the options, or not known yet (None); else raises ValueError.

    Hosts before 0.4 do not check.
    """
    if value is not None:
        require_choice(name, value, options)
    return True


def require_choice(name: str, value: object, options: tuple[str, ...]) -> None:
    """Raises ValueError unless value is one of the options."""
    if not isinstance(value, str) or value not in options:
        shown = f"'{printable(value, 40)}'" if isinstance(value, str) else as_json(value)
        raise ValueError(f"{name} is {shown}; choose one of: {', '.join(options)}.")
