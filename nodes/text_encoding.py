"""From prompts to text embeddings, through the host's CLIP object."""

from __future__ import annotations

from torch import Tensor

T5_PAD = 0
"""T5's pad token, for tokenizers that do not name theirs."""


def encode(clip, prompt: str) -> list:
    """The CONDITIONING list of a prompt, as the host's own text encode node makes it."""
    return clip.encode_from_tokens_scheduled(clip.tokenize(prompt))


def encode_region(clip, prompt: str, trim: bool) -> tuple[Tensor, int | None]:
    """A region's text embedding [1, T, C], and how many tokens of padding behind it were trimmed (None: trim is off).

    It is encoded with its padding either way, so the tokens that stay are the same.
    """
    tokens = clip.tokenize(prompt)
    embedding = clip.encode_from_tokens_scheduled(tokens)[0][0]
    if not trim:
        return embedding, None
    length = prompt_length(clip.tokenizer, tokens, embedding.shape[1])
    return embedding[:, :length], embedding.shape[1] - length


def prompt_length(tokenizer, tokens: dict, length: int) -> int:
    """How many of an embedding's length tokens come before its padding.

    tokens: the tokenizer's {encoder: [[(token, weight, …), …], …]}. The encoder that made the embedding is the one with
    as many tokens; padding is its trailing run of pad tokens: T5's (FLUX.1), Qwen's (FLUX.2 Klein). Encoders that do
    not pad (Chroma's T5, FLUX.2's Mistral) lose nothing.
    """
    for name, sections in tokens.items():
        ids = [entry[0] for section in sections for entry in section]
        if len(ids) == length:
            pad = getattr(getattr(tokenizer, name, None), "pad_token", T5_PAD)
            while len(ids) > 1 and isinstance(ids[-1], int) and ids[-1] == pad:
                ids.pop()
            return len(ids)
    return length
