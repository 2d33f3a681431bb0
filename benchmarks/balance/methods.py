"""What is compared: auto balance, every fixed setting of a grid, and other rules than the one that was kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from flux_regions.attention import FITTED, Rule, Settings

from ..renderer import Method

AUTO = Method("auto", settings={"balance": "auto"})
DEFAULT = {name: getattr(Settings(), name) for name in ("base_ratio", "end", "single_interval")}

FIXED = [
    {"base_ratio": ratio, "end": end, "single_interval": interval}
    for interval, ratios in ((1, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)), (2, (0.2, 0.4)))
    for ratio, end in product(ratios, (0.4, 0.7, 1.0))
]

RULES: dict[str, Rule] = {
    "the rule": FITTED,
    "one base ratio, 0.4": replace(FITTED, firm_ratio=0.4, light_ratio=0.4),
    "firm 0, for 0.1": replace(FITTED, firm_ratio=0.0, firm=0.1),
    "firm 0.2, for 0.25": replace(FITTED, firm_ratio=0.2, firm=0.25),
    "firm for 0.25": replace(FITTED, firm=0.25),
    "light 0.4": replace(FITTED, light_ratio=0.4),
    "light 0.6": replace(FITTED, light_ratio=0.6),
    "all to the end": replace(FITTED, least=1.0),
    "all to 0.7": replace(FITTED, small=-1.0, large=-0.5, least=0.7),
    "small up to 0.05": replace(FITTED, small=0.05, large=0.2),
    "large for 0.25": replace(FITTED, least=0.25),
}
"""How each differs from the rule that was kept."""


def fixed_methods() -> list[Method]:
    """A method for each of FIXED."""
    return [Method(_name(settings), settings=settings) for settings in FIXED]


def _name(settings: dict) -> str:
    name = f"base_ratio {settings['base_ratio']:g}, end {settings['end']:g}"
    if settings["single_interval"] > 1:
        name += f", single_interval {settings['single_interval']}"
    return f"{name} (default)" if settings == DEFAULT else name
