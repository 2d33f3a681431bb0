"""A region's text as the model at hand gets it: of its width, without masked padding, filled up as its own text is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from .forward_call import ForwardCall, without_masked_end

if TYPE_CHECKING:
    from .regional_prompt import RegionalPrompt


class TextTokens(NamedTuple):
    """tokens: [B, T, C]. first_position: that of the first of them, where the model numbers the tokens of a text.

    words: how many tokens there were before the text was filled up to the model's unit.
    """

    tokens: Tensor
    first_position: int
    words: int


def text_tokens(prompt: RegionalPrompt, index: int, call: ForwardCall) -> TextTokens:
    """One text of the prompt as call's model gets it. Raises ValueError for a shape that it cannot read."""
    family, trimmed = call.family, prompt.trimmed_tokens(index)
    if family.host_makes_text:
        text = TextTokens(host_text(prompt, index, call), 0, 0)
    else:
        embedding = region_embedding(prompt, index, call.context.shape[-1]).to(call.context.device, call.context.dtype)
        if family.text_mask is not None:
            embedding = without_masked_end(embedding, prompt.text_settings(index).get("attention_mask"))
        text = with_position(embedding, family.text_length, trimmed)
    tokens, words = text.tokens, text.tokens.shape[1]
    filling = -words % family.text_unit(call.model)
    return TextTokens(torch.nn.functional.pad(tokens, (0, 0, 0, filling)), text.first_position, words)


def region_embedding(prompt: RegionalPrompt, index: int, width: int) -> Tensor:
    """One text of the prompt. Raises ValueError for a shape the model, which reads embeddings of width, cannot read."""
    text = prompt.texts[index]
    if text.ndim != 3 or text.shape[1] == 0:
        raise ValueError(
            f"{prompt.label(index)}: its conditioning has the shape {list(text.shape)}; batch x tokens x width is needed. "
            "Check the node that made it."
        )
    if text.shape[-1] != width:
        raise ValueError(
            f"{prompt.label(index)}: its conditioning has the shape {list(text.shape)}, but this model reads text embeddings "
            f"of width {width}. Encode it with the CLIP that belongs to the model."
        )
    return text


def host_text(prompt: RegionalPrompt, index: int, call: ForwardCall) -> Tensor:
    """[B, T, C]: one text of the prompt as the host makes it of its conditioning, for models whose input is more than
    tokens.

    Raises ValueError as region_embedding does, and for a conditioning made for another model.
    """
    embedding = region_embedding(prompt, index, prompt.base[0][0].shape[-1])
    context = call.context
    if call.base_model is None:
        raise ValueError(
            "Another node runs the model in a way that leaves ComfyUI's own out, so the regions' prompts cannot be made "
            "ready for it. Remove or bypass that node."
        )
    with torch.inference_mode():  # outside of it the host takes it for training, and leaves the work to the model
        conds = call.base_model.extra_conds(
            **{**prompt.text_settings(index), "cross_attn": embedding, "device": context.device}
        )
    text = conds["c_crossattn"].cond
    if text.shape[-1] != context.shape[-1]:
        raise ValueError(
            f"{prompt.label(index)}: its conditioning was not made for this model. Encode it with the CLIP that belongs to the "
            "model."
        )
    return text.to(context.device, context.dtype).clone()


def with_position(tokens: Tensor, text_length: int, trimmed: int | None) -> TextTokens:
    """A text as it would stand in a prompt of its own, padded to text_length in front; or trimmed, each word in its
    place.

    trimmed: tokens of padding taken off behind. Worked values for a text_length of 512: 20 tokens, trimmed None -> 512
    tokens from position 0; 20 tokens, trimmed 0 (nothing to take off) -> 20 tokens from position 492; 20 tokens,
    trimmed 492 -> from position 0.
    """
    missing = max(text_length - tokens.shape[1] - (trimmed or 0), 0)
    if trimmed is None:
        tokens = torch.nn.functional.pad(tokens, (0, 0, missing, 0))
    return TextTokens(tokens, 0 if trimmed is None else missing, tokens.shape[1])
