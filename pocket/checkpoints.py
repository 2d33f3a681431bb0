"""Checkpoints: written whole or not at all, and read as data, never as code."""

import os
from pathlib import Path

import torch


def save_atomically(value: object, path: Path) -> None:
    """torch.save through a temporary name, so that a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(path.suffix + ".part")
    torch.save(value, temporary)
    os.replace(temporary, path)


def load_checkpoint(path: Path) -> dict:
    """What save_atomically wrote. Raises pickle.UnpicklingError for anything but tensors and plain values."""
    return torch.load(path, map_location="cpu", weights_only=True)
