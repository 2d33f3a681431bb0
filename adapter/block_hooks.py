"""What happens inside the blocks during one forward call: the region texts come in, and attention is grouped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import comfy.utils
import torch
from torch import Tensor

from ..attention import AttentionPlan, AttentionShares, LogitModulation, TokenLayout
from .attention_record import record_of
from .regional_prompt import AppliedRegions
from .run_cache import RunCache
from .uncompiled import uncompiled

if TYPE_CHECKING:
    from .forward import ForwardCall

OVERRIDE = "optimized_attention_override"


class BlockHooks:
    """The hooks of one forward call of the model, and what they have to remember between them.

    active: the regions that act in this call. Raises ValueError where the call cannot carry what their settings ask
        for.
    """

    def __init__(self, cache: RunCache, active: AppliedRegions, call: ForwardCall):
        self.call = call
        self.model_ran = False
        self.attention_ran = False
        self._cache, self._active, self._grid = cache, active, call.grid
        self._text_regions = cache.routing(active, self._grid).text_regions
        self._texts = cache.texts(active, self._grid, call.context, call.family.text_length)
        self._lengths = tuple(text.tokens.shape[1] for text in self._texts)
        self._previous_override = call.options.get(OVERRIDE)
        self._on_shares: Callable[[AttentionShares], None] | None = None
        self._detached_texts: tuple = ()
        self._layout: TokenLayout
        self._plan: AttentionPlan | LogitModulation
        self._is_planned = False
        if active.settings.copies_base_image("single"):
            conflict = call.family.base_image_copy_conflict(call)
            if conflict:
                raise ValueError(conflict)
        if not call.family.enters_by_post_input:
            # Nothing joins the model's text or image on the way, so all lengths are known.
            self._fix_layout(call.context.shape[1], references=0, image=call.context)

    @property
    def text_length(self) -> int:
        """Tokens of all region texts together."""
        return sum(self._lengths)

    @property
    def visible_regions(self) -> int:
        """How many regions some token sees, the background not counted."""
        return sum(region < len(self._active.prompt.regions) for region in self._text_regions)

    @property
    def context(self) -> Tensor:
        """The text that the model is given: the regions' before the base text."""
        texts = [comfy.utils.repeat_to_batch_size(text.tokens, len(self.call.context)) for text in self._texts]
        return torch.cat([*texts, self.call.context], dim=1)

    @property
    def options(self) -> dict:
        """A copy of the call's transformer_options with our hooks; those of others stay in force."""
        options = {**self.call.options, OVERRIDE: self._attend}
        if self.call.family.enters_by_post_input:
            patches = dict(options.get("patches", {}))
            patches["post_input"] = [
                self._detach_region_texts,
                *patches.get("post_input", []),
                self._reattach_region_texts,
            ]
            options["patches"] = patches
        if self._active.settings.copies_base_image("single"):
            patches_replace = dict(options.get("patches_replace", {}))
            blocks = dict(patches_replace.get("dit", {}))
            singles = self.call.family.single_blocks(self.call.model)
            for index in singles:
                name = ("single_block", index)
                ends = index == singles[0], index == singles[-1]
                blocks[name] = partial(self._block_with_base_image_copy, *ends, blocks.get(name))
            options["patches_replace"] = {**patches_replace, "dit": blocks}
        return options

    def record_as(self, applied: AppliedRegions, acting: tuple[int, ...], count: int) -> None:
        """Where somebody watches the run (attention_record.py), writes this call's attention down.

        acting: which of all count regions of applied the active ones are.
        """
        record = record_of(self.call.options)
        if record is not None and record.accepts(applied, self._grid):
            numbers = (*acting, count)  # the background's text comes after those of all regions
            self._on_shares = partial(record.add, [numbers[region] for region in self._text_regions])

    def _fix_layout(self, base_length: int, references: int, image: Tensor) -> None:
        """Once all lengths of the joint sequence are known, in tokens. image: what has the blocks' device and dtype."""
        self._layout = TokenLayout(self._lengths, base_length, self._grid.tokens, references)
        self._plan = self._cache.plan(self._active, self._grid, self._layout, image)
        self._is_planned = True

    def _detach_region_texts(self, args: dict) -> dict:
        """Takes the region texts, now projected, out of the text, so that the patches of others see the base text
        alone.

        FLUX.2 has numbered the tokens from the first to the last: every text gets the positions of a text that stands
        alone.
        """
        text, ids = args["txt"], args["txt_ids"]
        starts = [(region_text.first_position, region_text.tokens.shape[1]) for region_text in self._texts]
        region_ids = [ids[:, first : first + length] for first, length in starts]
        self._detached_texts = text[:, : self.text_length], torch.cat(region_ids, 1)
        return {**args, "txt": text[:, self.text_length :], "txt_ids": ids[:, : text.shape[1] - self.text_length]}

    def _reattach_region_texts(self, args: dict) -> dict:
        """Puts them back, in front of whatever text there is by now; only here are all lengths known."""
        self.model_ran = True
        references = args["img"].shape[1] - self._grid.tokens
        self._fix_layout(args["txt"].shape[1], references, args["img"])
        texts, ids = self._detached_texts
        self._detached_texts = ()
        return {**args, "txt": torch.cat([texts, args["txt"]], 1), "txt_ids": torch.cat([ids, args["txt_ids"]], 1)}

    # TorchCompileModel of hosts since 0.5 never looks at transformer_options again (its guard filter): compiled code
    # of one block would serve the next with its own groups. This is called, not compiled, and reads them anew every
    # time.
    @uncompiled
    def _attend(
        self, func, q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None = None, **kwargs
    ) -> Tensor:
        """The attention override: func is the host's backend; an override that was there before is called in its
        place.
        """
        host_attention = func if self._previous_override is None else partial(self._previous_override, func)
        block = kwargs.get("transformer_options") or {}
        block_type, block_index = block.get("block_type", ""), block.get("block_index", 0)
        if not self._is_joint_sequence(q, k, block_type):
            return host_attention(q, k, v, heads, mask=mask, **kwargs)
        if mask is not None:
            raise ValueError(
                "The conditioning brings an attention mask of its own (Apply Style Model with strength_type 'attn_bias'), "
                "which regions cannot follow yet. Set strength_type to 'multiply'."
            )
        self.attention_ran = True
        if self._on_shares is not None:
            shares = self._plan.shares(q, k, block_type, block_index)
            if shares is not None:
                self._on_shares(shares)

        def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return host_attention(q, k, v, heads, mask=None, **kwargs)

        return self._plan.attend(q, k, v, block_type, block_index, self._sigma(q), attend)

    def _sigma(self, like: Tensor) -> Tensor:
        """The noise level of this call; a lone call outside a sampler counts as the first step."""
        sigmas = self.call.options.get("sigmas")
        return like.new_ones((), dtype=torch.float32) if sigmas is None else sigmas.max()

    def _is_joint_sequence(self, q: Tensor, k: Tensor, block_type: str) -> bool:
        """Patches of others may attend to things of their own inside a block; those calls are none of ours."""
        if not self._is_planned or block_type not in ("double", "single") or q.ndim != 4:
            return False
        copied = self._active.settings.copies_base_image(block_type)
        if copied and q.shape[2] == self._layout.total:
            raise ValueError(
                "image_stream 'paper' needs ComfyUI's own single blocks, but another node runs them in its own way. "
                "Remove that node, or set image_stream to 'shared'."
            )
        return q.shape[2] == k.shape[2] == self._layout.with_base_image_copy(copied).total

    def _block_with_base_image_copy(self, first: bool, last: bool, previous, args: dict, extra: dict) -> dict:
        """A single block with the base branch's image tokens, a copy made before the first block, behind all others."""
        image = slice(self._layout.image.start, self._layout.image.stop)
        tokens, positions = args["img"], args["pe"]
        if first:
            tokens = torch.cat([tokens, tokens[:, image]], dim=1)
        args = {**args, "img": tokens, "pe": torch.cat([positions, positions[:, :, image]], dim=2)}
        output = extra["original_block"](args) if previous is None else previous(args, extra)
        return {**output, "img": output["img"][:, : self._layout.total]} if last else output
