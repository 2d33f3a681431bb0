"""How much larger a picture must seem to the host's memory estimate so that the regions' tokens are counted."""

from __future__ import annotations

from .regional_prompt import RegionalAttention


def grown(noise_shape: list[int], regional: list[RegionalAttention], patch: int = 2, text_length: int = 0) -> list[int]:
    """noise_shape [B, C, H, W] -> the same with as many more rows as the tokens that the hungriest of the conditionings adds.

    These are the texts of all its regions and, where the image stream is the paper's, the image a second time.
    patch: latent cells along one side of a token. text_length: to how many tokens the host fills up shorter texts.
    """
    height, width = noise_shape[-2:]
    extra = 0
    for one in regional:
        texts = sum(one.prompt.text_tokens(index, text_length) for index in range(len(one.prompt.texts))) * patch**2
        second = height * width if one.settings.second_stream("single") else 0
        extra = max(extra, texts + second)
    return [*noise_shape[:-2], height + -(-extra // width), width]
