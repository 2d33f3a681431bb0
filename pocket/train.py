"""Train Pocket Flux: rectified flow on the latents of scenes, text encoder included, any duration, resumable at any moment."""

import argparse
import logging
import signal
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import forward
from .bank import BUCKETS, Bank
from .captions import Captions, host_tokenizer
from .files import save_atomically
from .initial import initial_flux, initial_text
from .weights import WORD_ROWS, read_weights
from .windows import place_tokens

log = logging.getLogger(__name__)


class Trainer:
    """Parameters, their running average, the optimizer, and one step of training."""

    def __init__(self, tokenize, seed: int = 0, rate: float = 2e-3, tokens_per_step: int = 1600):
        generator = torch.Generator().manual_seed(seed)
        self.rng = np.random.default_rng(seed)
        self.captions = Captions(tokenize)
        self.bank = Bank(self.rng)
        self.flux = initial_flux(generator)
        self.text = initial_text(generator, len(self.captions.ids))
        self.parameters = {f"flux.{n}": p for n, p in self.flux.items()} | {f"t5.{n}": p for n, p in self.text.items()}
        for parameter in self.parameters.values():
            parameter.requires_grad_(True)
        self.average = {name: parameter.detach().clone() for name, parameter in self.parameters.items()}
        self.rate, self.tokens_per_step, self.step, self.images, self.seconds = rate, tokens_per_step, 0, 0, 0.0
        self.optimizer = torch.optim.AdamW(
            self.parameters.values(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01, foreach=True
        )
        self.shares = np.array([bucket.share for bucket in BUCKETS]) / sum(bucket.share for bucket in BUCKETS)

    def loss(
        self, clean: Tensor, noise: Tensor, times: Tensor, weights: Tensor, places: Tensor, rows: Tensor
    ) -> Tensor:
        """Weighted squared error of the velocity; clean, noise [B, N, 64], times [B], weights [B, N], places [B, N, 2]."""
        text = forward.t5(self.text, self.text["words"][rows])
        t = times[:, None, None]
        velocity = forward.flux(self.flux, (1 - t) * clean + t * noise, places, text, times)
        return ((velocity - (noise - clean)).square().mean(-1) * weights).mean()

    def advance(self, rate: float) -> float:
        """One step at learning rate `rate`; returns the loss."""
        index = int(self.rng.choice(len(BUCKETS), p=self.shares))
        bucket = BUCKETS[index]
        size = max(2, round(self.tokens_per_step / (bucket.tokens + 16)))
        clean, touched, captions, counts = self.bank.sample(index, size)
        clean, touched, places = place_tokens(self.rng, bucket, clean, touched, counts)
        weights = 1 + 1.5 * touched.float()
        late = 0.7 + 0.5 * np.log(max(1.0, bucket.tokens / 36))  # big pictures are decided at higher noise
        times = torch.sigmoid(torch.from_numpy(self.rng.normal(late, 1.2, size)).float())
        loss = self.loss(
            clean,
            torch.randn_like(clean),
            times,
            weights / weights.mean(),
            places,
            self.captions.batch(captions, self.rng),
        )
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters.values(), 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.step, self.images = self.step + 1, self.images + size
        decay = min(0.9985, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.average.values()), [p.detach() for p in self.parameters.values()], 1 - decay)
        return loss.item()

    def state(self) -> dict:
        return {
            "parameters": {n: p.detach() for n, p in self.parameters.items()},
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "word_ids": self.captions.ids,
            "step": self.step,
            "images": self.images,
            "seconds": self.seconds,
            "rng": self.rng.bit_generator.state,
            "torch_rng": torch.get_rng_state(),
        }

    @torch.no_grad()
    def restore(self, state: dict) -> None:
        if state["word_ids"] != self.captions.ids:
            raise ValueError("This checkpoint was trained with other words: start a new run.")
        for name, value in state["parameters"].items():
            self.parameters[name].copy_(value)
        for name, value in state["average"].items():
            self.average[name].copy_(value)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.images, self.seconds = state["step"], state["images"], state["seconds"]
        self.rng.bit_generator.state = state["rng"]
        torch.set_rng_state(state["torch_rng"])

    @torch.no_grad()
    def begin_from(self, weights: dict[str, Tensor]) -> None:
        """Start from a weights file's tensors (see weights.py) in place of random ones."""
        for name, parameter in self.parameters.items():
            parameter.copy_(weights[WORD_ROWS if name == "t5.words" else name])
            self.average[name].copy_(parameter)


def run(trainer: Trainer, folder: Path, minutes: float, decay: bool, threads: int) -> None:
    """Train for `minutes`; `decay` lowers the rate to zero over them. A file THREADS in the folder above sets the number of
    threads while it runs, a file PAUSE there suspends it. SIGTERM ends it with a checkpoint."""
    control = folder.parent
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    start, saved, losses, mark = time.monotonic(), time.monotonic(), [], (time.monotonic(), trainer.images)
    before = trainer.seconds
    name = "final" if decay else "latest"
    while (share := (time.monotonic() - start) / 60 / minutes) < 1 and not stopped:
        rate = trainer.rate * min(1, (trainer.step + 1) / 300) * ((1 - share) if decay else 1)
        losses.append(trainer.advance(rate))
        if trainer.step % 100 == 0:
            now = time.monotonic()
            log.info(
                "step %d  images %d  %.0f images/s  loss %.4f",
                trainer.step,
                trainer.images,
                (trainer.images - mark[1]) / (now - mark[0]),
                float(np.mean(losses)),
            )
            losses = []
            while (control / "PAUSE").exists():
                time.sleep(2)
            mark = (time.monotonic(), trainer.images)
            torch.set_num_threads(int((control / "THREADS").read_text()) if (control / "THREADS").exists() else threads)
        if time.monotonic() - saved > 180:
            trainer.seconds = before + time.monotonic() - start
            save_atomically(trainer.state(), folder / f"{name}.pt")
            saved = time.monotonic()
    trainer.seconds = before + time.monotonic() - start
    save_atomically(trainer.state(), folder / f"{name}.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where checkpoints go; resumes from latest.pt there")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--decay-from", type=Path, help="a checkpoint to finish: the rate falls to zero over --minutes")
    parser.add_argument("--begin", type=Path, help="a weights file to start a new run from, such as the one that ships")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--tokens", type=int, default=1600, help="tokens per step")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    trainer = Trainer(host_tokenizer(), arguments.seed, arguments.rate, arguments.tokens)
    source = arguments.decay_from or arguments.folder / "latest.pt"
    if arguments.decay_from or source.exists():
        trainer.restore(torch.load(source, weights_only=False))
        log.info("resumed %s at step %d, %d images", source, trainer.step, trainer.images)
    elif arguments.begin:
        trainer.begin_from(read_weights(arguments.begin))
    run(trainer, arguments.folder, arguments.minutes, arguments.decay_from is not None, arguments.threads)


if __name__ == "__main__":
    main()
