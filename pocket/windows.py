"""Where a picture's tokens sit: at a random offset, and sometimes only an irregular part of them, as in a painted region."""

import numpy as np
import torch
from torch import Tensor

from .bank import Bucket

FARTHEST = 20  # largest random offset of a picture's corner, in tokens


def place_tokens(
    rng: np.random.Generator, bucket: Bucket, clean: Tensor, touched: Tensor, counts: np.ndarray
) -> tuple[Tensor, Tensor]:
    """Tokens [B, N, 64] -> tokens [B, n, 64], perhaps fewer, and their places [B, n, 2] (row, column).

    touched: [B, N] bool, the tokens that hold a part of an object; none of those is left out.
    """
    size = len(clean)
    grid = np.stack(np.meshgrid(np.arange(bucket.rows), np.arange(bucket.columns), indexing="ij"), -1).reshape(-1, 2)
    far = max(0, FARTHEST - max(bucket.rows, bucket.columns) // 2)
    offsets = rng.integers(0, far + 1, (size, 1, 2)) * (rng.random((size, 1, 1)) < 0.75)
    places = torch.from_numpy(grid[None] + offsets).float()
    if bucket.tokens >= 36 and counts.max() <= 2 and rng.random() < 0.25:
        kept = _irregular(rng, grid, touched.numpy())
        rows = torch.arange(size)[:, None]
        return clean[rows, kept], places[rows, kept]
    return clean, places


def _irregular(rng: np.random.Generator, grid: np.ndarray, touched: np.ndarray) -> Tensor:
    """For each picture the indices [B, n] of a roundish part of the grid that holds every object, in reading order."""
    size, tokens = touched.shape
    needed = int(touched.sum(1).max())
    count = int(np.clip(needed + (tokens - needed) * rng.uniform(0.1, 0.8), 4, tokens))
    weight = touched + 0.02
    centre = (weight[..., None] * grid).sum(1) / weight.sum(1, keepdims=True) + rng.normal(0, 1.5, (size, 2))
    squeeze = np.exp(rng.normal(0, 0.35, (size, 1, 2)))
    distance = np.sqrt((((grid[None] - centre[:, None]) * squeeze) ** 2).sum(-1)) + rng.normal(0, 0.4, (size, tokens))
    distance[touched] -= 1000
    kept = np.sort(np.argpartition(distance, count - 1, axis=1)[:, :count], axis=1)
    return torch.from_numpy(kept)
