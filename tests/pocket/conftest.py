"""Random weights of Pocket Flux's shape, for what does not depend on training."""

import math

import pytest
import torch
from flux_regions.pocket.architecture import TEXT_WIDTH, VOCABULARY
from flux_regions.pocket.weights import WORD_IDS, WORD_ROWS, expected_shapes


def random_weights(seed: int) -> dict[str, torch.Tensor]:
    """Well scaled, so that every path of the model is alive."""
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, shape in expected_shapes().items():
        if name.endswith(("norm.scale", "norm.weight")):
            state[name] = torch.ones(shape)
        elif len(shape) == 1:
            state[name] = torch.zeros(shape)
        else:
            gain = 0.5 if ("mod" in name or name.startswith("vae.")) else 1.0
            state[name] = torch.randn(shape, generator=generator) * gain / math.sqrt(math.prod(shape[1:]))
    state[WORD_IDS] = torch.arange(VOCABULARY, dtype=torch.int32)
    state[WORD_ROWS] = torch.randn(VOCABULARY + 1, TEXT_WIDTH, generator=generator)
    return state


@pytest.fixture(scope="module")
def state():
    return random_weights(0)
