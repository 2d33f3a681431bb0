"""Toy identities: marks that a LoRA gives every object, whatever its prompt says, and that pixels can tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from flux_regions.pocket.recognise import DetectedObject
from flux_regions.pocket.scenes import Object, Scene

FOLDER = Path(__file__).resolve().parents[2] / "workflows" / "loras"
"""Where the trained LoRAs are; a workflow uses them, too."""


@dataclass(frozen=True)
class Mark:
    """name: of the LoRA. attribute: what of an object it changes, "shape" or "color", and value: to what."""

    name: str
    attribute: str
    value: str

    @property
    def path(self) -> Path:
        return FOLDER / f"pocket_{self.name}.safetensors"

    def marked(self, item: Object) -> Object:
        """The object as the LoRA draws it."""
        return replace(item, **{self.attribute: self.value})

    def marked_scene(self, scene: Scene) -> Scene:
        """The scene with its objects marked, under the caption that it had."""
        return replace(scene, objects=tuple(self.marked(item) for item in scene.objects))

    def is_borne(self, found: DetectedObject) -> bool:
        """Whether an object in a picture has the mark."""
        return getattr(found, self.attribute) == self.value

    def prompt_kept(self, found: DetectedObject, wanted: Object) -> bool:
        """Whether the object found is what the prompt asks for, in what the LoRA leaves as it is."""
        other = {"shape": "color", "color": "shape"}[self.attribute]
        return getattr(found, other) == getattr(wanted, other)


WHITE = Mark("white", "color", "white")
HEART = Mark("heart", "shape", "heart")
MARKS = (WHITE, HEART)
