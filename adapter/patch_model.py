"""The model that applies regions: a clone with one wrapper around its forward call, and nothing left behind after a run."""

from __future__ import annotations

from comfy.patcher_extension import CallbacksMP, WrappersMP

from .conditioning import KEY
from .families import family_of
from .forward import ForwardCall, regional_forward
from .memory_estimate import shape_with_region_tokens
from .run_cache import RunCache


def patch_model(model):
    """A clone of the MODEL that applies regions in its conditioning. Raises ValueError for models that have no place for them."""
    family_of(model.get_model_object("diffusion_model"))
    cache = RunCache()

    # Functions, not bound methods: the host deep-copies model options, and must not copy the cache with them.
    def wrapper(executor, *args, **kwargs):
        applied = kwargs.pop(KEY, None)
        if applied is None:
            return executor(*args, **kwargs)
        return regional_forward(cache, applied, ForwardCall(executor, args, kwargs))

    model = model.clone()
    model.add_wrapper_with_key(WrappersMP.DIFFUSION_MODEL, KEY, wrapper)
    model.add_wrapper_with_key(WrappersMP.PREPARE_SAMPLING, KEY, _prepare_sampling)
    # The host calls this when sampling ends, also by error and interrupt.
    model.add_callback_with_key(CallbacksMP.ON_CLEANUP, KEY, lambda patcher: cache.clear())
    return model


def _prepare_sampling(executor, model, noise_shape, conds: dict, *args, **kwargs):
    """The host loads the model and keeps memory free for a picture of this shape."""
    region_conds = [cond.get("model_conds", {}).get(KEY) for side in conds.values() for cond in side]
    applied = [cond.cond for cond in region_conds if cond is not None]
    if applied:
        diffusion_model = model.get_model_object("diffusion_model")
        text_length = family_of(diffusion_model).text_length
        noise_shape = shape_with_region_tokens(list(noise_shape), applied, diffusion_model.patch_size, text_length)
    return executor(model, noise_shape, conds, *args, **kwargs)
