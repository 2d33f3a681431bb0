"""What the adapter must know of a model family: one record of this kind for each, in families/."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.nn import Module

    from .forward import ForwardCall


@dataclass(frozen=True)
class Family:
    """The defaults are what most families have.

    name: as people call it, with its members: for errors and help.
    matches: whether a diffusion model (the module, not the MODEL) is of this family.
    isolation: what isolation "auto" stands for.
    text_length: to how many tokens the host fills up a shorter text, by zeros in front; 0 = it takes texts as they are.
    enters_by_post_input: whether the model runs `post_input` patches once text and image are embedded. If not, nothing
        can join text or image on the way, and all lengths are known before the call.
    block_lists: block type -> the attribute of the model that lists these blocks.
    skipped_single_blocks: which single blocks the model leaves out.
    base_image_copy_conflict: why a call cannot carry a second copy of its image tokens in the single blocks
        (image_stream "paper"), as a sentence for the user with what to change; None where it can.
    """

    name: str
    matches: Callable[[Module], bool]
    isolation: str = "regions"
    text_length: int = 0
    enters_by_post_input: bool = True
    block_lists: tuple[tuple[str, str], ...] = (("double", "double_blocks"), ("single", "single_blocks"))
    skipped_single_blocks: Callable[[Module], Collection[int]] = lambda _: ()
    base_image_copy_conflict: Callable[[ForwardCall], str | None] = lambda _: None

    def block_counts(self, model: Module) -> dict[str, int]:
        """How many blocks of each type, by the names that the host gives them in transformer_options."""
        return {block_type: len(getattr(model, attribute)) for block_type, attribute in self.block_lists}

    def single_blocks(self, model: Module) -> list[int]:
        """The single blocks that run, in their order."""
        skipped = self.skipped_single_blocks(model)
        return [index for index in range(self.block_counts(model)["single"]) if index not in skipped]
