"""Files that are either whole or absent."""

import os
from pathlib import Path

import torch


def save_atomically(value: object, path: Path) -> None:
    """torch.save through a temporary name, so that a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(path.suffix + ".part")
    torch.save(value, temporary)
    os.replace(temporary, path)
