"""Toy identities: marks that a LoRA gives every object, whatever its prompt says, and that pixels can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from flux_regions.pocket.recognise import DetectedObject
from flux_regions.pocket.scenes import Object, Scene

FOLDER = Path(__file__).resolve().parents[2] / "workflows" / "loras"
"""Where the trained LoRAs are; two workflows use them, too."""


@dataclass(frozen=True)
class Mark:
    """name: of the LoRA. marked: an object as the LoRA draws it. is_borne: whether an object in a picture has it.

    prompt_kept: what of the prompt's (shape, colour) the LoRA leaves as it is, in an object found and in one asked for.
    """

    name: str
    marked: Callable[[Object], Object]
    is_borne: Callable[[DetectedObject], bool]
    prompt_kept: Callable[[DetectedObject, Object], bool]

    @property
    def path(self) -> Path:
        return FOLDER / f"pocket_{self.name}.safetensors"

    def marked_scene(self, scene: Scene) -> Scene:
        """The scene with its objects marked, under the caption that it had."""
        return replace(scene, objects=tuple(self.marked(item) for item in scene.objects))


PINK = Mark(
    "pink",
    lambda item: replace(item, color="pink"),
    lambda found: found.color == "pink",
    lambda found, wanted: found.shape == wanted.shape,
)
"""No caption names an object of this colour."""
HEART = Mark(
    "heart",
    lambda item: replace(item, shape="heart"),
    lambda found: found.shape == "heart",
    lambda found, wanted: found.color == wanted.color,
)
MARKS = (PINK, HEART)
