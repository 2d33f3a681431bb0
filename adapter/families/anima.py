"""Anima: Cosmos-Predict2's blocks behind an adapter, which makes the text of an embedding, word ids and weights."""

from __future__ import annotations

from dataclasses import replace

from ..family import is_of, no_base_image_copy
from .cosmos_predict2 import COSMOS_PREDICT2

ANIMA = replace(
    COSMOS_PREDICT2,
    name="Anima",
    matches=is_of("comfy.ldm.anima.model", "Anima"),
    text_length=512,  # Anima.preprocess_text_embeds: rows of zeros behind, which take part in the softmax
    host_makes_text=True,
    base_image_copy_conflict=no_base_image_copy("Anima"),
)
