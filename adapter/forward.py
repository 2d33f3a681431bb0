"""One forward call of the model with those regions in force whose window is open."""

from __future__ import annotations

import logging
from functools import partial

import comfy.utils
import torch

from ..attention import is_firm, region_steps, step_at
from ..regions import TokenGrid
from .block_hooks import BlockHooks
from .families import is_chroma, text_length
from .regional_prompt import RegionalAttention
from .run_cache import RegionalRun
from .run_log import own_steps, warn_of_idle_regions
from .second_stream import check_second_stream
from .watch import watcher

logger = logging.getLogger(__name__)


@torch.compiler.disable(recursive=False)  # in a compiled model the blocks are to be compiled, not this
def regional_forward(run: RegionalRun, regional: RegionalAttention, executor, args: tuple, kwargs: dict):
    """forward(x, timestep, context, …, transformer_options) of a Flux or Chroma with those regions in force whose window is open."""
    options = args[-1] if isinstance(args[-1], dict) else kwargs["transformer_options"]
    x, context = args[0], args[2]
    model = executor.class_obj
    grid = TokenGrid(x.shape[-2], x.shape[-1], model.patch_size)
    steps, step = _place_in_schedule(options)
    given, regional = regional, run.balanced(regional, grid, is_firm(step, steps, regional.settings))
    acting = [region_steps(region, regional.settings, steps) for region in regional.prompt.regions.regions]
    if run.first_look(given):
        run.heard(regional, grid)  # an empty region is an error now, not in the middle, when its own window opens
        warn_of_idle_regions(regional, acting, steps)
    active = tuple(index for index, own in enumerate(acting) if step in own)
    if not active:
        return executor(*args, **kwargs)
    regional = run.part(regional, active)
    heard = run.heard(regional, grid)
    if not heard.shares:
        return executor(*args, **kwargs)

    texts = run.texts(regional, grid, context, text_length(model))
    forward = BlockHooks(run, regional, grid, texts, options)
    tokens = [comfy.utils.repeat_to_batch_size(text.tokens, len(context)) for text in texts]
    widened = torch.cat([*tokens, context], dim=1)
    if regional.settings.second_stream("single"):
        check_second_stream(model, args, kwargs)
    record = watcher(options)
    if record is not None and record.wants(given, grid):
        forward.watch = partial(record.add, [(*active, len(acting))[speaker] for speaker in sorted(heard.area)])
    if is_chroma(model):
        forward.settle(context)
    hooked = forward.options(
        singles=[i for i in range(len(model.single_blocks)) if i not in getattr(model, "skip_dit", ())]
    )
    args = tuple(hooked if value is options else value for value in args)
    kwargs = {name: hooked if value is options else value for name, value in kwargs.items()}
    result = executor(*args[:2], widened, *args[3:], **kwargs)
    if not forward.fired:
        # A cache in between (EasyCache) may answer for the model; but a model that ran without us has ignored the regions.
        last = max(own[-1] for own in acting if own)
        if forward.ran or "forward_orig" in vars(model) or step == last and not run.spoken_of(given):
            raise ValueError(
                "The regions had no effect: another node runs the model without ComfyUI's attention hooks (TeaCache's model "
                "patch and Flux KV Cache do). Remove or bypass that node."
            )
    elif run.first_word(given):
        logger.info(
            "%d of %d regions, %d region text tokens on %d image tokens, steps %d to %d of %d, %d double and %d single blocks.%s",
            sum(index < len(active) for index in heard.area),
            len(acting),
            widened.shape[1] - context.shape[1],
            grid.tokens,
            min(own[0] for own in acting if own) + 1,
            max(own[-1] for own in acting if own) + 1,
            steps,
            len(model.double_blocks),
            len(model.single_blocks),
            own_steps(given, acting),
        )
    return result


@torch.compiler.disable
def _place_in_schedule(options: dict) -> tuple[int, int]:
    """(steps the sampler makes, the step it is in). A lone call outside a sampler counts as the first of many."""
    sigmas, sigma = options.get("sample_sigmas"), options.get("sigmas")
    if sigmas is None or sigma is None:
        return 1000, 0
    return len(sigmas) - 1, step_at(sigma.max().item(), sigmas)
