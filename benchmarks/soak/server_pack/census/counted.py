"""What the census counts, named by where it is defined: a name that no longer exists is an error, not a count of 0."""

import importlib

KEY = "flux_regions"
"""The name under which the pack's wrappers stand in a run's options."""

TRANSIENT = {
    "attention.plan": "AttentionPlan",
    "attention.dense_diffusion": "LogitModulation",
    "attention.packing": "PackedGroups",
    "adapter.block_hooks": "BlockHooks",
    "adapter.lora_call": "CallLoras",
}
"""Module of the pack -> a class of which only a sampling run has instances: between two jobs there are none."""
LASTING = {
    "adapter.run_cache": "RunCache",
    "adapter.regional_prompt": "AppliedRegions",
    "adapter.regions_cond": "RegionsCond",
    "adapter.fitted_loras": "FittedLoras",
}
"""The same, of classes whose instances live as long as the results that the host keeps."""


def pack_in_host() -> str:
    """The name of the pack's module in this ComfyUI, which is the path of its folder."""
    from nodes import NODE_CLASS_MAPPINGS

    return NODE_CLASS_MAPPINGS["FluxRegions_Apply"].__module__.removesuffix(".nodes.apply")


def classes(pack: str, names: dict[str, str]) -> list[type]:
    """The classes of TRANSIENT or LASTING. Raises ImportError or AttributeError for a name that does not exist."""
    return [getattr(importlib.import_module(f"{pack}.{module}"), name) for module, name in names.items()]


def forget_embeddings(pack: str) -> None:
    """Of prompts: how many the pack keeps, up to a limit, depends on what was drawn, and is no leak."""
    importlib.import_module(f"{pack}.nodes.text_encoding").EMBEDDINGS.clear()


def regional_wrappers(patchers: list) -> int:
    """How many of these MODELs carry a wrapper of the pack, in a run or left over from one.

    The pack itself puts none there.
    """
    return sum(KEY in keys for patcher in patchers for options in _wrapper_tables(patcher) for keys in options.values())


def open_runs(caches: list) -> int:
    """How many of these run caches belong to a sampling run that has not ended."""
    return sum(cache.is_open for cache in caches)


def _wrapper_tables(patcher) -> list[dict]:
    return [patcher.wrappers, patcher.model_options.get("transformer_options", {}).get("wrappers", {})]
