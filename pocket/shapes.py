"""Flat, anti-aliased silhouettes: one coverage mask per (shape, diameter), cached."""

import math
from functools import cache, lru_cache

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ("circle", "square", "triangle", "star", "heart", "cross", "ring", "moon")
MASTER_SIDE = 768  # pixels per side of the master drawing that every size is reduced from


def _polygon(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]]) -> None:
    draw.polygon([(x * MASTER_SIDE, y * MASTER_SIDE) for x, y in points], fill=255)


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: int = 255) -> None:
    draw.ellipse([v * MASTER_SIDE for v in (x - radius, y - radius, x + radius, y + radius)], fill=fill)


def _star() -> list[tuple[float, float]]:
    points = []
    for i in range(10):
        radius, angle = (0.54 if i % 2 == 0 else 0.235), math.pi * (i / 5 - 0.5)
        points.append((0.5 + radius * math.cos(angle), 0.545 + radius * math.sin(angle)))
    return points


def _heart() -> list[tuple[float, float]]:
    points = []
    for i in range(200):
        t = 2 * math.pi * i / 200
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((0.5 + x / 33, 0.46 - y / 31))
    return points


@cache
def _master(shape: str) -> Image.Image:
    """The shape's silhouette, large. Raises ValueError for a shape that does not exist."""
    image = Image.new("L", (MASTER_SIDE, MASTER_SIDE), 0)
    draw = ImageDraw.Draw(image)
    if shape == "circle":
        _disc(draw, 0.5, 0.5, 0.49)
    elif shape == "square":
        _polygon(draw, [(0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95)])
    elif shape == "triangle":
        _polygon(draw, [(0.5, 0.03), (0.99, 0.95), (0.01, 0.95)])
    elif shape == "star":
        _polygon(draw, _star())
    elif shape == "heart":
        _polygon(draw, _heart())
    elif shape == "cross":
        _polygon(draw, [(0.34, 0.02), (0.66, 0.02), (0.66, 0.98), (0.34, 0.98)])
        _polygon(draw, [(0.02, 0.34), (0.98, 0.34), (0.98, 0.66), (0.02, 0.66)])
    elif shape == "ring":
        _disc(draw, 0.5, 0.5, 0.49)
        _disc(draw, 0.5, 0.5, 0.255, fill=0)
    elif shape == "moon":
        _disc(draw, 0.5, 0.5, 0.49)
        _disc(draw, 0.74, 0.42, 0.39, fill=0)
    else:
        raise ValueError(f"There is no shape called {shape!r}; there are {', '.join(SHAPES)}.")
    return image


@lru_cache(maxsize=4096)
def coverage(shape: str, diameter: int) -> np.ndarray:
    """How much of each pixel the shape covers, [diameter, diameter] float32 in 0..1."""
    reduced = _master(shape).resize((diameter, diameter), Image.Resampling.BOX)
    return np.asarray(reduced, dtype=np.float32) / 255
