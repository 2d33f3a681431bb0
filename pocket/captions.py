"""From captions to the word vectors of the text encoder, with a small table of the words that training knows."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from .architecture import TEXT_MIN_LENGTH
from .scenes import BACKGROUNDS, COLORS, PALETTE
from .shapes import SHAPES

PAD, END = 0, 1


class Captions:
    """Maps captions to rows of the word table; a word that it does not know gets the last row, `unknown`.

    tokenize: text -> token ids with the end token, without padding.
    """

    def __init__(self, tokenize: Callable[[str], list[int]]):
        self.tokenize = tokenize
        sentences = [
            f"a {color} {shape}, an {color} {shape} and a {color} {shape} on a {ground} background"
            for color, shape, ground in zip(COLORS, SHAPES, BACKGROUNDS, strict=True)
        ]
        self.ids = sorted({PAD, END} | {token for sentence in sentences for token in tokenize(sentence)})
        self.row_of = {token: row for row, token in enumerate(self.ids)}
        self.unknown = len(self.ids)
        self._rows: dict[str, tuple[int, ...]] = {}
        self.nouns = {self.row_of[tokenize(noun)[-2]]: i for i, noun in enumerate((*SHAPES, "background"))}
        self.tints = {self.row_of[tokenize(color)[-2]]: i for i, color in enumerate(PALETTE)}

    def rows(self, caption: str) -> tuple[int, ...]:
        """The caption's tokens as rows of the word table."""
        if caption not in self._rows:
            self._rows[caption] = tuple(self.row_of.get(token, self.unknown) for token in self.tokenize(caption))
        return self._rows[caption]

    def phrases(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The noun and the colour of each token's phrase: (noun, colour) indices [B, T], -1 where it is in none.

        rows: [B, T]. Both the colour word and the noun of "a red circle" belong to (circle, red).
        """
        nouns, tints = torch.full(rows.shape, -1), torch.full(rows.shape, -1)
        for i, row in enumerate(rows.tolist()):
            tint, tint_at = -1, 0
            for j, token in enumerate(row):
                if token in self.tints:
                    tint, tint_at = self.tints[token], j
                elif token in self.nouns and tint >= 0:
                    nouns[i, [tint_at, j]], tints[i, [tint_at, j]] = self.nouns[token], tint
                    tint = -1
        return nouns, tints

    def batch(self, captions: list[str], rng: np.random.Generator, drop: float = 0.1, stray: float = 0.06) -> Tensor:
        """Rows [B, T]: some captions dropped, some with words that mean nothing, mostly padded as at inference.

        drop, stray: how often either happens, 0..1.
        """
        batch = []
        for caption in captions:
            rows = list(self.rows("" if rng.random() < drop else caption))
            if rng.random() < stray:
                index = int(rng.integers(0, len(rows)))
                rows[index:index] = [self.unknown] * int(rng.integers(1, 4))
            batch.append(rows)
        longest = max(map(len, batch))
        length = longest if rng.random() < 0.4 else max(longest, TEXT_MIN_LENGTH)
        pad = self.row_of[PAD]
        return torch.tensor([rows + [pad] * (length - len(rows)) for rows in batch])


def host_tokenizer() -> Callable[[str], list[int]]:
    """The host's T5 tokenizer: text -> ids. Needs ComfyUI on the path, but does not import it; ValueError if absent."""
    from importlib.util import find_spec

    from transformers import T5TokenizerFast

    spec = find_spec("comfy")
    if spec is None or spec.submodule_search_locations is None:
        raise ValueError("Training needs ComfyUI's T5 tokenizer: put the ComfyUI folder on PYTHONPATH.")
    tokenizer = T5TokenizerFast.from_pretrained(f"{spec.submodule_search_locations[0]}/text_encoders/t5_tokenizer")
    return lambda text: tokenizer(text)["input_ids"]
