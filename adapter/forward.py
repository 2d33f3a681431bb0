"""One forward call of the model, with those regions in force whose window is open."""

from __future__ import annotations

from functools import partial

from torch import Tensor

from ..attention import Step, is_early_step, region_steps
from .block_hooks import BlockHooks
from .forward_call import ForwardCall
from .lora_call import NO_HOOKS, CallLoras, call_loras
from .piece_calls import call_for_each_place
from .places import pieces_of
from .region_references import NOBODY, reference_owners, warn_of_many_references
from .regional_prompt import AppliedRegions
from .run_cache import RunCache
from .run_log import (
    log_once,
    warn_of_early_end,
    warn_of_guidance_in_attention,
    warn_of_idle_regions,
    warn_of_proportions,
)
from .time_ranges import steps_in_time_ranges
from .uncompiled import uncompiled, uncompiled_itself


@uncompiled_itself  # in a compiled model the blocks are to be compiled, not this
def regional_forward(applied: AppliedRegions, call: ForwardCall, places: Tensor | None) -> Tensor:
    """The model's answer to call, with regional attention in its blocks while some region acts.

    places: where on the picture its latents lie (places.py), which other nodes may have cut into pieces.
    """
    pieces = pieces_of(places, call.args[0], call.options)
    return call_for_each_place(call, pieces, partial(_forward_of_piece, applied))


@uncompiled_itself
def _forward_of_piece(applied: AppliedRegions, call: ForwardCall) -> Tensor:
    cache = applied.cache
    # 1. Which step is it, and which regions act in it, with which settings?
    step = current_step(call.options, cache)
    loras = call_loras(applied, call, step)
    if not applied.prompts_act:
        return plain_forward(call, loras)
    isolated = cache.with_isolation(applied, call.family.isolation)
    balanced = cache.with_balance(isolated, is_early_step(step.index, step.count, applied.settings))
    prompt = balanced.prompt
    steps_of = [region_steps(region, balanced.settings, step.count) for region in prompt.regions.regions]
    steps_elsewhere = [region_steps(region, balanced.settings, step.count) for region in prompt.regions.elsewhere]
    if cache.first_time("checked"):
        check_regions(balanced, steps_of, step.count, call)
    acting = tuple(index for index, steps in enumerate(steps_of) if step.acts_in(steps))
    active = cache.subset(balanced, acting)
    background_acts = prompt.has_background and any(map(step.acts_in, steps_elsewhere))
    # 2. None acts, or none is seen: the plain model, bit for bit, but for LoRAs, which have windows of their own.
    if not (acting or background_acts) or not cache.routing(active, call.grid).text_regions:
        return plain_forward(call, loras)
    # 3. Their texts join the context, and attention is grouped inside the blocks.
    active_number = {region: number for number, region in enumerate((*acting, len(steps_of)))}
    owners = [(active_number.get(owner, NOBODY), tokens) for owner, tokens in reference_owners(applied, call)]
    hooks = BlockHooks(cache, active, call.without_masked_text(), tuple(owners))
    if loras is not None:
        is_own = applied.lora_source is None
        hooks.add_loras(loras, (*acting, len(steps_of)) if is_own else (NOBODY,) * (len(acting) + 1))
    hooks.record_as(applied, acting, len(steps_of))
    answer = hooks.run()
    # 4. That must have happened, and is said once in a run.
    hooks.check_lengths()
    if not hooks.attention_ran:
        check_regions_may_act(call, hooks)
    elif acting:
        log_once(cache, applied, hooks, steps_of, step.count)
        cache.acted.update(acting)
    return answer


def check_regions(applied: AppliedRegions, steps_of: list[range], count: int, call: ForwardCall) -> None:
    """What is checked, warned of and noted once in a run, in its first call. steps_of: the steps, of count, of each
    region.

    Raises ValueError for a region without area: now, not when its own window opens.
    """
    cache, regions = applied.cache, applied.prompt.regions
    cache.routing(applied, call.grid)
    steps_of = steps_in_time_ranges(steps_of, call, cache.time_ranges)
    cache.expected.update(index for index, steps in enumerate(steps_of) if steps)
    if not any(steps_of) or not any(region.strength for region in regions.regions):
        cache.first_time("idle")
    warn_of_idle_regions(applied, steps_of, count)
    warn_of_proportions(regions, call.grid.whole)
    warn_of_many_references(call)
    warn_of_guidance_in_attention(call.options)
    if call.piece is not None:
        warn_of_early_end(applied.settings)


def plain_forward(call: ForwardCall, loras: CallLoras | None) -> Tensor:
    return call.run() if loras is None else loras.run()


@uncompiled
def current_step(options: dict, cache: RunCache) -> Step:
    """The step of the sampler that a call with these transformer_options is in.

    A lone call counts as the first of many.
    """
    sigmas, sigma = options.get("sample_sigmas"), options.get("sigmas")
    if sigmas is None or sigma is None:
        return Step(0, 1000)
    levels = sigmas.to(sigma.dtype)  # the host rounds a level to the latent's dtype: bfloat16 has two digits
    index = cache.steps.step_of(sigma, sigma.max().item(), levels)
    return Step(index, len(sigmas) - 1, cache.steps.passed)


def check_regions_may_act(call: ForwardCall, hooks: BlockHooks) -> None:
    """After a call in which no block asked for attention. Raises ValueError if the model ran in a way that ignores
    regions.

    A wrapper in between (EasyCache) may have answered for the model instead, as it may in any step.
    """
    if hooks.model_ran or not call.inner_wrappers or "forward_orig" in vars(call.model):
        raise ValueError(NO_HOOKS)
