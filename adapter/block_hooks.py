"""What happens inside the blocks during one forward call: the region texts come in, and attention is grouped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from ..attention import Layout, Modulation, Plan, Shares, attention_shares, grouped_attention
from ..regions import TokenGrid
from .regional_prompt import RegionalAttention
from .run_cache import RegionalRun, Text

OVERRIDE = "optimized_attention_override"


class BlockHooks:
    """The hooks of one forward call of the model, and what they have to remember between them."""

    def __init__(
        self, run: RegionalRun, regional: RegionalAttention, grid: TokenGrid, texts: list[Text], options: dict
    ):
        self._run, self._regional, self._grid, self._texts = run, regional, grid, texts
        self._lengths = tuple(text.tokens.shape[1] for text in texts)
        self._given = options
        self._previous = options.get(OVERRIDE)
        self._parked: tuple = ()
        self._layout: Layout | None = None
        self._plan: Plan | Modulation | None = None
        self.ran = False
        self.fired = False
        self.watch: Callable[[Shares], None] | None = None
        """Gets the attention shares of every block, where somebody wants to see them."""

    def settle(self, context: Tensor) -> None:
        """For a model without post_input patches: nothing joins its text or image on the way, so all lengths are known.

        context: the base text [B, T, C].
        """
        self._layout = Layout(self._lengths, context.shape[1], self._grid.tokens)
        self._plan = self._run.plan(self._regional, self._grid, self._layout, context)

    def options(self, singles: list[int]) -> dict:
        """A copy of the given transformer_options with our hooks; those of others stay in force. singles: the blocks that run."""
        options = {**self._given, OVERRIDE: self._attend}
        if self._layout is None:
            patches = dict(self._given.get("patches", {}))
            patches["post_input"] = [self._park_texts, *patches.get("post_input", []), self._rejoin_texts]
            options["patches"] = patches
        if self._regional.settings.second_stream("single"):
            replace = dict(options.get("patches_replace", {}))
            blocks = dict(replace.get("dit", {}))
            for index in singles:
                name = ("single_block", index)
                ends = index == singles[0], index == singles[-1]
                blocks[name] = partial(self._two_stream_block, *ends, blocks.get(name))
            options["patches_replace"] = {**replace, "dit": blocks}
        return options

    def _park_texts(self, args: dict) -> dict:
        """Takes the region texts, now projected, out of the text, so that the patches of others see the base text alone.

        FLUX.2 has numbered the tokens from the first to the last: every text gets the positions of a text that stands alone.
        """
        length = sum(self._lengths)
        text, ids = args["txt"], args["txt_ids"]
        own = [ids[:, one.first : one.first + one.tokens.shape[1]] for one in self._texts]
        self._parked = text[:, :length], torch.cat(own, 1)
        return {**args, "txt": text[:, length:], "txt_ids": ids[:, : text.shape[1] - length]}

    def _rejoin_texts(self, args: dict) -> dict:
        """Puts them back, in front of whatever text there is by now; only here are all lengths known."""
        self.ran = True
        references = args["img"].shape[1] - self._grid.tokens
        self._layout = Layout(self._lengths, args["txt"].shape[1], self._grid.tokens, references)
        self._plan = self._run.plan(self._regional, self._grid, self._layout, args["img"])
        texts, ids = self._parked
        self._parked = ()
        return {**args, "txt": torch.cat([texts, args["txt"]], 1), "txt_ids": torch.cat([ids, args["txt_ids"]], 1)}

    # TorchCompileModel of hosts since 0.5 never looks at transformer_options again (its guard filter): compiled code of one
    # block would serve the next with its own groups. This is called, not compiled, and reads them anew every time.
    @torch.compiler.disable
    def _attend(
        self, func, q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None = None, **kwargs
    ) -> Tensor:
        """The attention override: func is the host's backend; an override that was there before is called in its place."""
        call = func if self._previous is None else partial(self._previous, func)
        block = kwargs.get("transformer_options") or {}
        block_type, block_index = block.get("block_type"), block.get("block_index")
        if not self._is_joint_sequence(q, k, block_type):
            return call(q, k, v, heads, mask=mask, **kwargs)
        if mask is not None:
            raise ValueError(
                "The conditioning brings an attention mask of its own (Apply Style Model with strength_type 'attn_bias'), "
                "which regions cannot follow yet. Set strength_type to 'multiply'."
            )
        self.fired = True

        def plain(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return call(q, k, v, heads, mask=None, **kwargs)

        if isinstance(self._plan, Modulation):
            return self._plan.attend(q, k, v, block_type, block_index, self._sigma(q), plain)
        bundles = self._plan.bundles(block_type, block_index)
        if self.watch is not None:
            second = self._regional.settings.second_stream(block_type)
            heard = self._run.heard(self._regional, self._grid)
            self.watch(attention_shares(q, k, bundles, self._layout.with_second_stream(second), heard))
        return grouped_attention(q, k, v, bundles, plain)

    def _sigma(self, like: Tensor) -> Tensor:
        """The noise level of this call; a lone call outside a sampler counts as the first step."""
        sigmas = self._given.get("sigmas")
        return like.new_ones((), dtype=torch.float32) if sigmas is None else sigmas.max()

    def _is_joint_sequence(self, q: Tensor, k: Tensor, block_type: str | None) -> bool:
        """Patches of others may attend to things of their own inside a block; those calls are none of ours."""
        if self._layout is None or block_type not in ("double", "single") or q.ndim != 4:
            return False
        second = self._regional.settings.second_stream(block_type)
        if second and q.shape[2] == self._layout.total:
            raise ValueError(
                "image_stream 'paper' needs ComfyUI's own single blocks, but another node runs them in its own way. "
                "Remove that node, or set image_stream to 'shared'."
            )
        return q.shape[2] == k.shape[2] == self._layout.with_second_stream(second).total

    def _two_stream_block(self, first: bool, last: bool, previous, args: dict, extra: dict) -> dict:
        """A single block with the base branch's image tokens, a copy made before the first block, behind all others."""
        image = slice(self._layout.image.start, self._layout.image.stop)
        tokens, positions = args["img"], args["pe"]
        if first:
            tokens = torch.cat([tokens, tokens[:, image]], dim=1)
        args = {**args, "img": tokens, "pe": torch.cat([positions, positions[:, :, image]], dim=2)}
        out = extra["original_block"](args) if previous is None else previous(args, extra)
        return {**out, "img": out["img"][:, : self._layout.total]} if last else out
