"""Self-training draws with the running average, and learns towards what is right and away from the rest."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from flux_regions.pocket.self_training import DRAWING_TIMES, SelfTraining

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def self_training(comfy):
    from flux_regions.pocket.autoencoder import Autoencoder
    from flux_regions.pocket.captions import host_tokenizer
    from flux_regions.pocket.load import WEIGHTS
    from flux_regions.pocket.trainer import Trainer
    from flux_regions.pocket.weights import read_weights, tensors_under

    torch.manual_seed(0)
    weights = read_weights(WEIGHTS)
    trainer = Trainer(host_tokenizer(), tokens_per_step=200)
    trainer.begin_from(weights)
    decoder = Autoencoder()
    decoder.load_state_dict(tensors_under(weights, "vae"))
    return SelfTraining(trainer, decoder, size=4)


@pytest.fixture(scope="module")
def samples(self_training):
    return self_training.draw()


def gradient(self_training, samples, right) -> torch.Tensor:
    """The gradient of all parameters, for the same noise and times, if `right` were what is recognised."""
    torch.manual_seed(3)
    self_training.rng = np.random.default_rng(3)
    loss = self_training.loss(replace(samples, right=torch.tensor(right)))
    parameters = [p for name, p in self_training.trainer.parameters.items() if name.startswith("flux.")]
    gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
    return torch.cat([gradient.flatten() for gradient in gradients if gradient is not None])


def test_the_times_are_those_of_the_hosts_sampler(comfy, nodes_pocket):
    import comfy.samplers

    host = comfy.samplers.calculate_sigmas(
        nodes_pocket.get_model_object("model_sampling"), "simple", len(DRAWING_TIMES) - 1
    )
    assert torch.allclose(DRAWING_TIMES, host, atol=2e-3)


@pytest.fixture(scope="module")
def nodes_pocket(comfy):
    from flux_regions.pocket.load import WEIGHTS, load_pocket

    return load_pocket(WEIGHTS)[0]


def test_it_draws_pictures_of_its_captions_and_recognises_what_they_hold(self_training, samples):
    rights = [self_training.draw().right for _ in range(3)]
    assert samples.tokens.shape[0] == 4 and samples.tokens.shape[1] == len(samples.positions)
    assert 0.2 < torch.cat([samples.right, *rights]).mean() < 1, (
        "the model that ships is right now and then, not always"
    )


def test_wrong_pictures_push_as_far_as_right_ones_pull(self_training, samples):
    """Equation 5 of DiffusionNFT at the point where the learner is the one that drew."""
    pull, push = gradient(self_training, samples, [1.0] * 4), gradient(self_training, samples, [0.0] * 4)
    assert pull.norm() > 0 and (pull + push).norm() < 1e-4 * pull.norm()
    mixed = gradient(self_training, samples, [1.0, 0.0, 1.0, 0.0])
    assert (mixed - pull).norm() > 0.1 * pull.norm() and (mixed - push).norm() > 0.1 * pull.norm()


def test_a_round_moves_the_learner_and_slowly_the_one_that_draws(self_training):
    name = "flux.single_blocks.0.linear1.weight"
    trainer = self_training.trainer
    learner, average = trainer.parameters[name].detach().clone(), trainer.average[name].clone()
    assert np.isfinite(self_training.round(1e-4, updates=1))
    moved, average_moved = (trainer.parameters[name] - learner).norm(), (trainer.average[name] - average).norm()
    assert 0 < average_moved < 0.95 * moved
