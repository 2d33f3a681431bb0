"""Practice draws with the running average, is told what is right, and learns towards that and away from the rest."""

import numpy as np
import pytest
import torch
from flux_regions.pocket.judge import is_right
from flux_regions.pocket.practice import DRAWING_TIMES, Practice
from flux_regions.pocket.scenes import named_scene, render

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def practice(comfy):
    from flux_regions.pocket.autoencoder import Autoencoder
    from flux_regions.pocket.captions import host_tokenizer
    from flux_regions.pocket.load import WEIGHTS
    from flux_regions.pocket.trainer import Trainer
    from flux_regions.pocket.weights import part, read_weights

    torch.manual_seed(0)
    weights = read_weights(WEIGHTS)
    trainer = Trainer(host_tokenizer(), tokens_per_step=200)
    trainer.begin_from(weights)
    decoder = Autoencoder()
    decoder.load_state_dict(part(weights, "vae"))
    return Practice(trainer, decoder, size=4)


@pytest.fixture(scope="module")
def drawn(practice):
    return practice.draw()


def gradient(practice, drawn, right) -> torch.Tensor:
    """The gradient of all parameters, for the same noise and times, if `right` were the judge's verdicts."""
    torch.manual_seed(3)
    practice.rng = np.random.default_rng(3)
    loss = practice.loss(drawn.__class__(drawn.tokens, drawn.places, drawn.rows, torch.tensor(right)))
    parameters = [p for name, p in practice.trainer.parameters.items() if name.startswith("flux.")]
    found = torch.autograd.grad(loss, parameters, allow_unused=True)
    return torch.cat([one.flatten() for one in found if one is not None])


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


def test_it_draws_pictures_of_its_captions_and_judges_them(practice, drawn):
    rights = [practice.draw().right for _ in range(3)]
    assert drawn.tokens.shape[0] == 4 and drawn.tokens.shape[1] == len(drawn.places)
    assert 0.2 < torch.cat([drawn.right, *rights]).mean() < 1, "the model that ships is right now and then, not always"


def test_wrong_pictures_push_as_far_as_right_ones_pull(practice, drawn):
    """Equation 5 of DiffusionNFT at the point where the learner is the one that drew."""
    pull, push = gradient(practice, drawn, [1.0] * 4), gradient(practice, drawn, [0.0] * 4)
    assert pull.norm() > 0 and (pull + push).norm() < 1e-4 * pull.norm()
    mixed = gradient(practice, drawn, [1.0, 0.0, 1.0, 0.0])
    assert (mixed - pull).norm() > 0.1 * pull.norm() and (mixed - push).norm() > 0.1 * pull.norm()


def test_a_round_moves_the_learner_and_slowly_the_one_that_draws(practice):
    name = "flux.single_blocks.0.linear1.weight"
    learner, drawer = (one[name].detach().clone() for one in (practice.trainer.parameters, practice.trainer.average))
    assert np.isfinite(practice.round(1e-4, lessons=1))
    moved = [
        (one[name] - before).norm()
        for one, before in ((practice.trainer.parameters, learner), (practice.trainer.average, drawer))
    ]
    assert 0 < moved[1] < 0.95 * moved[0]


def test_the_judge_knows_a_right_picture():
    rng = np.random.default_rng(4)
    one, other = named_scene(rng, 192, 192, 2), named_scene(rng, 192, 192, 2)
    assert is_right(render(one), one) and not is_right(render(one), other)
