"""From prompts to text embeddings, through the host's CLIP object; what was encoded once is not encoded again."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

from torch import Tensor

from ..adapter import regions_of
from ..adapter.regional_prompt import RegionalPrompt
from ..regions import RegionSet
from ..regions.printable import whole_characters
from ..regions.printable_log import printable_logger
from ..regions.prompt_words import has_words
from ..regions.region_text import check_embedding

logger = printable_logger(__name__)

LORA_TAG = re.compile(r"<lora:[^<>\n]{1,100}>", re.IGNORECASE)
"""As other programs write it."""
DIVIDERS = re.compile(r"\b(?:BREAK|ADDCOL|ADDROW|ADDCOMM|ADDBASE)\b")
"""What other programs divide prompts and pictures with."""
PADDINGS = ("keep", "trim")
T5_PAD = 0
"""T5's pad token, for tokenizers that do not name theirs."""
MAX_BYTES = 256 * 2**20
"""Of embeddings that are kept for the next run: a few dozen prompts of T5, the longest unused go first."""


class EmbeddingCache:
    """Conditionings by CLIP object and prompt: a knob that is turned must not cost a pass of T5 for every region."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._by_clip: WeakKeyDictionary = WeakKeyDictionary()

    def encode(self, clip, prompt: str) -> list:
        """The CONDITIONING list of a prompt, as the host's own text encode node makes it."""
        prompt = whole_characters(prompt)
        embeddings = self._by_clip.setdefault(clip, OrderedDict())
        if prompt not in embeddings:
            embeddings[prompt] = clip.encode_from_tokens_scheduled(clip.tokenize(prompt))
        embeddings.move_to_end(prompt)
        while len(embeddings) > 1 and sum(map(_bytes_of, embeddings.values())) > self._max_bytes:
            embeddings.popitem(last=False)
        return [[tokens, dict(settings)] for tokens, settings in embeddings[prompt]]  # a node may change what it gets

    def clear(self) -> None:
        self._by_clip.clear()


EMBEDDINGS = EmbeddingCache()


def encode_regional_prompt(
    clip, regions: RegionSet, base_prompt: str, background_prompt: str, conditioning: list | None, padding: str
) -> RegionalPrompt:
    """The base conditioning, and a text for every region and for a background that has one.

    base_prompt, background_prompt: empty = those of the regions. conditioning: in place of the base prompt. padding:
    "keep" or "trim". Where no region can act (all have strength 0, and there is no LoRA) the result has none. Raises
    ValueError where there is something to encode and no clip.
    """
    base_prompt = base_prompt if has_words(base_prompt) else regions.base_prompt
    background_prompt = background_prompt if has_words(background_prompt) else regions.background_prompt
    if conditioning is not None and len(conditioning) == 0:
        raise ValueError(
            "The conditioning is empty. Check the node that made it, or leave it out and give a base prompt."
        )
    if conditioning is not None and len(regions) and regions_of(conditioning) is not None:
        logger.warning(
            "The conditioning carries regions already, and these take their place. To have both, connect the regions of one "
            "node to those of the next."
        )
    base = conditioning
    if base is None:
        _require_clip(clip, "The base prompt", "or connect a conditioning of it")
        if not has_words(base_prompt):
            logger.warning(
                "The base prompt is empty: where and when no region acts, the model follows an empty prompt. Describe "
                "the picture."
            )
        base = EMBEDDINGS.encode(clip, base_prompt)
    if not regions.can_act and not regions.has_loras:
        return RegionalPrompt(base, replace(regions, regions=()), ())
    texts = _texts(clip, regions, background_prompt, base[0][0])
    _warn_of_foreign_words([base_prompt, background_prompt, *(region.prompt for region in regions.regions)])
    trimmed: list[int | None] = [None] * len(texts)
    if padding == "trim":
        texts, trimmed = _trimmed(texts)
    embeddings, settings = tuple(text.embedding for text in texts), tuple(text.settings for text in texts)
    return RegionalPrompt(base, regions, embeddings, tuple(trimmed), settings)


