"""Chroma. Not its child Chroma Radiance, which works on pixels."""

from __future__ import annotations

from collections.abc import Collection

from comfy.ldm.chroma.model import Chroma
from comfy.ldm.chroma_radiance.model import ChromaRadiance

from ..family import Family
from .flux1 import BLOCK_LAYERS

CONTROL = 4  # forward(x, timestep, context, guidance, control, transformer_options)


def matches(model) -> bool:
    return isinstance(model, Chroma) and not isinstance(model, ChromaRadiance)


def skipped_single_blocks(model) -> Collection[int]:
    return getattr(model, "skip_dit", ())


def base_image_copy_conflict(call) -> str | None:
    """The host adds a ControlNet's output to the last tokens of the single blocks, which would be the copy's."""
    control = call.args[CONTROL]
    if control is None or all(output is None for output in control.get("output", [])):
        return None
    return (
        "With Chroma, image_stream 'paper' and a ControlNet that acts on the single blocks do not go together. "
        "Set image_stream to 'shared'."
    )


CHROMA = Family(
    name="Chroma",
    matches=matches,
    runs_post_input=lambda _: False,
    layers=BLOCK_LAYERS,
    skipped_single_blocks=skipped_single_blocks,
    base_image_copy_conflict=base_image_copy_conflict,
)
