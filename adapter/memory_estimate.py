"""How much larger a picture must seem to the host's memory estimate so that the regions' tokens are counted."""

from __future__ import annotations

from .regional_prompt import AppliedRegions


def shape_with_region_tokens(
    noise_shape: list[int], applied: list[AppliedRegions], patch: int = 2, text_length: int = 0
) -> list[int]:
    """noise_shape [B, C, H, W] -> the same with as many more rows as the tokens of the conditioning that adds most.

    These are the texts of all its regions and, where the image stream is the paper's, the image a second time.
    patch: latent cells along one side of a token. text_length: to how many tokens the host fills up shorter texts.
    """
    height, width = noise_shape[-2:]
    most_cells = 0
    for regions in applied:
        prompt = regions.prompt
        text_cells = sum(prompt.text_tokens(index, text_length) for index in range(len(prompt.texts))) * patch**2
        copy_cells = height * width if regions.settings.copies_base_image("single") else 0
        most_cells = max(most_cells, text_cells + copy_cells)
    return [*noise_shape[:-2], height + -(-most_cells // width), width]
