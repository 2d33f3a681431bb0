"""From captions to the word vectors of the text encoder, with a small table of the words that training knows."""

import numpy as np
import torch
from torch import Tensor

from .architecture import TEXT_MIN_LENGTH
from .scenes import BACKGROUNDS, COLOURS, PALETTE
from .shapes import SHAPES

PAD, END = 0, 1


class Captions:
    """Maps captions to rows of the word table; a word that it does not know gets the last row, `unknown`."""

    def __init__(self, tokenize):
        """tokenize: text -> token ids with the end token, without padding."""
        self.tokenize = tokenize
        sentences = [
            f"a {colour} {shape}, an {colour} {shape} and a {colour} {shape} on a {ground} background"
            for colour, shape, ground in zip(COLOURS, SHAPES, BACKGROUNDS, strict=True)
        ]
        self.ids = sorted({PAD, END} | {token for sentence in sentences for token in tokenize(sentence)})
        self.row_of = {token: row for row, token in enumerate(self.ids)}
        self.unknown = len(self.ids)
        self.known: dict[str, tuple[int, ...]] = {}
        self.nouns = {self.row_of[tokenize(noun)[-2]]: i for i, noun in enumerate((*SHAPES, "background"))}
        self.tints = {self.row_of[tokenize(colour)[-2]]: i for i, colour in enumerate(PALETTE)}

    def rows(self, caption: str) -> tuple[int, ...]:
        if caption not in self.known:
            self.known[caption] = tuple(self.row_of.get(token, self.unknown) for token in self.tokenize(caption))
        return self.known[caption]

    def phrases(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Which noun and which colour each token of [B, T] speaks of: (noun, colour) indices [B, T], -1 where it is neither.

        Both the colour word and the noun of "a red circle" speak of (circle, red).
        """
        nouns, tints = torch.full(rows.shape, -1), torch.full(rows.shape, -1)
        for i, row in enumerate(rows.tolist()):
            tint, place = -1, 0
            for j, token in enumerate(row):
                if token in self.tints:
                    tint, place = self.tints[token], j
                elif token in self.nouns and tint >= 0:
                    nouns[i, [place, j]], tints[i, [place, j]] = self.nouns[token], tint
                    tint = -1
        return nouns, tints

    def batch(self, captions: list[str], rng: np.random.Generator, drop: float = 0.1, stray: float = 0.06) -> Tensor:
        """Rows [B, T]: some captions dropped, some with words that mean nothing, mostly padded as at inference."""
        lists = []
        for caption in captions:
            rows = list(self.rows("" if rng.random() < drop else caption))
            if rng.random() < stray:
                place = int(rng.integers(0, len(rows)))
                rows[place:place] = [self.unknown] * int(rng.integers(1, 4))
            lists.append(rows)
        longest = max(map(len, lists))
        length = longest if rng.random() < 0.4 else max(longest, TEXT_MIN_LENGTH)
        pad = self.row_of[PAD]
        return torch.tensor([rows + [pad] * (length - len(rows)) for rows in lists])


def host_tokenizer():
    """The host's T5 tokenizer as a function text -> ids (needs ComfyUI on the path, but does not import it)."""
    from importlib.util import find_spec

    from transformers import T5TokenizerFast

    spec = find_spec("comfy")
    if spec is None:
        raise ValueError("Training needs ComfyUI's T5 tokenizer: put the ComfyUI folder on PYTHONPATH.")
    tokenizer = T5TokenizerFast.from_pretrained(
        f"{next(iter(spec.submodule_search_locations))}/text_encoders/t5_tokenizer"
    )
    return lambda text: tokenizer(text)["input_ids"]
