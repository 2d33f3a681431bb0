"""How much larger a picture must seem to the host's memory estimate so that the regions' tokens are counted."""

from __future__ import annotations

from .regional_prompt import RegionalAttention

CELLS_PER_TOKEN = 4
"""Latent cells of one token: 2 x 2."""


def grown(noise_shape: list[int], regional: list[RegionalAttention]) -> list[int]:
    """noise_shape [B, C, H, W] -> the same with as many more rows as the tokens that the hungriest of the conditionings adds.

    These are the texts of all its regions and, where the image stream is the paper's, the image a second time.
    """
    height, width = noise_shape[-2:]
    extra = 0
    for one in regional:
        texts = sum(text.shape[1] for text in one.prompt.texts) * CELLS_PER_TOKEN
        second = height * width if one.settings.second_stream("single") else 0
        extra = max(extra, texts + second)
    return [*noise_shape[:-2], height + -(-extra // width), width]
