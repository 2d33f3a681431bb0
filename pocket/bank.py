"""A growing store of scenes in many sizes, from which training draws and which is renewed as it is used."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .forward import patchify
from .latents import scene_latents
from .scenes import Scene, random_scene

TOKEN = 16  # pixels per side of a token


@dataclass(frozen=True)
class Bucket:
    """One picture size in tokens, how often it is trained on, and the odds of 0, 1, 2, ... objects."""

    rows: int
    columns: int
    share: float
    odds: tuple[float, ...]

    @property
    def tokens(self) -> int:
        return self.rows * self.columns


ONE, MOSTLY_ONE, FEW, MANY = (
    (0.04, 0.96),
    (0.03, 0.75, 0.22),
    (0.02, 0.23, 0.6, 0.15),
    (0.02, 0.18, 0.32, 0.22, 0.16, 0.04, 0.03, 0.015, 0.015),
)
BUCKETS = (
    Bucket(4, 4, 0.02, ONE),
    Bucket(4, 6, 0.01, ONE),
    Bucket(6, 4, 0.01, ONE),
    Bucket(5, 5, 0.01, ONE),
    Bucket(6, 6, 0.02, ONE),
    Bucket(4, 8, 0.045, ONE),
    Bucket(8, 4, 0.045, ONE),
    Bucket(7, 5, 0.01, ONE),
    Bucket(6, 9, 0.01, MOSTLY_ONE),
    Bucket(9, 6, 0.01, MOSTLY_ONE),
    Bucket(8, 8, 0.09, MOSTLY_ONE),
    Bucket(8, 12, 0.04, FEW),
    Bucket(12, 8, 0.04, FEW),
    Bucket(6, 16, 0.01, MOSTLY_ONE),
    Bucket(16, 6, 0.01, MOSTLY_ONE),
    Bucket(8, 16, 0.09, MOSTLY_ONE),
    Bucket(16, 8, 0.09, MOSTLY_ONE),
    Bucket(12, 12, 0.31, FEW),
    Bucket(16, 16, 0.13, MANY),
)


def draw(rng: np.random.Generator, bucket: Bucket) -> Scene:
    odds = np.asarray(bucket.odds)
    count = int(rng.choice(len(odds), p=odds / odds.sum()))
    return random_scene(rng, bucket.columns * TOKEN, bucket.rows * TOKEN, count)


def content(scene: Scene) -> np.ndarray:
    """Which tokens an object's box touches: bool [rows * columns]."""
    touched = np.zeros((scene.height // TOKEN, scene.width // TOKEN), bool)
    for item in scene.objects:
        bottom, right = item.y + item.diameter - 1, item.x + item.diameter - 1
        touched[item.y // TOKEN : bottom // TOKEN + 1, item.x // TOKEN : right // TOKEN + 1] = True
    return touched.reshape(-1)


@dataclass
class Shelf:
    """The pictures of one bucket: tokens [n, N, 64] fp16, content [n, N] bool, captions and object counts."""

    tokens: Tensor
    content: Tensor
    captions: list[str]
    counts: np.ndarray
    filled: int = 0
    next: int = 0


class Bank:
    """`sample` draws a batch of one bucket and renews a share of that bucket, so that a picture is seen about `reuse` times."""

    def __init__(self, rng: np.random.Generator, reuse: float = 4, memory: int = 600_000_000):
        self.rng, self.reuse = rng, reuse
        self.shelves = []
        for bucket in BUCKETS:
            capacity = int(min(30_000, memory / len(BUCKETS) / (bucket.tokens * 128)))
            self.shelves.append(
                Shelf(
                    torch.zeros(capacity, bucket.tokens, 64, dtype=torch.float16),
                    torch.zeros(capacity, bucket.tokens, dtype=torch.bool),
                    [""] * capacity,
                    np.zeros(capacity, np.int64),
                )
            )

    def add(self, index: int, count: int) -> None:
        """Draw and shelve `count` new pictures of bucket `index`; the oldest give way."""
        bucket, shelf = BUCKETS[index], self.shelves[index]
        for _ in range(count):
            scene, place = draw(self.rng, bucket), shelf.next
            shelf.tokens[place] = patchify(torch.from_numpy(scene_latents(scene))[None])[0]
            shelf.content[place] = torch.from_numpy(content(scene))
            shelf.captions[place], shelf.counts[place] = scene.caption, len(scene.objects)
            shelf.next = (place + 1) % len(shelf.tokens)
            shelf.filled = max(shelf.filled, place + 1)

    def sample(self, index: int, size: int) -> tuple[Tensor, Tensor, list[str], np.ndarray]:
        """Clean tokens [B, N, 64], content [B, N] bool, captions, object counts [B]."""
        shelf = self.shelves[index]
        new = int(size / self.reuse + self.rng.random())
        self.add(index, max(new, 4 * size - shelf.filled if shelf.filled < 4 * size else 0))
        chosen = self.rng.integers(0, shelf.filled, size)
        rows = torch.from_numpy(chosen)
        return (
            shelf.tokens[rows].float(),
            shelf.content[rows],
            [shelf.captions[i] for i in chosen],
            shelf.counts[chosen],
        )
