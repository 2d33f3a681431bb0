"""Seeded scenes with exact ground truth: what is where, in which colour, and a caption that names no location."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .shapes import SHAPES, coverage

PALETTE = {
    "red": (215, 35, 40),
    "orange": (250, 125, 20),
    "yellow": (255, 225, 60),
    "green": (46, 160, 67),
    "blue": (40, 98, 224),
    "purple": (136, 62, 184),
    "white": (250, 250, 250),
    "black": (24, 24, 27),
    "gray": (150, 150, 155),
    "pink": (255, 170, 200),
}
COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "white", "black")
BACKGROUNDS = ("white", "black", "gray", "pink", "yellow", "green", "blue", "purple")
HELD_OUT = frozenset((shape, COLORS[(3 * i + 2) % 8]) for i, shape in enumerate(SHAPES))  # pairs never seen in training
MIN_DIAMETER, MAX_DIAMETER, MARGIN, GAP = 30, 132, 2, 4  # pixels


@dataclass(frozen=True)
class Object:
    """One shape; its box is (x, y, x + diameter, y + diameter) in pixels."""

    shape: str
    color: str
    x: int
    y: int
    diameter: int

    @property
    def name(self) -> str:
        return f"a {self.color} {self.shape}" if self.color[0] not in "aeiou" else f"an {self.color} {self.shape}"


@dataclass(frozen=True)
class Scene:
    """A picture in words and numbers; `render` makes the pixels."""

    width: int
    height: int
    background: str
    objects: tuple[Object, ...]
    caption: str


def caption_of(objects: tuple[Object, ...], background: str | None) -> str:
    """ "a red circle, a blue star and a green heart on a white background"; background None: it is not mentioned."""
    names = [item.name for item in objects]
    if not names:
        return f"a {background} background"
    joined = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
    return joined if background is None else f"{joined} on a {background} background"


def random_scene(
    rng: np.random.Generator,
    width: int,
    height: int,
    count: int,
    held_out: bool = False,
    allowed: np.ndarray | None = None,
    shapes: Sequence[str] = SHAPES,
) -> Scene:
    """`count` objects that neither touch nor leave the canvas (fewer if they do not fit).

    held_out: draw the pairs that training never sees instead of those it does. allowed: bool [height, width], the area
    that every object must lie in. shapes: to choose from, each as often as it stands there.
    """
    background = str(rng.choice(BACKGROUNDS))
    objects: list[Object] = []
    for _ in range(count):
        box = _free_box(rng, width, height, count, objects, allowed)
        if box is None:
            break
        shape, color = _kind(rng, background, objects, held_out, shapes)
        objects.append(Object(shape, color, *box))
    omit_background = bool(objects) and rng.random() < 0.12
    caption = caption_of(tuple(objects), None if omit_background else background)
    return Scene(width, height, background, tuple(objects), caption)


def named_scene(rng: np.random.Generator, width: int, height: int, count: int, held_out: bool = False) -> Scene:
    """A random scene that a caption describes in full: exactly `count` objects, and the background is named."""
    while True:
        scene = random_scene(rng, width, height, count, held_out=held_out)
        if len(scene.objects) == count and "background" in scene.caption:
            return scene


def _kind(
    rng: np.random.Generator, background: str, objects: list[Object], held_out: bool, shapes: Sequence[str]
) -> tuple[str, str]:
    """(shape, colour), unlike those of the objects and of the background."""
    taken = {(item.shape, item.color) for item in objects}
    while True:
        kind = (str(rng.choice(shapes)), str(rng.choice(COLORS)))
        if kind[1] != background and kind not in taken and (kind in HELD_OUT) == held_out:
            return kind


def _free_box(
    rng: np.random.Generator, width: int, height: int, count: int, objects: list[Object], allowed: np.ndarray | None
) -> tuple[int, int, int] | None:
    """(x, y, diameter) clear of all objects, within the allowed area; None if none is found soon."""
    room = min(min(width, height), 1.15 * (width * height / max(count, 1)) ** 0.5)
    low, high = max(0.42 * room, MIN_DIAMETER), min(0.88 * room, MAX_DIAMETER)
    for attempt in range(60):
        diameter = int(rng.uniform(low, max(low, high * (1 - attempt / 90))))
        diameter = min(diameter, min(width, height) - 2 * MARGIN)
        x = int(rng.integers(MARGIN, width - MARGIN - diameter + 1))
        y = int(rng.integers(MARGIN, height - MARGIN - diameter + 1))
        clear = all(
            x + diameter + GAP <= o.x
            or o.x + o.diameter + GAP <= x
            or y + diameter + GAP <= o.y
            or o.y + o.diameter + GAP <= y
            for o in objects
        )
        if clear and (allowed is None or allowed[y : y + diameter, x : x + diameter].all()):
            return x, y, diameter
    return None


def render(scene: Scene) -> np.ndarray:
    """The picture, float32 [height, width, 3] in 0..1."""
    image = np.empty((scene.height, scene.width, 3), np.float32)
    image[:] = np.asarray(PALETTE[scene.background], np.float32) / 255
    for item in scene.objects:
        area = image[item.y : item.y + item.diameter, item.x : item.x + item.diameter]
        mask = coverage(item.shape, item.diameter)[..., None]
        area += mask * (np.asarray(PALETTE[item.color], np.float32) / 255 - area)
    return image
