"""The host's call of a diffusion model, by the names of its parts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from torch import Tensor

from ..regions import Piece, TokenGrid
from .families import family_of
from .family import Family
from .uncompiled import uncompiled_itself


@dataclass(frozen=True)
class ForwardCall:
    """The host's call of a diffusion model: forward(x, timestep, context, …, transformer_options), as the wrapper gets
    it.
    """

    executor: Callable
    args: tuple
    kwargs: dict
    base_model: Any = None
    """The host's BaseModel around the diffusion model, where it is known."""
    piece: Piece | None = None
    """Which piece of the picture its latents are; None = all of it."""

    @property
    def model(self) -> Any:
        return self.executor.class_obj

    @cached_property
    def family(self) -> Family:
        return family_of(self.model)

    @property
    def inner_wrappers(self) -> list[Callable]:
        """What other nodes have put between us and the model's own forward, outermost first."""
        inside = self.executor.wrappers[self.executor.idx + 1 :]
        return [wrapper for wrapper in inside if wrapper is not self.executor.wrappers[self.executor.idx]]

    @property
    def context(self) -> Tensor:
        """The base text [B, T, C]."""
        return self.args[2]

    @property
    def base_length(self) -> int:
        """Tokens of the base text in the model, which fills it up to its unit."""
        length = self.context.shape[1]
        return length + -length % self.family.text_unit(self.model)

    @property
    def options(self) -> dict:
        return self.args[-1] if isinstance(self.args[-1], dict) else self.kwargs["transformer_options"]

    def argument(self, name: str) -> Any:
        """What the model is given under this name of its forward; None where it has no such place."""
        place = list(inspect.signature(type(self.model).forward).parameters)[1:].index
        try:
            return self.args[place(name)]
        except (ValueError, IndexError):
            return self.kwargs.get(name)

    @cached_property
    def reference_lengths(self) -> tuple[int, ...]:
        """Tokens of each reference picture that the model looks at, in their order."""
        patch, references = self.family.patch(self.model), self.family.references
        pictures = () if references is None else references(self)
        return tuple(-(-picture.shape[-2] // patch) * -(-picture.shape[-1] // patch) for picture in pictures)

    @property
    def grid(self) -> TokenGrid:
        height, width = self.args[0].shape[-2:]
        return TokenGrid(height, width, self.family.patch(self.model), self.piece)

    def without_masked_text(self) -> ForwardCall:
        """The same without padding at the end of the text that a mask hides from the model, and without the mask, which
        would not fit a text with regions before it. Raises ValueError as without_masked_end does.
        """
        position = self.family.text_mask
        if position is None or self.args[position] is None:
            return self
        args = list(self.args)
        args[2], args[position] = without_masked_end(self.context, args[position]), None
        return replace(self, args=tuple(args))

    @uncompiled_itself
    def run(self, context: Tensor | None = None, options: dict | None = None) -> Tensor:
        """The model's answer, with another context and other options where they are given."""
        args, kwargs = list(self.args), dict(self.kwargs)
        if context is not None:
            args[2] = context
        if options is not None and isinstance(args[-1], dict):
            args[-1] = options
        elif options is not None:
            kwargs["transformer_options"] = options
        return self.executor(*args, **kwargs)


def without_masked_end(text: Tensor, mask: Tensor | None) -> Tensor:
    """text [B, T, C] without the tokens at its end that mask [B, T] (1 = a word) leaves out.

    Raises ValueError where the texts of a batch have other lengths, or something else than their ends is left out.
    """
    if mask is None:
        return text
    words = mask.reshape(-1, mask.shape[-1]) > 0
    length = int(words[0].sum())
    if mask.shape[-1] != text.shape[1] or length == 0 or not words[:, :length].all() or words[:, length:].any():
        raise ValueError(
            "The conditioning brings an attention mask that leaves out other tokens than a padded end, which regions cannot "
            "follow. Encode the prompt with CLIP Text Encode, one at a time."
        )
    return text[:, :length]
