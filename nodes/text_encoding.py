"""From prompts to text embeddings, through the host's CLIP object."""

from __future__ import annotations

from torch import Tensor

T5_PAD = 0


def encode(clip, prompt: str) -> list:
    """The CONDITIONING list of a prompt, as the host's own text encode node makes it."""
    return clip.encode_from_tokens_scheduled(clip.tokenize(prompt))


def encode_region(clip, prompt: str, trim: bool) -> Tensor:
    """[1, T, C]: a region's text embedding. trim: without the padding tokens after the prompt.

    The embedding is computed with its padding either way, so the tokens that stay are the same.
    """
    tokens = clip.tokenize(prompt)
    embedding = clip.encode_from_tokens_scheduled(tokens)[0][0]
    return embedding[:, : prompt_length(tokens, embedding.shape[1])] if trim else embedding


def prompt_length(tokens: dict, length: int) -> int:
    """How many of an embedding's length tokens come before its padding.

    tokens: the host's {encoder: [[(token, weight, …), …], …]}. The encoder that made the embedding is the one with as
    many tokens; padding is its trailing run of T5 pad tokens. Encoders without padding lose nothing.
    """
    for sections in tokens.values():
        ids = [entry[0] for section in sections for entry in section]
        if len(ids) == length:
            while len(ids) > 1 and isinstance(ids[-1], int) and ids[-1] == T5_PAD:
                ids.pop()
            return len(ids)
    return length
