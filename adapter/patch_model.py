"""The model that heeds regions: a clone with one wrapper around its forward call, and nothing left behind after a run."""

from __future__ import annotations

from comfy.patcher_extension import CallbacksMP, WrappersMP

from .conditioning import KEY
from .families import check_supported, text_length
from .forward import regional_forward
from .memory_estimate import grown
from .run_cache import RegionalRun


def patched(model):
    """A clone of the MODEL that heeds regions in its conditioning. Raises ValueError for models that have no place for them."""
    check_supported(model.get_model_object("diffusion_model"))
    run = RegionalRun()

    # Functions, not bound methods: the host deep-copies model options, and must not copy the run with them.
    def wrapper(executor, *args, **kwargs):
        regional = kwargs.pop(KEY, None)
        return (
            executor(*args, **kwargs) if regional is None else regional_forward(run, regional, executor, args, kwargs)
        )

    model = model.clone()
    model.add_wrapper_with_key(WrappersMP.DIFFUSION_MODEL, KEY, wrapper)
    model.add_wrapper_with_key(WrappersMP.PREPARE_SAMPLING, KEY, _prepare_sampling)
    # The host calls this when sampling ends, also by error and interrupt.
    model.add_callback_with_key(CallbacksMP.ON_CLEANUP, KEY, lambda patcher: run.clear())
    return model


def _prepare_sampling(executor, model, noise_shape, conds: dict, *args, **kwargs):
    """The host loads the model and keeps memory free for a picture of this shape."""
    carried = [cond.get("model_conds", {}).get(KEY) for some in conds.values() for cond in some]
    regional = [cond.cond for cond in carried if cond is not None]
    if any(regional):
        diffusion_model = model.get_model_object("diffusion_model")
        noise_shape = grown(list(noise_shape), regional, diffusion_model.patch_size, text_length(diffusion_model))
    return executor(model, noise_shape, conds, *args, **kwargs)
