"""What the census counts, named by where it is defined: a name that no longer exists is an error, not a count of 0."""

import importlib
from types import CodeType

TRANSIENT = {
    "attention.plan": "AttentionPlan",
    "attention.dense_diffusion": "LogitModulation",
    "attention.packing": "PackedGroups",
    "adapter.block_hooks": "BlockHooks",
}
"""Module of the pack -> a class of which only a sampling run has instances: between two jobs there are none."""
LASTING = {
    "adapter.run_cache": "RunCache",
    "adapter.regional_prompt": "AppliedRegions",
    "adapter.conditioning": "RegionsCond",
}
"""The same, of classes whose instances live as long as the results that the host keeps."""


def pack_in_host() -> str:
    """The name of the pack's module in this ComfyUI, which is the path of its folder."""
    from nodes import NODE_CLASS_MAPPINGS

    return NODE_CLASS_MAPPINGS["FluxRegions_Apply"].__module__.removesuffix(".nodes.apply")


def classes(pack: str, names: dict[str, str]) -> list[type]:
    """The classes of TRANSIENT or LASTING. Raises ImportError or AttributeError for a name that does not exist."""
    return [getattr(importlib.import_module(f"{pack}.{module}"), name) for module, name in names.items()]


def wrapper_code(pack: str) -> CodeType:
    """The code of the function that Apply puts around a model's forward call. Raises ValueError where there is none.

    One such function lives for each Apply whose result the host still keeps.
    """
    patch_model = importlib.import_module(f"{pack}.adapter.patch_model").patch_model
    codes = [constant for constant in patch_model.__code__.co_consts if isinstance(constant, CodeType)]
    (code,) = [code for code in codes if code.co_name == "wrapper"]
    return code
