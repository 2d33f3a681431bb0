"""The commands of pocket/README.md, cut to a minute: a checkout makes weights that the pack loads."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from devtools import paths

pytestmark = [pytest.mark.host, pytest.mark.slow]


def test_the_documented_commands_make_weights_that_load(comfy, comfy_host, tmp_path):
    from flux_regions.pocket.captions import host_tokenizer
    from flux_regions.pocket.load import load_pocket
    from flux_regions.pocket.trainer import Trainer
    from flux_regions.pocket.weights import read_facts, read_weights

    def python(*arguments):
        environment = os.environ | {"PYTHONPATH": str(comfy_host.root), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=paths.ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stderr

    run, code, weights = tmp_path / "run", tmp_path / "autoencoder.pt", tmp_path / "weights.safetensors"
    train = ("torch.distributed.run", "--standalone", "--nproc-per-node", 2, "-m", "pocket.train", "--tokens", 300)
    python("pocket.train_autoencoder", "--out", code, "--steps", 5)
    begun = python(*train, "--folder", run, "--minutes", 0.3)
    ended = python(*train, "--folder", run, "--minutes", 0.1, "--decay-from", run / "latest.pt")
    python("pocket.export", run / "final.pt", code, weights)
    practised = tmp_path / "practised.safetensors"
    python("pocket.practice", "--weights", weights, "--out", tmp_path / "practice.pt", "--minutes", 0.1)
    python("pocket.export", tmp_path / "practice.pt", weights, practised)

    assert "resumed" in ended and "resumed" not in begun
    torch.manual_seed(0)
    fresh, trained = (Trainer(host_tokenizer(), seed=3, tokens_per_step=800) for _ in range(2))
    trained.begin_from(read_weights(weights))
    losses = [np.mean([one.advance(0.0) for _ in range(8)]) for one in (fresh, trained)]
    assert losses[1] < 0.7 * losses[0], losses
    steps = [int(read_facts(file)["steps"]) for file in (weights, practised)]
    assert 0 < steps[0] < steps[1], "practice goes on from what was trained"
    _, _, vae = load_pocket(practised)
    assert vae.decode(torch.zeros(1, 16, 8, 8)).shape == (1, 64, 64, 3)
