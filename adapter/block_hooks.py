"""What happens inside the blocks during one forward call: the region texts come in, and attention is grouped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import comfy.utils
import torch
from torch import Tensor

from ..attention import (
    Attend,
    AttentionPlan,
    AttentionShares,
    CrossAttentionPlan,
    LogitModulation,
    TextPlan,
    TokenLayout,
    Turn,
    turned,
)
from .attention_calls import OVERRIDE, AttentionCalls, CallKind, SequenceLengths
from .attention_record import records_of
from .class_swap import finished_layers
from .forward_call import ForwardCall
from .lora_call import CallLoras
from .regional_prompt import AppliedRegions
from .run_cache import RunCache
from .uncompiled import uncompiled, uncompiled_itself


class BlockHooks:
    """The hooks of one forward call of the model, and what they have to remember between them.

    active: the regions that act in this call. reference_owners: TokenLayout's, by their numbers. Raises ValueError
        where the call cannot carry what their settings ask for.
    """

    def __init__(
        self, cache: RunCache, active: AppliedRegions, call: ForwardCall, reference_owners: tuple[tuple[int, int], ...]
    ):
        family = call.family
        self.call = call
        self.model_ran = False
        self.attention_ran = False
        self._cache, self._active, self._grid = cache, active, call.grid
        self._reference_owners = reference_owners
        conflict = family.conflict(call, active.settings)
        if conflict is None and active.settings.copies_base_image("single"):
            conflict = family.base_image_copy_conflict(call)
        if conflict:
            raise ValueError(conflict)
        self._is_cross = family.attention == "cross"
        self._text_regions = cache.routing(active, self._grid).text_regions
        self._texts = cache.texts(active, call)
        self._lengths = tuple(text.tokens.shape[1] for text in self._texts)
        self._previous_override = call.options.get(OVERRIDE)
        self._on_shares: Callable[[AttentionShares], None] | None = None
        self._detached_texts: tuple = ()
        self._loras: CallLoras | None = None
        self._layout: TokenLayout
        self._plan: AttentionPlan | LogitModulation
        self._cross_plan: CrossAttentionPlan
        self._turns: list[Turn] = []
        self._is_planned = False
        base_length = call.base_length
        self._text_layout = TokenLayout(self._lengths, base_length, 0, base_first=family.base_first(call.model))
        lengths = SequenceLengths(base_length + self.text_length, self._grid.tokens + family.rest_length(call))
        blocks = sum(family.block_counts(call.model).values())
        self._calls = AttentionCalls(lengths, family.calls_before_blocks(call.model), blocks, self._is_cross)
        if not family.runs_post_input(call.model):
            # Nothing joins the model's text or image on the way, so all lengths are known.
            self._fix_layout(base_length, family.rest_length(call), call.context)

    @property
    def text_length(self) -> int:
        """Tokens of all region texts together."""
        return sum(self._lengths)

    @property
    def visible_regions(self) -> int:
        """How many regions some token sees, the background not counted."""
        return sum(region < len(self._active.prompt.regions) for region in self._text_regions)

    @property
    @uncompiled
    def context(self) -> Tensor:
        """The text that the model is given: the regions' before the base text, or behind it."""
        base = self.call.context
        texts = [comfy.utils.repeat_to_batch_size(text.tokens, len(base)) for text in self._texts]
        base_first = self.call.family.base_first(self.call.model)
        return torch.cat([base, *texts] if base_first else [*texts, base], dim=1)

    def add_loras(self, loras: CallLoras, owners: tuple[int, ...]) -> None:
        """loras: of the same call. owners: whose, as they count regions, the text of each active region is."""
        texts = zip((owners[region] for region in self._text_regions), self._lengths, strict=True)
        loras.with_texts(tuple(texts), self._active.settings.copies_base_image("single"))
        self._loras = loras
        if self._is_planned:
            loras.fix_layout(self._layout)

    @uncompiled_itself
    def run(self) -> Tensor:
        """The model's answer to the call with these hooks."""
        outputs = [*self.call.family.finished_layers(self.call, self._filled_tokens)]
        if self._loras is not None:
            outputs += self._loras.layer_outputs
        with finished_layers(outputs):
            return self.call.run(self.context, self.options)

    def check_lengths(self) -> None:
        """After the call. Raises ValueError where blocks had other tokens than the plans are for."""
        length = self._calls.unknown_length if self._is_planned else None
        if length is not None:
            expected = self._text_layout.image.start if self._is_cross else self._layout.total
            raise ValueError(
                f"The model's blocks have {length} tokens where {expected} were expected, so regions cannot find their "
                "places: another node adds tokens in a way of its own. Remove or bypass it."
            )

    @property
    def _filled_tokens(self) -> list[range]:
        """Where region texts are filled up to the model's unit, in the text that it is given."""
        starts = [0]
        for length in self._lengths:
            starts.append(starts[-1] + length)
        return [
            range(start + text.words, start + text.tokens.shape[1])
            for start, text in zip(starts, self._texts, strict=False)
            if text.words < text.tokens.shape[1]
        ]

    @property
    @uncompiled
    def options(self) -> dict:
        """A copy of the call's transformer_options with our hooks; those of others stay in force."""
        options = {**self.call.options, OVERRIDE: self._attend}
        for name in ("block_type", "block_index"):  # some models write them into the dict and leave them there
            options.pop(name, None)
        if self.call.family.runs_post_input(self.call.model):
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
        records = records_of(self.call.options)
        if records is not None and (record := records.latest).accepts(applied, self._grid):
            numbers = (*acting, count)  # the background's text comes after those of all regions
            self._on_shares = partial(record.add, [numbers[region] for region in self._text_regions], self._grid)

    def _fix_layout(self, base_length: int, references: int, image: Tensor) -> None:
        """Once all lengths of the joint sequence are known, in tokens. image: what has the blocks' device and dtype."""
        family, model, cache, grid = self.call.family, self.call.model, self._cache, self._grid
        self._layout = TokenLayout(
            *(self._lengths, base_length, grid.tokens, references),
            base_first=family.base_first(model),
            reference_owners=self._reference_owners,
        )
        if self._is_cross:
            without_texts = TokenLayout((0,) * len(self._lengths), 0, grid.tokens)
            self._plan = cache.plan(self._active, grid, without_texts, image)
            self._cross_plan = cache.cross_plan(self._active, grid, self._layout, image)
        else:
            self._plan = cache.plan(self._active, grid, self._layout, image)
        self._turns = cache.turns(self._layout, self.call, image.device)
        self._is_planned = True
        if self._loras is not None:
            self._loras.fix_layout(self._layout)

    @uncompiled
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

    @uncompiled
    def _reattach_region_texts(self, args: dict) -> dict:
        """Puts them back, in front of whatever text there is by now; only here are all lengths known."""
        self.model_ran = True
        references = args["img"].shape[1] - self._grid.tokens
        if references < 0:
            raise ValueError(
                f"The image has {args['img'].shape[1]} tokens where {self._grid.tokens} were expected, so regions cannot find "
                "their places: another node takes tokens out in a way of its own. Remove or bypass it."
            )
        if self._reference_owners and references != sum(self.call.reference_lengths):
            raise ValueError(
                f"The image has {references} tokens of reference pictures where {sum(self.call.reference_lengths)} were "
                "expected, so those of single regions cannot be told apart: another node adds tokens in a way of its own. "
                "Remove or bypass it."
            )
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
        self.model_ran = True
        host_attention = func if self._previous_override is None else partial(self._previous_override, func)
        block_type, block_index, kind = self._recognise(q, k, kwargs.get("transformer_options") or {})

        def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return host_attention(q, k, v, heads, mask=None, **kwargs)

        if kind is CallKind.OTHER:
            return host_attention(q, k, v, heads, mask=mask, **kwargs)
        if mask is not None:
            raise ValueError(
                "The conditioning brings an attention mask of its own (Apply Style Model with strength_type 'attn_bias'), "
                "which regions cannot follow yet. Set strength_type to 'multiply'."
            )
        if kind is CallKind.TEXT:
            return self._text_plan(q).attend(q, k, v, attend)
        if kind is CallKind.CROSS:
            return self._attend_to_texts(q, k, v, block_index, attend)
        if kind is CallKind.IMAGE and not self._is_cross:
            first = self._layout.image.start
            return attend(turned(q, self._turns, first), turned(k, self._turns, first), v)
        if kind is CallKind.IMAGE and self._active.settings.isolation == "text":
            return attend(q, k, v)
        q, k = turned(q, self._turns), turned(k, self._turns)
        if not self._is_cross:
            self.attention_ran = True
            self._record(lambda: self._plan.shares(q, k, block_type, block_index, self._sigma(q)))
        return self._plan.attend(q, k, v, block_type, block_index, self._sigma(q), attend)

    def _attend_to_texts(self, q: Tensor, k: Tensor, v: Tensor, block_index: int, attend: Attend) -> Tensor:
        self.attention_ran = True
        self._record(lambda: self._cross_plan.shares(q, k, block_index))
        return self._cross_plan.attend(q, k, v, block_index, attend)

    def _text_plan(self, like: Tensor) -> TextPlan:
        """All texts by themselves, the base text too."""
        layout = self._text_layout
        spans = tuple(span for span in (*layout.texts, layout.base) if len(span))
        return self._cache.text_plan(spans, like.device, like.dtype)

    def _record(self, shares_of: Callable[[], AttentionShares]) -> None:
        if self._on_shares is not None:
            self._on_shares(shares_of())

    def _sigma(self, like: Tensor) -> Tensor:
        """The noise level of this call; a lone call outside a sampler counts as the first step."""
        sigmas = self.call.options.get("sigmas")
        return like.new_ones((), dtype=torch.float32) if sigmas is None else sigmas.max()

    def _recognise(self, q: Tensor, k: Tensor, options: dict) -> tuple[str, int, CallKind]:
        """(block type, block index, kind) of an attention call. Patches of others may attend to things of their own
        inside a block; those calls are none of ours.
        """
        types = [name for name, _ in self.call.family.block_lists]
        block_type = options.get("block_type", types[0] if len(types) == 1 else "")
        if q.ndim != 4 or block_type not in types:
            return block_type, 0, CallKind.OTHER
        copied = self._active.settings.copies_base_image(block_type)
        if copied and self._is_planned and q.shape[2] == self._layout.total:
            raise ValueError(
                "image_stream 'paper' needs ComfyUI's own single blocks, but another node runs them in its own way. "
                "Remove that node, or set image_stream to 'shared'."
            )
        joint = self._layout.with_base_image_copy(copied).total if self._is_planned else -1
        kind = self._calls.kind(q.shape[2], k.shape[2], joint)
        return block_type, options.get("block_index", self._calls.block_index), kind

    @uncompiled_itself
    def _block_with_base_image_copy(self, first: bool, last: bool, previous, args: dict, extra: dict) -> dict:
        """A single block with the base branch's image tokens, a copy made before the first block, behind all others."""
        image = slice(self._layout.image.start, self._layout.image.stop)
        tokens, positions = args["img"], args["pe"]
        if first:
            tokens = torch.cat([tokens, tokens[:, image]], dim=1)
        args = {**args, "img": tokens, "pe": torch.cat([positions, positions[:, :, image]], dim=2)}
        output = extra["original_block"](args) if previous is None else previous(args, extra)
        return {**output, "img": output["img"][:, : self._layout.total]} if last else output
