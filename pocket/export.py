"""Write one weights file: python -m pocket.export CHECKPOINT AUTOENCODER OUT.

CHECKPOINT: of a run; or a weights file, which gets another autoencoder.
AUTOENCODER: its own file, or the weights file that the checkpoint's run began from, whose steps then count too.
"""

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor

from .checkpoints import load_checkpoint
from .scenes import PALETTE
from .weights import FORMAT, WORD_IDS, WORD_ROWS, check, read_facts, read_weights, tensors_under


def collect(checkpoint: dict, autoencoder: dict[str, Tensor]) -> dict[str, Tensor]:
    """All tensors of a weights file, fp32, from a trainer's state (its running average) and the autoencoder's.

    Raises ValueError where one is missing or of another shape.
    """
    state = {name: value for name, value in checkpoint["average"].items() if name != "t5.words"}
    state |= {f"vae.{name}": value for name, value in autoencoder.items()}
    state[WORD_IDS] = torch.tensor(checkpoint["word_ids"], dtype=torch.int32)
    state[WORD_ROWS] = checkpoint["average"]["t5.words"]
    state["preview.factors"] = torch.zeros(16, 3)
    state["preview.factors"][:3] = torch.eye(3)  # the first three channels are the cell's mean colour
    state["preview.bias"] = torch.zeros(3)
    return check(state, "the checkpoint")


def export(checkpoint: Path, autoencoder: Path, out: Path) -> None:
    """Write `out` in fp16 with the facts of its training as metadata."""
    import safetensors.torch

    if checkpoint.suffix == ".safetensors":
        state, facts = read_weights(checkpoint), read_facts(checkpoint)
        state |= {f"vae.{name}": value for name, value in load_checkpoint(autoencoder).items()}
        check(state, "the autoencoder")
    else:
        state, facts = _of_run(load_checkpoint(checkpoint), autoencoder)
    halves = {name: value.half().contiguous() if value.is_floating_point() else value for name, value in state.items()}
    out.parent.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(halves, str(out), metadata=facts)


def _of_run(trained: dict, autoencoder: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a weights file, and the facts of its training. trained: a trainer's state."""
    if autoencoder.suffix == ".safetensors":
        network, before = tensors_under(read_weights(autoencoder), "vae"), read_facts(autoencoder)
    else:
        network, before = load_checkpoint(autoencoder), {"steps": 0, "images": 0, "hours": 0}
    facts = {
        "format": FORMAT,
        "steps": str(int(before["steps"]) + trained["step"]),
        "images": str(int(before["images"]) + trained["images"]),
        "hours": f"{float(before['hours']) + trained['seconds'] / 3600:.2f}",
        "palette": json.dumps(PALETTE),
        "license": "Apache-2.0",
    }
    return collect(trained, network), facts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("autoencoder", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    export(arguments.checkpoint, arguments.autoencoder, arguments.out)
