"""A buffer of scenes in many sizes, from which training samples and which is renewed as it is used."""

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
    """One picture size in tokens, how often it is trained on (relative), and the odds of 0, 1, 2, ... objects."""

    rows: int
    columns: int
    frequency: float
    odds: tuple[float, ...]

    @property
    def tokens(self) -> int:
        return self.rows * self.columns


ONE_OBJECT, MOSTLY_ONE, FEW, MANY = (
    (0.04, 0.96),
    (0.03, 0.75, 0.22),
    (0.02, 0.23, 0.6, 0.15),
    (0.02, 0.18, 0.32, 0.22, 0.16, 0.04, 0.03, 0.015, 0.015),
)
BUCKETS = (
    Bucket(4, 4, 0.02, ONE_OBJECT),
    Bucket(4, 6, 0.01, ONE_OBJECT),
    Bucket(6, 4, 0.01, ONE_OBJECT),
    Bucket(5, 5, 0.01, ONE_OBJECT),
    Bucket(6, 6, 0.02, ONE_OBJECT),
    Bucket(4, 8, 0.045, ONE_OBJECT),
    Bucket(8, 4, 0.045, ONE_OBJECT),
    Bucket(7, 5, 0.01, ONE_OBJECT),
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


def sample_scene(rng: np.random.Generator, bucket: Bucket) -> Scene:
    """A scene of the bucket's size, with a number of objects by its odds."""
    odds = np.asarray(bucket.odds)
    count = int(rng.choice(len(odds), p=odds / odds.sum()))
    return random_scene(rng, bucket.columns * TOKEN, bucket.rows * TOKEN, count)


def object_tokens(scene: Scene) -> np.ndarray:
    """Which tokens an object's box touches: bool [rows * columns]."""
    touched = np.zeros((scene.height // TOKEN, scene.width // TOKEN), bool)
    for item in scene.objects:
        bottom, right = item.y + item.diameter - 1, item.x + item.diameter - 1
        touched[item.y // TOKEN : bottom // TOKEN + 1, item.x // TOKEN : right // TOKEN + 1] = True
    return touched.reshape(-1)


@dataclass
class BucketBuffer:
    """Pictures of one bucket: tokens [n, N, 64] fp16, object_tokens [n, N] bool, captions and object counts [n].

    filled: how many of the n there are. next: the row that the next one goes to.
    """

    tokens: Tensor
    object_tokens: Tensor
    captions: list[str]
    counts: np.ndarray
    filled: int = 0
    next: int = 0


class SceneBuffer:
    """`sample` gives a batch of one bucket and renews a part of it, so that a picture is seen about `reuse` times.

    memory: bytes for the tokens of all buckets.
    """

    def __init__(self, rng: np.random.Generator, reuse: float = 4, memory: int = 600_000_000):
        self.rng, self.reuse = rng, reuse
        self.buffers = []
        for bucket in BUCKETS:
            capacity = int(min(30_000, memory / len(BUCKETS) / (bucket.tokens * 128)))
            self.buffers.append(
                BucketBuffer(
                    torch.zeros(capacity, bucket.tokens, 64, dtype=torch.float16),
                    torch.zeros(capacity, bucket.tokens, dtype=torch.bool),
                    [""] * capacity,
                    np.zeros(capacity, np.int64),
                )
            )

    def add(self, index: int, count: int) -> None:
        """Put `count` new pictures into bucket `index`; the oldest give way."""
        bucket, buffer = BUCKETS[index], self.buffers[index]
        for _ in range(count):
            scene, row = sample_scene(self.rng, bucket), buffer.next
            buffer.tokens[row] = patchify(torch.from_numpy(scene_latents(scene))[None])[0]
            buffer.object_tokens[row] = torch.from_numpy(object_tokens(scene))
            buffer.captions[row], buffer.counts[row] = scene.caption, len(scene.objects)
            buffer.next = (row + 1) % len(buffer.tokens)
            buffer.filled = max(buffer.filled, row + 1)

    def sample(self, index: int, size: int) -> tuple[Tensor, Tensor, list[str], np.ndarray]:
        """Clean tokens [B, N, 64], object_tokens [B, N] bool, captions, object counts [B] of `size` pictures."""
        buffer = self.buffers[index]
        new = int(size / self.reuse + self.rng.random())
        self.add(index, max(new, 4 * size - buffer.filled if buffer.filled < 4 * size else 0))
        chosen = self.rng.integers(0, buffer.filled, size)
        rows = torch.from_numpy(chosen)
        return (
            buffer.tokens[rows].float(),
            buffer.object_tokens[rows],
            [buffer.captions[i] for i in chosen],
            buffer.counts[chosen],
        )
