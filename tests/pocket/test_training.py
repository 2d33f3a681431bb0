"""Training runs the same mathematics as the host, and goes on exactly where a checkpoint left it."""

import numpy as np
import pytest
import torch
from flux_regions.pocket import forward
from flux_regions.pocket.weights import tensors_under

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def pocket(comfy, state):
    from flux_regions.pocket.load import build_pocket

    return build_pocket(state)


def test_the_training_forward_is_the_hosts_flux(pocket, state):
    generator = torch.Generator().manual_seed(2)
    latents = torch.randn(2, 16, 8, 12, generator=generator)
    text, times = torch.randn(2, 16, 128, generator=generator), torch.tensor([0.3, 0.9])
    rows, columns = torch.meshgrid(torch.arange(4.0), torch.arange(6.0), indexing="ij")
    positions = torch.stack([rows, columns], -1).reshape(1, -1, 2).repeat(2, 1, 1)
    with torch.no_grad():
        ours = forward.flux(tensors_under(state, "flux"), forward.patchify(latents), positions, text, times)
        host = pocket[0].model.diffusion_model(latents, times, context=text, y=torch.zeros(2, 32))
    assert (ours - forward.patchify(host)).abs().max() < 1e-4


def test_the_training_text_encoder_is_the_hosts_t5(pocket, state):
    tokens = pocket[1].tokenize("a red circle on a white background")
    host = pocket[1].encode_from_tokens_scheduled(tokens)[0][0]
    words = state["t5.words.rows"][[token for token, _ in tokens["t5xxl"][0]]]
    with torch.no_grad():
        ours = forward.t5(tensors_under(state, "t5"), words[None])
    assert (ours - host).abs().max() < 1e-4


@pytest.mark.slow
def test_a_new_run_can_begin_from_the_weights_that_ship(comfy):
    from flux_regions.pocket.captions import host_tokenizer
    from flux_regions.pocket.load import WEIGHTS
    from flux_regions.pocket.trainer import Trainer
    from flux_regions.pocket.weights import read_weights

    torch.manual_seed(0)
    fresh, trained = (Trainer(host_tokenizer(), tokens_per_step=800) for _ in range(2))
    trained.begin_from(read_weights(WEIGHTS))
    losses = [np.mean([trainer.advance(0.0) for _ in range(8)]) for trainer in (fresh, trained)]
    assert losses[1] < 0.3 * losses[0], "it knows what a fresh one has yet to learn"


@pytest.mark.slow
def test_a_resumed_run_takes_the_same_steps(comfy, tmp_path):
    from flux_regions.pocket.captions import host_tokenizer
    from flux_regions.pocket.checkpoints import load_checkpoint, save_atomically
    from flux_regions.pocket.trainer import Trainer

    torch.manual_seed(0)
    trainer = Trainer(host_tokenizer(), tokens_per_step=200)
    losses = [trainer.advance(1e-3) for _ in range(3)]
    assert np.isfinite(losses).all() and trainer.step == 3 and trainer.images > 0
    save_atomically(trainer.state(), tmp_path / "latest.pt")
    resumed = Trainer(host_tokenizer(), seed=7, tokens_per_step=200)
    resumed.restore(load_checkpoint(tmp_path / "latest.pt"))
    assert resumed.step == 3 and resumed.images == trainer.images
    for name, value in trainer.parameters.items():
        assert torch.equal(resumed.parameters[name], value)
        assert torch.equal(resumed.average[name], trainer.average[name])
    # The buffer of pictures is not part of a checkpoint; the optimizer is: the same gradients make the same step.
    for each in (trainer, resumed):
        for index, parameter in enumerate(each.parameters.values()):
            parameter.grad = torch.full_like(parameter, 1e-3 * (index % 3))
        for optimizer in each.optimizers:
            optimizer.step()
    assert all(torch.equal(resumed.parameters[name], value) for name, value in trainer.parameters.items())
