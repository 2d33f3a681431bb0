"""The positions of a picture's tokens: randomly offset, and sometimes of an irregular part, as a painted region."""

import numpy as np
import torch
from torch import Tensor

from .scene_buffer import Bucket

MAX_OFFSET = 20  # largest random offset of a picture's corner, in tokens


def with_positions(
    rng: np.random.Generator, bucket: Bucket, clean: Tensor, object_tokens: Tensor, counts: np.ndarray
) -> tuple[Tensor, Tensor]:
    """Tokens [B, N, 64] -> tokens [B, n, 64], perhaps fewer, and their positions [B, n, 2] (row, column).

    object_tokens: [B, N] bool, the tokens that hold a part of an object; none of those is left out. counts: [B], the
    numbers of objects.
    """
    size = len(clean)
    grid = np.stack(np.meshgrid(np.arange(bucket.rows), np.arange(bucket.columns), indexing="ij"), -1).reshape(-1, 2)
    max_offset = max(0, MAX_OFFSET - max(bucket.rows, bucket.columns) // 2)
    offsets = rng.integers(0, max_offset + 1, (size, 1, 2)) * (rng.random((size, 1, 1)) < 0.75)
    positions = torch.from_numpy(grid[None] + offsets).float()
    if bucket.tokens >= 36 and counts.max() <= 2 and rng.random() < 0.25:
        indices = _irregular_part(rng, grid, object_tokens.numpy())
        rows = torch.arange(size)[:, None]
        return clean[rows, indices], positions[rows, indices]
    return clean, positions


def _irregular_part(rng: np.random.Generator, grid: np.ndarray, object_tokens: np.ndarray) -> Tensor:
    """For each picture the indices [B, n] of a roundish part of the grid that holds every object, in reading order."""
    size, tokens = object_tokens.shape
    needed = int(object_tokens.sum(1).max())
    count = int(np.clip(needed + (tokens - needed) * rng.uniform(0.1, 0.8), 4, tokens))
    weight = object_tokens + 0.02
    centre = (weight[..., None] * grid).sum(1) / weight.sum(1, keepdims=True) + rng.normal(0, 1.5, (size, 2))
    squeeze = np.exp(rng.normal(0, 0.35, (size, 1, 2)))
    distance = np.sqrt((((grid[None] - centre[:, None]) * squeeze) ** 2).sum(-1)) + rng.normal(0, 0.4, (size, tokens))
    distance[object_tokens] -= 1000
    indices = np.sort(np.argpartition(distance, count - 1, axis=1)[:, :count], axis=1)
    return torch.from_numpy(indices)
