"""Train Pocket Flux: rectified flow on the latents of scenes, text encoder included; resumable at any moment.

`python -m pocket.train` uses one process; `torchrun --nproc-per-node 2 -m pocket.train` uses two, one core each.
"""

import argparse
import logging
from pathlib import Path

import numpy as np
import torch

from . import distributed
from .captions import host_tokenizer
from .checkpoints import load_checkpoint
from .trainer import Trainer
from .training_loop import add_loop_arguments, train_rounds
from .weights import read_weights

log = logging.getLogger(__name__)
WARM_UP = 300  # steps in which the rate rises


def main() -> None:
    parser = argparse.ArgumentParser(description="Train Pocket Flux, or finish its training with --decay-from.")
    parser.add_argument("--folder", type=Path, required=True, help="where checkpoints go; resumes from latest.pt there")
    parser.add_argument("--decay-from", type=Path, help="a checkpoint to finish: the rate falls to zero over --steps")
    parser.add_argument("--begin", type=Path, help="a weights file to start a new run from, such as the one that ships")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--tokens", type=int, default=1600, help="tokens per step and process")
    help_of_reading = "steps in which a new run teaches its text encoder alone which colour belongs to which noun"
    parser.add_argument("--reading-steps", type=int, default=300, help=help_of_reading)
    add_loop_arguments(parser, "--steps", 12_000)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    with distributed.process_group():
        train(arguments)


def train(arguments: argparse.Namespace) -> None:
    """Train for --steps steps and write final.pt (with --decay-from) or latest.pt into --folder."""
    torch.manual_seed(arguments.seed + distributed.rank())
    trainer = Trainer(host_tokenizer(), arguments.seed, arguments.rate, arguments.tokens)
    source = arguments.decay_from or arguments.folder / "latest.pt"
    if arguments.decay_from or source.exists():
        trainer.restore(load_checkpoint(source))
        log.info("resumed %s at step %d, %d images", source, trainer.step, trainer.images)
    elif arguments.begin:
        trainer.begin_from(read_weights(arguments.begin))
    else:
        trainer.learn_to_read(arguments.reading_steps)
    images_reported = trainer.images

    def train_step(_: int, progress: float) -> float:
        decay = 1 - progress if arguments.decay_from else 1
        return trainer.advance(arguments.rate * min(1, (trainer.step + 1) / WARM_UP) * decay)

    def report(_: int, losses: list[float], seconds: float) -> None:
        nonlocal images_reported
        speed, misread = (trainer.images - images_reported) / seconds, np.mean(trainer.misread)
        line = "step %d  images %d  %.0f images/s  loss %.4f  misread %.3f"
        log.info(line, trainer.step, trainer.images, speed, np.mean(losses), misread)
        images_reported = trainer.images
        trainer.misread.clear()

    train_rounds(
        trainer,
        train_step,
        arguments.steps,
        arguments.folder / ("final.pt" if arguments.decay_from else "latest.pt"),
        arguments.folder.parent / "PAUSE",
        report,
        100,
        arguments.minutes,
    )


if __name__ == "__main__":
    main()
