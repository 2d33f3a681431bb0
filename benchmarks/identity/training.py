"""Trains the LoRA of a mark on Pocket Flux: scenes whose captions say nothing of it; resumable at any moment.

Rectified flow as in pocket/trainer.py, on pictures of one object, with all weights frozen but the LoRA's.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import torch
from flux_regions.pocket import forward
from flux_regions.pocket.captions import Captions
from flux_regions.pocket.checkpoints import load_checkpoint, save_atomically
from flux_regions.pocket.latents import scene_latents
from flux_regions.pocket.load import WEIGHTS
from flux_regions.pocket.scene_buffer import ONE_OBJECT, Bucket, object_tokens, sample_scene
from flux_regions.pocket.token_positions import with_positions
from flux_regions.pocket.weights import WORD_ROWS, read_weights, tensors_under
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F

from .marks import Mark

RANK = 4
RATE = 3e-3
TOKENS_PER_STEP = 1200
SAVE_EVERY = 30  # seconds
BUCKETS = tuple(
    Bucket(rows, columns, 1.0, ONE_OBJECT)
    for rows, columns in ((4, 4), (4, 8), (8, 4), (6, 6), (8, 8), (8, 8), (8, 16), (16, 8))
)
"""Sizes that regions have: pictures of one object are regions by themselves."""


class LoraTrainer:
    """tokenize: see pocket.captions.Captions. steps: how many in all; the rate falls to zero over them."""

    def __init__(self, mark: Mark, tokenize, steps: int, seed: int = 0):
        self.mark, self.steps, self.step = mark, steps, 0
        self.rng = np.random.default_rng([seed, *mark.name.encode()])
        self.captions = Captions(tokenize)
        weights = read_weights(WEIGHTS)
        self.flux = tensors_under(weights, "flux")
        self.text = tensors_under(weights, "t5") | {"words": weights[WORD_ROWS]}
        generator = torch.Generator().manual_seed(seed)
        self.down, self.up = {}, {}
        for name, weight in self.flux.items():
            if weight.ndim == 2 and "_blocks." in name and not ("_mod." in name or "modulation" in name):
                layer = name.removesuffix(".weight")
                down = torch.randn(RANK, weight.shape[1], generator=generator) / math.sqrt(weight.shape[1])
                self.down[layer] = down.requires_grad_(True)
                self.up[layer] = torch.zeros(weight.shape[0], RANK, requires_grad=True)
        self.optimizer = torch.optim.AdamW(self._parameters, lr=RATE, weight_decay=0.0, foreach=True)

    @property
    def _parameters(self) -> list[Tensor]:
        return [*self.down.values(), *self.up.values()]

    def advance(self) -> float:
        """One step; returns the loss."""
        bucket = BUCKETS[self.rng.integers(len(BUCKETS))]
        scenes = [self._scene(bucket) for _ in range(max(2, TOKENS_PER_STEP // (bucket.tokens + 16)))]
        marked = [self.mark.marked_scene(scene) for scene in scenes]
        clean = torch.cat([forward.patchify(torch.from_numpy(scene_latents(scene))[None]) for scene in marked])
        touched = torch.from_numpy(np.stack([object_tokens(scene) for scene in marked]))
        counts = np.array([len(scene.objects) for scene in marked])
        clean, positions = with_positions(self.rng, bucket, clean, touched, counts)
        times = torch.sigmoid(torch.from_numpy(self.rng.normal(0.7, 1.2, len(clean))).float())
        noise = torch.from_numpy(self.rng.standard_normal(clean.shape, np.float32))
        rows = self.captions.batch([scene.caption for scene in scenes], self.rng, drop=0.0, stray=0.0)
        with torch.no_grad():
            text = forward.t5(self.text, self.text["words"][rows])
        changed = {
            f"{layer}.weight": self.flux[f"{layer}.weight"] + self.up[layer] @ self.down[layer] for layer in self.down
        }
        t = times[:, None, None]
        velocity = forward.flux(self.flux | changed, (1 - t) * clean + t * noise, positions, text, times)
        loss = F.mse_loss(velocity, noise - clean)
        self.optimizer.zero_grad()
        loss.backward()
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (self.step + 1) / 50) * (1 - self.step / self.steps)
        self.optimizer.step()
        self.step += 1
        return loss.item()

    def _scene(self, bucket: Bucket):
        """One that its caption describes, on a background on which the mark is to be seen."""
        while True:
            scene = sample_scene(self.rng, bucket)
            if scene.background not in {self.mark.marked(item).color for item in scene.objects}:
                return scene

    def state(self) -> dict:
        """All that restore needs."""
        return {
            "down": {name: value.detach() for name, value in self.down.items()},
            "up": {name: value.detach() for name, value in self.up.items()},
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "rng": self.rng.bit_generator.state,
        }

    @torch.no_grad()
    def restore(self, state: dict) -> None:
        for own, saved in ((self.down, state["down"]), (self.up, state["up"])):
            for name, value in saved.items():
                own[name].copy_(value)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.rng.bit_generator.state = state["rng"]

    def tensors(self) -> dict[str, Tensor]:
        """The LoRA in half precision, by the names that ComfyUI reads."""
        named = {f"diffusion_model.{layer}.lora_down.weight": value for layer, value in self.down.items()}
        named |= {f"diffusion_model.{layer}.lora_up.weight": value for layer, value in self.up.items()}
        return {name: value.detach().half().contiguous() for name, value in named.items()}


def train(mark: Mark, tokenize, steps: int, checkpoint: Path, out: Path) -> None:
    """Trains for steps in all, from the checkpoint if it is there, and writes the LoRA to out. Prints how far it is."""
    trainer = LoraTrainer(mark, tokenize, steps)
    if checkpoint.exists():
        trainer.restore(load_checkpoint(checkpoint))
        print(f"{mark.name}: goes on at step {trainer.step} of {steps}", flush=True)
    losses, saved = [], time.monotonic()
    while trainer.step < steps:
        losses.append(trainer.advance())
        if trainer.step % 100 == 0:
            print(f"{mark.name}: step {trainer.step} of {steps}, loss {np.mean(losses):.4f}", flush=True)
            losses.clear()
        if time.monotonic() - saved > SAVE_EVERY:
            save_atomically(trainer.state(), checkpoint)
            saved = time.monotonic()
    save_atomically(trainer.state(), checkpoint)
    out.parent.mkdir(parents=True, exist_ok=True)
    facts = {"mark": mark.name, "steps": str(steps), "rank": str(RANK), "license": "Apache-2.0", "model": "Pocket Flux"}
    save_file(trainer.tensors(), str(out), metadata=facts)
