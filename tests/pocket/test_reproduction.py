"""The commands of pocket/README.md with few steps, in two processes and in one: a checkout makes weights that load."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from devtools import paths

pytestmark = [pytest.mark.host, pytest.mark.slow]
READING_STEPS, STEPS, DECAY_STEPS, ROUNDS = 30, 40, 10, 2
RATE = 0.015
"""Of a training that lasts: after STEPS of the 300 in which it rises from 0, it is the usual 0.002."""


def test_the_documented_commands_make_weights_that_load(comfy, comfy_host, tmp_path):
    from flux_regions.pocket.captions import host_tokenizer
    from flux_regions.pocket.load import load_pocket
    from flux_regions.pocket.trainer import Trainer
    from flux_regions.pocket.weights import read_facts, read_weights

    def python(*arguments):
        environment = os.environ | {"PYTHONPATH": str(comfy_host.root), "OMP_NUM_THREADS": "1"}
        result = subprocess.run(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=paths.ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr[-2000:]
        return result.stderr

    run, code, weights = tmp_path / "run", tmp_path / "autoencoder.pt", tmp_path / "weights.safetensors"
    two_processes = ("torch.distributed.run", "--standalone", "--nproc-per-node", 2, "-m")
    train = ("pocket.train", "--tokens", 300, "--rate", RATE, "--folder", run)
    python("pocket.train_autoencoder", "--out", code, "--steps", 5)
    first_log = python(*two_processes, *train, "--reading-steps", READING_STEPS, "--steps", STEPS)
    second_log = python(*train, "--steps", DECAY_STEPS, "--decay-from", run / "latest.pt")
    python("pocket.export", run / "final.pt", code, weights)
    self_trained, checkpoint = tmp_path / "self_trained.safetensors", tmp_path / "self_training.pt"
    python("pocket.self_training", "--weights", weights, "--out", checkpoint, "--rounds", ROUNDS)
    python("pocket.export", checkpoint, weights, self_trained)

    decoder, sharper = tmp_path / "decoder.pt", tmp_path / "sharper.safetensors"
    python("pocket.train_autoencoder", "--small-shapes", "--begin", self_trained, "--out", decoder, "--steps", 3)
    python("pocket.export", self_trained, decoder, sharper)

    assert "resumed" in second_log and "resumed" not in first_log
    torch.manual_seed(0)
    fresh, trained = (Trainer(host_tokenizer(), seed=3, tokens_per_step=800) for _ in range(2))
    trained.begin_from(read_weights(weights))
    losses = [np.mean([trainer.advance(0.0) for _ in range(8)]) for trainer in (fresh, trained)]
    assert losses[1] < 0.7 * losses[0], losses
    steps = [int(read_facts(file)["steps"]) for file in (weights, self_trained)]
    assert steps == [STEPS + DECAY_STEPS, STEPS + DECAY_STEPS + 2 * ROUNDS], "each goes on from the one before"
    assert read_facts(sharper) == read_facts(self_trained)
    before, after = read_weights(self_trained), read_weights(sharper)
    changed = {name.split(".")[1] for name in after if not torch.equal(before[name], after[name])}
    assert changed == {"tidy", "colour"}, "the code and the flow model stay"
    _, _, vae = load_pocket(sharper)
    assert vae.decode(torch.zeros(1, 16, 8, 8)).shape == (1, 64, 64, 3)
