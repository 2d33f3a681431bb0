"""The weights that training starts from: every residual branch closed, every matrix scaled by its width."""

import math

import torch
from torch import Tensor

from .architecture import TEXT_WIDTH, flux_shapes, t5_shapes


def initial_flux(generator: torch.Generator) -> dict[str, Tensor]:
    """FLUX.1's names -> tensors. Modulations and last layer are zero: the untrained model predicts no velocity."""
    state = {}
    for name, shape in flux_shapes().items():
        if name.endswith("norm.scale"):
            state[name] = torch.ones(shape)
        elif len(shape) == 1 or "mod" in name or "adaLN" in name or name == "final_layer.linear.weight":
            state[name] = torch.zeros(shape)
        else:
            state[name] = torch.randn(shape, generator=generator) / math.sqrt(shape[1])
        if name.endswith(("mod.lin.bias", "modulation.lin.bias")):
            gates = (2, 5) if "_mod" in name else (2,)
            for gate in gates:
                state[name].chunk(6 if "_mod" in name else 3)[gate].fill_(0.3)
    return state


def initial_text(generator: torch.Generator, words: int) -> dict[str, Tensor]:
    """T5's names -> tensors, and "words" [words + 1, width]: the table of known words and the row for all others."""
    state = {}
    for name, shape in t5_shapes().items():
        if name.endswith("norm.weight"):
            state[name] = torch.ones(shape)
        elif "bias" in name:
            state[name] = neighbour_bias(shape)
        else:
            gain = TEXT_WIDTH**-0.25 if ".q." in name or ".k." in name else 1.0
            state[name] = torch.randn(shape, generator=generator) * gain / math.sqrt(shape[1])
    return state | {"words": torch.randn(words + 1, TEXT_WIDTH, generator=generator)}


def neighbour_bias(shape: tuple[int, ...]) -> Tensor:
    """T5's distance biases [buckets, heads]: each head attends to neighbours first, as adjectives and nouns are."""
    bias = torch.zeros(shape)
    back, ahead = 0, shape[0] // 2  # bucket of distance -d is d, of distance +d is half of them + d
    for head, buckets in enumerate(([back + 1], [ahead + 1], [back + 2, back + 3, back + 1], [ahead + 2, ahead + 1])):
        bias[buckets, head % shape[1]] = 4.0
    return bias
