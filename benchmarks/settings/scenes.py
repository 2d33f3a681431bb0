"""What is drawn for each setting: the regions, the prompts around them, and the values that are tried."""

from __future__ import annotations

from dataclasses import dataclass, field

SIDE = 256
"""px, of each picture."""
SEEDS = (1, 2, 3)
"""A row of pictures for each; set before any picture was made."""

WHITE = "on a white background"
PAIR = f"a red circle and a blue star {WHITE}"
MANUAL = {"balance": "manual", "isolation": "regions"}
RING = f"a purple ring {WHITE}"
ALL_STEPS = MANUAL | {"end": 1.0}


def _box(prompt: str, x: float, y: float, width: float, height: float) -> dict:
    """The inputs of a Region from Box."""
    return {"prompt": prompt, "x": x, "y": y, "width": width, "height": height}


HALVES = (_box(f"a red circle {WHITE}", 0, 0, 0.5, 1), _box(f"a blue star {WHITE}", 0.5, 0, 0.5, 1))
OVERLAPPING = (_box(f"a blue square {WHITE}", 0, 0.1, 0.65, 0.8), _box(f"a red circle {WHITE}", 0.35, 0.1, 0.65, 0.8))
SMALL = (_box(f"a green heart {WHITE}", 0.25, 0.25, 0.5, 0.5),)
TWO_BACKGROUNDS = (
    _box("a yellow moon on a black background", 0, 0, 0.5, 1),
    _box(f"a red circle {WHITE}", 0.5, 0, 0.5, 1),
)


@dataclass(frozen=True)
class Scene:
    """One setting.

    values: what it is set to, a column of pictures for each. boxes: inputs of Region from Box, drawn in this order.
    base_prompt: of the whole picture. settings: inputs of Regional Prompt that stay as they are in all columns.
    of_regions: the numbers, from 0, of the regions whose input the setting is; empty: it is one of Regional Prompt.
    """

    setting: str
    values: tuple
    boxes: tuple[dict, ...]
    base_prompt: str
    settings: dict = field(default_factory=dict)
    of_regions: tuple[int, ...] = ()

    def at(self, value) -> tuple[list[dict], dict]:
        """The inputs of each Region from Box, and of Regional Prompt, where the setting has that value."""
        boxes = [
            box | ({self.setting: value} if index in self.of_regions else {}) for index, box in enumerate(self.boxes)
        ]
        return boxes, self.settings | ({} if self.of_regions else {self.setting: value})


SCENES = (
    Scene("base_ratio", (0.0, 0.2, 0.5, 0.8, 1.0), SMALL, RING, ALL_STEPS),
    Scene("end", (0.05, 0.2, 0.4, 0.7, 1.0), SMALL, RING, MANUAL),
    Scene("isolation", ("regions", "text", "modulate"), HALVES, PAIR, ALL_STEPS),
    Scene("overlap", ("top", "blend", "union"), OVERLAPPING, f"a blue square and a red circle {WHITE}", ALL_STEPS),
    Scene("strength", (0.0, 0.5, 1.0, 1.25, 2.0), SMALL, RING, ALL_STEPS, (0,)),
    Scene("feather", (0.0, 0.1, 0.25, 0.5), TWO_BACKGROUNDS, "a yellow moon and a red circle", ALL_STEPS, (0, 1)),
)
