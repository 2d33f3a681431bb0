"""Train Pocket Flux: rectified flow on the latents of scenes, text encoder included, any duration, resumable at any moment.

`python -m pocket.train` uses one process; `torchrun --nproc-per-node 2 -m pocket.train` uses two, one core each.
"""

import argparse
import logging
import signal
import time
from pathlib import Path

import numpy as np
import torch

from . import together
from .captions import host_tokenizer
from .files import save_atomically
from .trainer import Trainer
from .weights import read_weights

log = logging.getLogger(__name__)


def run(trainer: Trainer, folder: Path, minutes: float, decay: bool) -> None:
    """Train for `minutes`; `decay` lowers the rate to zero over them. A file PAUSE in the folder above suspends it while it
    is there. SIGTERM ends it with a checkpoint. Of several processes, the first one decides, logs and saves."""
    stopped: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    begun = saved = time.monotonic()
    before, paused, losses = trainer.seconds, 0.0, []
    mark = (begun, trainer.images)
    checkpoint = folder / ("final.pt" if decay else "latest.pt")
    first = together.rank() == 0
    while True:
        waiting = time.monotonic()
        while first and (folder.parent / "PAUSE").exists() and not stopped:
            time.sleep(1)
        now = time.monotonic()
        paused += now - waiting
        share = together.from_first(1.0 if stopped else (now - begun - paused) / 60 / minutes)
        if share >= 1:
            break
        losses.append(trainer.advance(trainer.rate * min(1, (trainer.step + 1) / 300) * ((1 - share) if decay else 1)))
        trainer.seconds = before + time.monotonic() - begun - paused
        if trainer.step % 100 == 0 and first:
            speed = (trainer.images - mark[1]) / (now - mark[0])
            loss, misread = np.mean(losses), np.mean(trainer.misread)
            report = "step %d  images %d  %.0f images/s  loss %.4f  misread %.3f"
            log.info(report, trainer.step, trainer.images, speed, loss, misread)
            losses, mark = [], (now, trainer.images)
            trainer.misread.clear()
        if first and now - saved > 180:
            save_atomically(trainer.state(), checkpoint)
            saved = now
    if first:
        save_atomically(trainer.state(), checkpoint)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where checkpoints go; resumes from latest.pt there")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--decay-from", type=Path, help="a checkpoint to finish: the rate falls to zero over --minutes")
    parser.add_argument("--begin", type=Path, help="a weights file to start a new run from, such as the one that ships")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--tokens", type=int, default=1600, help="tokens per step and process")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    with together.joined():
        train(arguments)


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed + together.rank())
    trainer = Trainer(host_tokenizer(), arguments.seed, arguments.rate, arguments.tokens)
    source = arguments.decay_from or arguments.folder / "latest.pt"
    if arguments.decay_from or source.exists():
        trainer.restore(torch.load(source, weights_only=False))
        log.info("resumed %s at step %d, %d images", source, trainer.step, trainer.images)
    elif arguments.begin:
        trainer.begin_from(read_weights(arguments.begin))
    else:
        trainer.learn_to_read()
    run(trainer, arguments.folder, arguments.minutes, arguments.decay_from is not None)


if __name__ == "__main__":
    main()
