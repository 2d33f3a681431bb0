"""One step of training: parameters, their running average, the optimizer, and what is asked of the model."""

import re

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from . import distributed, forward
from .architecture import HIDDEN, TEXT_WIDTH
from .captions import Captions
from .initial import initial_flux, initial_text
from .muon import Muon
from .scene_buffer import BUCKETS, SceneBuffer, sample_scene
from .token_positions import with_positions
from .weights import WORD_ROWS

MATRICES = r"_attn\.|_mlp\.|\.linear[12]\.|SelfAttention\.[qkvo]\.|DenseReluDense\."
"""Names of the matrices inside blocks: Muon trains them, AdamW all else."""


class Trainer:
    """Trains Pocket Flux from random weights; see `begin_from` and `restore` for others.

    tokenize: see Captions. rate: learning rate. tokens_per_step: how many tokens, of text too, make a batch.
    """

    def __init__(self, tokenize, seed: int = 0, rate: float = 2e-3, tokens_per_step: int = 1600):
        generator = torch.Generator().manual_seed(seed)
        self.rng = np.random.default_rng([seed, distributed.rank()])
        self.sizes_rng = np.random.default_rng(seed)  # all processes draw pictures of one size, so that none waits
        self.captions = Captions(tokenize)
        self.scenes = SceneBuffer(self.rng)
        self.flux = initial_flux(generator)
        self.text = initial_text(generator, len(self.captions.ids))
        self.parameters = {f"flux.{n}": p for n, p in self.flux.items()} | {f"t5.{n}": p for n, p in self.text.items()}
        for parameter in self.parameters.values():
            parameter.requires_grad_(True)
        self.average = {name: parameter.detach().clone() for name, parameter in self.parameters.items()}
        answers = len(self.captions.nouns) + len(self.captions.tints)
        self.reader = {"weight": torch.zeros(answers, TEXT_WIDTH, requires_grad=True)}
        self.rate, self.tokens_per_step, self.step, self.images, self.seconds = rate, tokens_per_step, 0, 0, 0.0
        matrices = [p for name, p in self.parameters.items() if p.ndim == 2 and re.search(MATRICES, name)]
        others = [p for p in (*self.parameters.values(), *self.reader.values()) if all(p is not m for m in matrices)]
        self.optimizers = (
            Muon(matrices, lr=rate, side=HIDDEN),
            torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.01, foreach=True),
        )
        self.misread: list[float] = []
        frequencies = np.array([bucket.frequency for bucket in BUCKETS])
        self.frequencies = frequencies / sum(bucket.frequency for bucket in BUCKETS)

    def loss(self, clean: Tensor, noise: Tensor, times: Tensor, positions: Tensor, rows: Tensor) -> Tensor:
        """Squared error of the velocity; clean, noise [B, N, 64], times [B], positions [B, N, 2].

        Every token counts the same: were those with objects in them to count more, the model would learn that there are
        more objects than there are, and draw them twice. A small part of the loss asks the text features which colour
        belongs to which noun: a real FLUX starts with a text encoder that knows such things.
        """
        text = forward.t5(self.text, self.text["words"][rows])
        t = times[:, None, None]
        velocity = forward.flux(self.flux, (1 - t) * clean + t * noise, positions, text, times)
        return F.mse_loss(velocity, noise - clean) + 0.1 * self.read(text, rows)

    def read(self, text: Tensor, rows: Tensor) -> Tensor:
        """How badly the text features [B, T, width] tell which noun and which colour their phrase is about."""
        nouns, tints = self.captions.phrases(rows)
        in_phrase = nouns >= 0
        if not in_phrase.any():
            return (text.sum() + self.reader["weight"].sum()) * 0  # every process has every gradient
        noun, tint = F.linear(text[in_phrase], self.reader["weight"]).split(
            (len(self.captions.nouns), len(self.captions.tints)), -1
        )
        self.misread.append((tint.argmax(-1) != tints[in_phrase]).float().mean().item())
        return F.cross_entropy(noun, nouns[in_phrase]) + F.cross_entropy(tint, tints[in_phrase])

    def learn_to_read(self, steps: int, size: int = 48) -> None:
        """Teach the text encoder alone which colour belongs to which noun; takes seconds and saves the flow hours."""
        optimizer = torch.optim.AdamW([*self.text.values(), *self.reader.values()], lr=self.rate, betas=(0.9, 0.98))
        for _ in range(steps):
            captions = [sample_scene(self.rng, BUCKETS[self.rng.integers(len(BUCKETS))]).caption for _ in range(size)]
            rows = self.captions.batch(captions, self.rng)
            optimizer.zero_grad()
            self.read(forward.t5(self.text, self.text["words"][rows]), rows).backward()
            distributed.all_mean(p.grad for p in (*self.text.values(), *self.reader.values()) if p.grad is not None)
            optimizer.step()
        for name, parameter in self.text.items():
            self.average[f"t5.{name}"].copy_(parameter.detach())

    def advance(self, rate: float, extra_loss: Tensor | float = 0.0, ema_decay: float = 0.9985) -> float:
        """One step on true pictures at learning rate `rate`; returns the loss.

        extra_loss: another loss of the same parameters to lower in the same step. ema_decay: of the running average.
        """
        index = int(self.sizes_rng.choice(len(BUCKETS), p=self.frequencies))
        bucket = BUCKETS[index]
        size = max(2, round(self.tokens_per_step / (bucket.tokens + 16)))
        clean, object_tokens, captions, counts = self.scenes.sample(index, size)
        clean, positions = with_positions(self.rng, bucket, clean, object_tokens, counts)
        late = 0.7 + 0.5 * np.log(max(1.0, bucket.tokens / 36))  # big pictures are decided at higher noise
        times = torch.sigmoid(torch.from_numpy(self.rng.normal(late, 1.2, size)).float())
        loss = self.loss(
            clean,
            torch.randn_like(clean),
            times,
            positions,
            self.captions.batch(captions, self.rng),
        )
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        (loss + extra_loss).backward()
        distributed.all_mean(p.grad for p in (*self.parameters.values(), *self.reader.values()) if p.grad is not None)
        torch.nn.utils.clip_grad_norm_(self.parameters.values(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
        self.step, self.images = self.step + 1, self.images + size * distributed.world_size()
        decay = min(ema_decay, (1 + self.step) / (10 + self.step))
        for name, mean in self.average.items():
            mean.lerp_(self.parameters[name].detach(), 1 - decay)
        return loss.item()

    def state(self) -> dict:
        """All that `restore` needs, as tensors and plain values: a checkpoint."""
        return {
            "parameters": {n: p.detach() for n, p in self.parameters.items()},
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "reader": self.reader["weight"].detach(),
            "word_ids": self.captions.ids,
            "step": self.step,
            "images": self.images,
            "seconds": self.seconds,
            "rng": self.rng.bit_generator.state,
            "sizes_rng": self.sizes_rng.bit_generator.state,
            "torch_rng": torch.get_rng_state(),
        }

    @torch.no_grad()
    def restore(self, state: dict) -> None:
        """Go on from a checkpoint. Raises ValueError for one of another vocabulary."""
        if state["word_ids"] != self.captions.ids:
            raise ValueError("This checkpoint was trained with other words: start a new run.")
        for name, value in state["parameters"].items():
            self.parameters[name].copy_(value)
        for name, value in state["average"].items():
            self.average[name].copy_(value)
        self.reader["weight"].copy_(state["reader"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.images, self.seconds = state["step"], state["images"], state["seconds"]
        self.rng.bit_generator.state = state["rng"]
        torch.set_rng_state(state["torch_rng"])
        self.sizes_rng.bit_generator.state = state["sizes_rng"]
        if distributed.rank() > 0:
            self.rng = np.random.default_rng([self.step, distributed.rank()])
            self.scenes.rng = self.rng
            torch.manual_seed(int(self.rng.integers(1 << 40)))

    @torch.no_grad()
    def begin_from(self, weights: dict[str, Tensor]) -> None:
        """Start from a weights file's tensors (see weights.py) in place of random ones."""
        for name, parameter in self.parameters.items():
            parameter.copy_(weights[WORD_ROWS if name == "t5.words" else name])
            self.average[name].copy_(parameter)
