"""Which of the model's attention calls is which: told by lengths, and where those are not enough, by order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from .family import CallsBeforeBlocks

OVERRIDE = "optimized_attention_override"
"""The host's name, in transformer_options, of what it calls in place of its attention."""


class CallKind(Enum):
    """OTHER: none of ours, such as a patch of another node inside a block. TEXT: texts among themselves, before the
    blocks. IMAGE: image tokens among themselves, before the blocks or in a model with cross-attention. CROSS: image
    tokens see texts. JOINT: a block's text and image, one sequence.
    """

    OTHER = auto()
    TEXT = auto()
    IMAGE = auto()
    CROSS = auto()
    JOINT = auto()


@dataclass(frozen=True)
class SequenceLengths:
    """In tokens. text: all texts together. image: the image and what stands behind it."""

    text: int
    image: int


class AttentionCalls:
    """Counts the calls of one run of the model. before: those that come before the blocks. blocks: how many there
    are.
    """

    def __init__(self, lengths: SequenceLengths, before: CallsBeforeBlocks, blocks: int, is_cross: bool):
        self._lengths, self._before, self._blocks, self._is_cross = lengths, before, blocks, is_cross
        self._others = self._texts = self._images = self._joint = 0
        self._text_is_next = False
        self._regional_calls = 0
        self._unknown_lengths: set[int] = set()

    @property
    def block_index(self) -> int:
        """Of the latest call in a block, for hosts that do not say it."""
        return max(self._joint - 1, 0)

    @property
    def unknown_length(self) -> int | None:
        """The tokens of blocks that are as long as no layout says; None where all blocks had their calls, or are
        missing altogether. What a node in between does inside of them beside that may be of any length.
        """
        return max(self._unknown_lengths, default=None) if self._regional_calls < self._blocks else None

    def kind(self, queries: int, keys: int, joint: int) -> CallKind:
        """queries, keys: tokens of the call. joint: of a block's sequence, in this kind of block.

        Raises ValueError where a block comes before the calls that should come before it.
        """
        if self._is_cross:
            return self._cross_kind(queries, keys)
        if self._others < self._before.other:
            self._others += 1
            return CallKind.OTHER
        if queries != keys:
            return CallKind.OTHER
        if queries == self._lengths.text and self._texts < self._before.text:
            self._texts += 1
            return CallKind.TEXT
        if queries == self._lengths.image and self._texts == self._before.text and self._images < self._before.image:
            self._images += 1
            return CallKind.IMAGE
        if queries != joint:
            self._unknown_lengths.add(queries)
            return CallKind.OTHER
        if self._texts < self._before.text or self._images < self._before.image:
            raise ValueError(
                "The model refines its texts and its image in another way than this version of Flux Regions knows, so "
                "regions would be mixed. Update ComfyUI and Flux Regions, or remove nodes that change the model."
            )
        self._joint = self._joint % self._blocks + 1
        self._regional_calls += 1
        if self._joint == self._blocks:  # should a node in between run the model once more, its calls are counted anew
            self._others = self._texts = self._images = 0
        return CallKind.JOINT

    def _cross_kind(self, queries: int, keys: int) -> CallKind:
        """Where there are as many text tokens as image tokens, image and text take turns, the image first."""
        if queries != self._lengths.image or keys not in (self._lengths.image, self._lengths.text):
            self._unknown_lengths.add(keys)
            return CallKind.OTHER
        is_text = keys == self._lengths.text and (keys != self._lengths.image or self._text_is_next)
        self._text_is_next = not is_text
        if is_text:
            self._regional_calls += 1
            return CallKind.CROSS
        self._joint = self._joint % self._blocks + 1
        return CallKind.IMAGE
