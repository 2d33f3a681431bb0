"""Self-training: Pocket Flux draws, its pictures are recognised, and right and wrong ones say where to go.

The second phase of training, after `train`: the pictures there are all true, so nothing tells the model which of its
*own* mistakes matter. Here it learns from both its successes and its failures, by the loss of DiffusionNFT (Zheng et
al. 2025, arXiv 2509.16117, equation 5 with beta 1), beside the usual loss on true pictures, which keeps all else as it
was.
"""

import argparse
import logging
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import distributed, forward
from .autoencoder import Autoencoder
from .captions import host_tokenizer
from .checkpoints import load_checkpoint
from .recognise import is_right
from .scene_buffer import TOKEN
from .scenes import named_scene
from .trainer import Trainer
from .training_loop import add_loop_arguments, train_rounds
from .weights import read_weights, tensors_under

log = logging.getLogger(__name__)
ROUND_KINDS = ((12, 12, 2, 0.7), (8, 12, 2, 0.06), (12, 8, 2, 0.06), (12, 12, 3, 0.12), (12, 12, 1, 0.06))
"""(rows, columns, objects, how often: a fraction of the rounds)"""
DRAWING_TIMES = torch.linspace(1, 0, 11)
"""As ComfyUI's `simple` scheduler gives them for this model, in 10 steps."""
EMA_DECAY = 0.99  # of the running average, which draws
WARM_UP = 50  # rounds in which the rate rises


@dataclass(frozen=True)
class Samples:
    """Pictures of one size that the model drew.

    tokens [B, N, 64], positions [N, 2], word rows [B, T], right [B]: 1 where the picture is right, otherwise 0.
    """

    tokens: Tensor
    positions: Tensor
    rows: Tensor
    right: Tensor


class SelfTraining:
    """Rounds of drawing and learning on top of a `Trainer`, whose running average is the one that draws.

    size: pictures in a round.
    """

    def __init__(self, trainer: Trainer, decoder: Autoencoder, size: int = 12):
        self.trainer, self.decoder, self.size = trainer, decoder.eval().requires_grad_(False), size
        self.rng = np.random.default_rng([5, trainer.step, distributed.rank()])
        self.right: dict[int, list[float]] = {}  # number of objects -> how much of each round was right

    def velocity(
        self, parameters: dict[str, Tensor], noisy: Tensor, positions: Tensor, rows: Tensor, times: Tensor
    ) -> Tensor:
        """Noisy tokens [B, N, 64] at positions [N, 2], word rows [B, T], times [B] -> velocity [B, N, 64]."""
        text = forward.t5(tensors_under(parameters, "t5"), parameters["t5.words"][rows])
        return forward.flux(tensors_under(parameters, "flux"), noisy, positions.expand(len(noisy), -1, -1), text, times)

    @torch.no_grad()
    def draw(self) -> Samples:
        """`size` captions of one kind, drawn by the running average from fresh noise, and recognised."""
        frequencies = np.array([frequency for *_, frequency in ROUND_KINDS])
        kind = int(self.trainer.sizes_rng.choice(len(frequencies), p=frequencies / frequencies.sum()))
        rows, columns, count, _ = ROUND_KINDS[kind]
        scenes = [named_scene(self.rng, columns * TOKEN, rows * TOKEN, count) for _ in range(self.size)]
        positions = torch.stack(torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij"), -1)
        positions = positions.reshape(-1, 2).float()
        words = self.trainer.captions.batch([scene.caption for scene in scenes], self.rng, drop=0, stray=0)
        tokens = torch.randn(self.size, rows * columns, 64)
        for now, then in pairwise(DRAWING_TIMES):
            velocity = self.velocity(self.trainer.average, tokens, positions, words, now.expand(self.size))
            tokens = tokens + (then - now) * velocity
        pixels = self.decoder.from_model_space(forward.unpatchify(tokens, rows, columns))
        pictures = (pixels / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()
        right = [is_right(picture, scene) for picture, scene in zip(pictures, scenes, strict=True)]
        self.right.setdefault(count, []).append(float(np.mean(right)))
        return Samples(tokens, positions, words, torch.tensor(right).float())

    def loss(self, samples: Samples) -> Tensor:
        """Towards the samples that are right, and as far away from those that are wrong."""
        size = len(samples.tokens)
        late = 0.7 + 0.5 * math.log(samples.tokens.shape[1] / 36)
        times = torch.sigmoid(torch.from_numpy(self.rng.normal(late, 1.2, size)).float())
        noise, t = torch.randn_like(samples.tokens), times[:, None, None]
        noisy, target = (1 - t) * samples.tokens + t * noise, noise - samples.tokens
        velocity = self.velocity(self.trainer.parameters, noisy, samples.positions, samples.rows, times)
        with torch.no_grad():
            before = self.velocity(self.trainer.average, noisy, samples.positions, samples.rows, times)
        towards = (velocity - target).square().mean((1, 2))
        away = (2 * before - velocity - target).square().mean((1, 2))
        return (samples.right * towards + (1 - samples.right) * away).mean()

    def round(self, rate: float, updates: int = 2) -> float:
        """Draw, and take `updates` steps at learning rate `rate`; returns their mean loss on true pictures."""
        samples = self.draw()
        losses = [self.trainer.advance(rate, self.loss(samples), EMA_DECAY) for _ in range(updates)]
        return float(np.mean(losses))


def main() -> None:
    parser = argparse.ArgumentParser(description="Train Pocket Flux on its own pictures.")
    parser.add_argument("--weights", type=Path, required=True, help="a weights file to begin from")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint; goes on from it if it is there")
    parser.add_argument("--rate", type=float, default=3e-4)
    add_loop_arguments(parser, "--rounds", 500)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    with distributed.process_group():
        train(arguments)


def train(arguments: argparse.Namespace) -> None:
    """Train for --rounds rounds and write the checkpoint --out."""
    torch.manual_seed(arguments.seed + distributed.rank())
    trainer = Trainer(host_tokenizer(), arguments.seed, arguments.rate, 800)
    weights = read_weights(arguments.weights)
    trainer.begin_from(weights)
    if arguments.out.exists():
        trainer.restore(load_checkpoint(arguments.out))
    decoder = Autoencoder()
    decoder.load_state_dict(tensors_under(weights, "vae"))
    self_training = SelfTraining(trainer, decoder)

    def train_round(number: int, progress: float) -> float:
        return self_training.round(arguments.rate * min(1, (number + 1) / WARM_UP, 2.5 * (1 - progress)))

    def report(rounds: int, losses: list[float], seconds: float) -> None:
        right = "  ".join(f"{n}: {np.mean(v):.1%}/{len(v)}" for n, v in sorted(self_training.right.items()))
        log.info("round %d  %.1f s a round  loss %.4f  right %s", rounds, seconds / len(losses), np.mean(losses), right)
        self_training.right.clear()

    train_rounds(
        trainer, train_round, arguments.rounds, arguments.out, arguments.out.parent / "PAUSE", report, 50,
        arguments.minutes,
    )  # fmt: skip


if __name__ == "__main__":
    main()
