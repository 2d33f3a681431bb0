"""What the regions bring along in the conditioning: wrappers that the host calls for whatever model and guider samples
it.

The MODEL stays as it comes from the loader. A host hook on the conditioning (comfy/hooks.py, TransformerOptionsHook)
brings four functions into the run, and nothing of them is left behind when it ends, by error and interrupt too:

    outer_sample        around the whole run: opens the regions' run caches, and empties them; sends places along
    prepare_sampling    before the model is loaded: is there a place for regions in it, how much memory do they need
    apply_model         around every call of the model: says which model it is, which can make texts ready
    diffusion_model     around every forward call: regional attention (forward.py)
"""

from __future__ import annotations

from functools import cache

import comfy.hooks
import torch
from comfy.patcher_extension import WrappersMP
from comfy_execution.utils import get_executing_context

from ..regions.printable_log import printable_logger
from .attention_record import records_of
from .families import family_of
from .forward import regional_forward
from .forward_call import ForwardCall
from .guider_sides import END, START
from .lora_conds import bring_loras
from .memory_estimate import shape_with_region_tokens
from .places import PLACES, send_places
from .region_references import bring_references
from .regional_prompt import KEY, applied_regions, carried_regions
from .run_log import log_end_of_run, warn_of_same_regions_in_both, warn_of_several_runs
from .short_prompts import warn_of_short_prompts
from .uncompiled import uncompiled_itself

logger = printable_logger(__name__)

BASE_MODEL = f"{KEY}_base_model"


# A node may copy the hook, and the host then calls these functions more than once, one around the other: the work is
# done once all the same. They are functions, not methods: the host deep-copies model options, and a function stays one.
def _outer_sample(executor, *args, **kwargs):
    guider = executor.class_obj
    conds = getattr(guider, "conds", {})
    noise = args[0] if args else kwargs["noise"]
    sigmas = args[3] if len(args) > 3 else kwargs["sigmas"]
    send_places(conds, noise.shape, KEY)
    opened = [applied for applied in applied_regions(conds) if applied.cache.open()]
    if opened:
        warn_of_several_runs(max(applied.cache.count_run(get_executing_context()) for applied in opened))
        _warn_of_zeroed_negative(conds, getattr(guider, "cfg", 1.0))
    for name, cond in ((name, cond) for name, side in conds.items() for cond in side):
        applied = carried_regions(cond)
        if applied is not None:
            applied.cache.sides.add(name)
            applied.cache.time_ranges.add((cond.get(START, 0.0), cond.get(END, 1.0)))
    for applied in [applied for applied in opened if "positive" in applied.cache.sides] or opened:
        applied.cache.is_watched = True
    for applied in opened:
        warn_of_same_regions_in_both(applied, getattr(guider, "cfg", 1.0))
    try:
        result = executor(*args, **kwargs)
        if len(sigmas) > 1:  # else there is no step, as behind the end of a split schedule
            log_end_of_run(opened)
        records = records_of(guider.model_options.get("transformer_options", {}))
        if opened and records is not None:
            records.end_run(result)
        return result
    finally:
        for applied in opened:
            applied.cache.close()


def _prepare_sampling(executor, model, noise_shape, conds: dict, *args, **kwargs):
    """The host loads the model and keeps memory free for a picture of this shape.

    Raises ValueError as family_of, bring_references and bring_loras do.
    """
    if not applied_regions(conds):
        return executor(model, noise_shape, conds, *args, **kwargs)
    diffusion_model = model.get_model_object("diffusion_model")
    family = family_of(diffusion_model)
    bring_references(conds, model, family)
    applied = [regions for regions in applied_regions(conds) if regions.cache.first_time("prepared")]
    warn_of_short_prompts(applied)
    if applied:
        noise_shape = shape_with_region_tokens(list(noise_shape), applied, diffusion_model, family)
        bring_loras(conds, model, family)
    return executor(model, noise_shape, conds, *args, **kwargs)


@uncompiled_itself
def _apply_model(executor, *args, **kwargs):
    if KEY in kwargs:
        kwargs[BASE_MODEL] = executor.class_obj  # the host hands on what it does not know
    return executor(*args, **kwargs)


@uncompiled_itself
def _diffusion_model(executor, *args, **kwargs):
    applied, places, base_model = (kwargs.pop(name, None) for name in (KEY, PLACES, BASE_MODEL))
    if applied is None:
        return executor(*args, **kwargs)
    return regional_forward(applied, ForwardCall(executor, args, kwargs, base_model), places)


@cache
def sampling_hooks() -> comfy.hooks.HookGroup:
    """The group to put on a conditioning that carries regions, one for all of them."""
    wrappers = {
        WrappersMP.OUTER_SAMPLE: {KEY: [_outer_sample]},
        WrappersMP.PREPARE_SAMPLING: {KEY: [_prepare_sampling]},
        WrappersMP.APPLY_MODEL: {KEY: [_apply_model]},
        WrappersMP.DIFFUSION_MODEL: {KEY: [_diffusion_model]},
    }
    group = comfy.hooks.HookGroup()
    group.add(comfy.hooks.TransformerOptionsHook(transformers_dict={"wrappers": wrappers}))
    return group


def _warn_of_zeroed_negative(conds: dict, cfg: float) -> None:
    negative = [cond["cross_attn"] for cond in conds.get("negative", []) if cond.get("cross_attn") is not None]
    if cfg > 1 and negative and not any(torch.any(text) for text in negative):
        logger.warning(
            "CFG is %g and the negative conditioning is all zeros, which smears the picture. Set cfg to 1, or give the sampler "
            "the conditioning of a negative prompt.",
            cfg,
        )
