"""The loop around both phases of training: a number of rounds, a checkpoint now and then, an end on SIGTERM.

What a run learns depends on the number of its rounds, not on the machine. A limit in minutes only ends it sooner.
"""

import signal
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from . import distributed
from .checkpoints import save_atomically
from .trainer import Trainer

SAVE_EVERY = 180  # seconds


def add_loop_arguments(parser: ArgumentParser, rounds: str, default: int) -> None:
    """--threads, --seed, --minutes and the number of rounds, under the name that a round has there: "--steps"."""
    parser.add_argument(rounds, type=int, default=default, help=f"how many, from here on (default {default})")
    parser.add_argument("--minutes", type=float, help="end sooner, after so many minutes of training")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--seed", type=int, default=0)


def train_rounds(
    trainer: Trainer,
    train_round: Callable[[int, float], float],
    rounds: int,
    checkpoint: Path,
    pause: Path,
    report: Callable[[int, list[float], float], None],
    report_every: int,
    minutes: float | None = None,
) -> None:
    """Train for `rounds` rounds, or `minutes` if that is shorter, and leave a checkpoint.

    train_round: one round, from its number (from 0) and the progress (0 at first, always below 1) to its loss. pause: a
    file that suspends the run while it exists. report: gets, every report_every rounds, the rounds done, the losses
    since the last report, and the seconds they took. SIGTERM ends the run with a checkpoint. Of several processes, the
    first one decides, reports and saves.
    """
    interrupted: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: interrupted.append(True))
    is_first = distributed.rank() == 0
    seconds_before = seconds_reported = trainer.seconds
    losses, saved = [], time.monotonic()
    for number in range(rounds):
        while is_first and pause.exists() and not interrupted:
            time.sleep(1)
        progress = number / rounds
        if minutes is not None:
            progress = max(progress, (trainer.seconds - seconds_before) / 60 / minutes)
        progress = distributed.broadcast(1.0 if interrupted else progress)
        if progress >= 1:
            break
        started = time.monotonic()
        losses.append(train_round(number, progress))
        trainer.seconds += time.monotonic() - started
        if is_first and (number + 1) % report_every == 0:
            report(number + 1, losses, trainer.seconds - seconds_reported)
            losses, seconds_reported = [], trainer.seconds
        if is_first and time.monotonic() - saved > SAVE_EVERY:
            save_atomically(trainer.state(), checkpoint)
            saved = time.monotonic()
    if is_first:
        save_atomically(trainer.state(), checkpoint)