def _warn_of_foreign_words(prompts: list[str]) -> None:
    """One line for all prompts together, of each kind of words that other programs obey."""
    for pattern, sentence in (
        (
            LORA_TAG,
            "%s in a prompt loads no LoRA in ComfyUI: it is read as words. Load it with Load LoRA, or with Region LoRA for "
            "a region alone.",
        ),
        (
            DIVIDERS,
            "%s in a prompt divides nothing in ComfyUI: it is read as a word. Give each part a region of its own.",
        ),
    ):
        words = next((match[0] for prompt in prompts if (match := pattern.search(prompt))), None)
        if words is not None:
            logger.warning(sentence, words)


class EncodedText(NamedTuple):
    """embedding: [B, T, C]. length: how many of its T tokens come before its padding; None: it came ready-made.

    settings: what the host keeps beside the embedding.
    """

    embedding: Tensor
    length: int | None
    settings: dict


def _texts(clip, regions: RegionSet, background_prompt: str, base: Tensor) -> list[EncodedText]:
    """That of every region, and of a background that has one. Equal prompts share a tensor.

    base: in place of the text of a region of strength 0, which no token sees. Raises ValueError without a clip where
        there is something to encode, and for a text of other values than numbers.
    """
    texts: list[EncodedText] = []
    for index, region in enumerate(regions.regions):
        if region.conditioning is not None:
            texts.append(EncodedText(region.conditioning, None, region.conditioning_settings))
            continue
        if not region.strength:
            texts.append(EncodedText(base, None, {}))
            continue
        _require_clip(clip, regions.label(index), "or give the region a conditioning with Set Region Conditioning")
        if not has_words(region.prompt):
            logger.warning("%s has an empty prompt: nothing in particular will be drawn there.", regions.label(index))
        texts.append(encode_region(clip, region.prompt, regions.label(index)))
    if regions.background_conditioning is not None:
        texts.append(EncodedText(regions.background_conditioning, None, regions.background_settings))
    elif has_words(background_prompt):
        _require_clip(clip, "The background prompt", "or set the region 'background' with Set Region Conditioning")
        texts.append(encode_region(clip, background_prompt, "The background"))
    for index, text in enumerate(texts):
        check_embedding(text.embedding, regions.label(index))
    return texts


def encode_region(clip, prompt: str, label: str) -> EncodedText:
    """A region's text, with its padding; where it changes over time the first, and a warning that names label."""
    prompt = whole_characters(prompt)
    conditioning = EMBEDDINGS.encode(clip, prompt)
    if len(conditioning) > 1:
        logger.warning(
            "%s: this CLIP (Set CLIP Hooks) gives it %d texts, one after the other, and a region has one: the first is used. Set "
            "schedule_clip to false.",
            *(label, len(conditioning)),
        )
    embedding, settings = conditioning[0]
    return EncodedText(embedding, prompt_length(clip.tokenizer, clip.tokenize(prompt), embedding.shape[1]), settings)


def _trimmed(texts: list[EncodedText]) -> tuple[list[EncodedText], list[int | None]]:
    """The texts without the padding behind that no other needs, and how many tokens were taken off each.

    All keep as many tokens as the longest prompt has, where they have so many: regions of equal size are then groups of
    equal size, which attention computes in one call. The padding that stays is the model's own, as in an untrimmed
    text. None: a text that came ready-made stays as it is.
    """
    longest = max((text.length for text in texts if text.length is not None), default=0)
    shortened = [text if text.length is None else _shortened(text, longest) for text in texts]
    return shortened, [
        None if text.length is None else text.embedding.shape[1] - short.embedding.shape[1]
        for text, short in zip(texts, shortened, strict=True)
    ]


def _shortened(text: EncodedText, length: int) -> EncodedText:
    """Its first length tokens, with a mask of the text as long as that."""
    mask, settings = text.settings.get("attention_mask"), text.settings
    if mask is not None:
        settings = {**settings, "attention_mask": mask[..., :length]}
    return text._replace(embedding=text.embedding[:, :length], settings=settings)


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


def _bytes_of(conditioning: list) -> int:
    return sum(tokens.nbytes for tokens, _ in conditioning)


def _require_clip(clip, what: str, otherwise: str) -> None:
    if clip is None:
        raise ValueError(f"{what} has to be encoded, but no CLIP is connected. Connect clip, {otherwise}.")
