"""Practice: Pocket Flux draws, the judge looks, and what came out right or wrong says where to go.

The second phase of training, after `train`: the pictures there are all true, so nothing tells the model which of its *own*
mistakes matter. Here it learns from both its successes and its failures, by the loss of DiffusionNFT (Zheng et al. 2025,
arXiv 2509.16117, equation 5 with beta 1), beside the usual loss on true pictures, which keeps all else as it was.
"""

import argparse
import logging
import math
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import forward, together
from .autoencoder import Autoencoder
from .bank import TOKEN
from .captions import host_tokenizer
from .files import save_atomically
from .judge import is_right
from .scenes import named_scene
from .trainer import Trainer
from .weights import part, read_weights

log = logging.getLogger(__name__)
EXERCISES = ((12, 12, 2, 0.7), (8, 12, 2, 0.06), (12, 8, 2, 0.06), (12, 12, 3, 0.12), (12, 12, 1, 0.06))
"""(rows, columns, objects, share of the rounds)"""
DRAWING_TIMES = torch.linspace(1, 0, 11)
"""As ComfyUI's `simple` scheduler gives them for this model, in 10 steps."""
MEMORY = 0.99  # of the running average, which draws


@dataclass(frozen=True)
class Drawn:
    """Pictures of one size that the model drew: tokens [B, N, 64], places [N, 2], word rows [B, T], right [B] as 0 or 1."""

    tokens: Tensor
    places: Tensor
    rows: Tensor
    right: Tensor


class Practice:
    """Rounds of drawing and learning on top of a `Trainer`, whose running average is the one that draws."""

    def __init__(self, trainer: Trainer, decoder: Autoencoder, size: int = 12):
        self.trainer, self.decoder, self.size = trainer, decoder.eval().requires_grad_(False), size
        self.rng = np.random.default_rng([5, trainer.step, together.rank()])
        self.right: dict[int, list[float]] = {}

    def flow(self, parameters: dict[str, Tensor], noisy: Tensor, places: Tensor, rows: Tensor, times: Tensor) -> Tensor:
        text = forward.t5(part(parameters, "t5"), parameters["t5.words"][rows])
        return forward.flux(part(parameters, "flux"), noisy, places.expand(len(noisy), -1, -1), text, times)

    @torch.no_grad()
    def draw(self) -> Drawn:
        """One round: `size` captions of one kind, drawn by the running average from fresh noise, and judged."""
        shares = np.array([share for *_, share in EXERCISES])
        rows, columns, count, _ = EXERCISES[int(self.trainer.sizes_rng.choice(len(shares), p=shares / shares.sum()))]
        scenes = [named_scene(self.rng, columns * TOKEN, rows * TOKEN, count) for _ in range(self.size)]
        places = torch.stack(torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij"), -1)
        places = places.reshape(-1, 2).float()
        words = self.trainer.captions.batch([scene.caption for scene in scenes], self.rng, drop=0, stray=0)
        tokens = torch.randn(self.size, rows * columns, 64)
        for now, then in zip(DRAWING_TIMES, DRAWING_TIMES[1:], strict=False):
            velocity = self.flow(self.trainer.average, tokens, places, words, now.expand(self.size))
            tokens = tokens + (then - now) * velocity
        pixels = self.decoder.from_unit(forward.unpatchify(tokens, rows, columns))
        pictures = (pixels / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()
        right = [is_right(picture, scene) for picture, scene in zip(pictures, scenes, strict=True)]
        self.right.setdefault(count, []).append(float(np.mean(right)))
        return Drawn(tokens, places, words, torch.tensor(right).float())

    def loss(self, drawn: Drawn) -> Tensor:
        """Towards what was right, and away, as far again, from what was wrong."""
        size = len(drawn.tokens)
        late = 0.7 + 0.5 * math.log(drawn.tokens.shape[1] / 36)
        times = torch.sigmoid(torch.from_numpy(self.rng.normal(late, 1.2, size)).float())
        noise, t = torch.randn_like(drawn.tokens), times[:, None, None]
        noisy, wanted = (1 - t) * drawn.tokens + t * noise, noise - drawn.tokens
        velocity = self.flow(self.trainer.parameters, noisy, drawn.places, drawn.rows, times)
        with torch.no_grad():
            before = self.flow(self.trainer.average, noisy, drawn.places, drawn.rows, times)
        towards = (velocity - wanted).square().mean((1, 2))
        away = (2 * before - velocity - wanted).square().mean((1, 2))
        return (drawn.right * towards + (1 - drawn.right) * away).mean()

    def round(self, rate: float, lessons: int = 2) -> float:
        drawn = self.draw()
        losses = [self.trainer.advance(rate, self.loss(drawn), MEMORY) for _ in range(lessons)]
        return float(np.mean(losses))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True, help="a weights file to begin from")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint; goes on from it if it is there")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    with together.joined():
        practise(arguments)


def practise(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed + together.rank())
    trainer = Trainer(host_tokenizer(), arguments.seed, arguments.rate, 800)
    weights = read_weights(arguments.weights)
    trainer.begin_from(weights)
    if arguments.out.exists():
        trainer.restore(torch.load(arguments.out, weights_only=False))
    decoder = Autoencoder()
    decoder.load_state_dict(part(weights, "vae"))
    practice = Practice(trainer, decoder)
    first = together.rank() == 0
    stopped: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    begun = saved = time.monotonic()
    rounds, losses = 0, []
    while True:
        share = together.from_first(1.0 if stopped else (time.monotonic() - begun) / 60 / arguments.minutes)
        if share >= 1:
            break
        begun_round = time.monotonic()
        losses.append(practice.round(arguments.rate * min(1, (rounds + 1) / 50, 2.5 * (1 - share))))
        rounds += 1
        now = time.monotonic()
        trainer.seconds += now - begun_round
        if rounds % 50 == 0 and first:
            shares = "  ".join(f"{n}: {np.mean(v):.1%}/{len(v)}" for n, v in sorted(practice.right.items()))
            log.info("%.0f s  round %d  loss %.4f  right %s", now - begun, rounds, np.mean(losses), shares)
            practice.right.clear()
            losses = []
        if first and now - saved > 120:
            save_atomically(trainer.state(), arguments.out)
            saved = now
    if first:
        save_atomically(trainer.state(), arguments.out)


if __name__ == "__main__":
    main()
