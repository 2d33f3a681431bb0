"""How much larger a picture must seem to the host's memory estimate so that the regions' tokens are counted."""

from __future__ import annotations

from typing import Any

from .family import Family
from .regional_prompt import AppliedRegions


def shape_with_region_tokens(
    noise_shape: list[int], applied: list[AppliedRegions], model: Any, family: Family
) -> list[int]:
    """noise_shape [B, C, ..., H, W] -> the same with as many more rows as the tokens of the conditioning that adds
    most.

    These are the texts of all its regions and, where the image stream is the paper's, the image a second time. model:
    the diffusion model. Texts that never join the image (cross-attention) are no rows of it.
    """
    if family.attention == "cross":
        return noise_shape
    height, width = noise_shape[-2:]
    patch, unit = family.patch(model), family.text_unit(model)
    most_cells = 0
    for regions in applied:
        prompt = regions.prompt
        text_cells = (
            sum(prompt.text_token_count(index, family.text_length, unit) for index in range(len(prompt.texts)))
            * patch**2
        )
        copy_cells = height * width if regions.settings.copies_base_image("single") else 0
        most_cells = max(most_cells, text_cells + copy_cells)
    return [*noise_shape[:-2], height + -(-most_cells // width), width]
