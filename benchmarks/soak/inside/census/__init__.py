"""A custom node pack for the soak's server alone: GET /soak/memory and /soak/census say what this process holds."""

import gc
from collections import Counter
from types import FunctionType

import psutil
import torch
from aiohttp import web
from server import PromptServer

WRAPPER = "patch_model.<locals>.wrapper"
"""The function that Apply puts around a model's forward call: one for each Apply whose result the host still keeps."""
COUNTED = ("RunCache", "AttentionPlan", "PackedGroups", "BlockHooks", "AppliedRegions", "RegionsCond", "ModelPatcher")


@PromptServer.instance.routes.get("/soak/memory")
async def memory(_):
    return web.json_response({"rss_mb": psutil.Process().memory_info().rss / 2**20})


@PromptServer.instance.routes.get("/soak/census")
async def census(_):
    """Live objects by class, wrappers, tensors with their bytes, and hooks left on the modules of loaded models; after a full collection."""
    gc.collect()
    things = gc.get_objects()
    living = Counter(type(thing).__name__ for thing in things)
    tensors = [thing for thing in things if issubclass(type(thing), torch.Tensor)]
    storages = {
        t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors if t.device.type != "meta"
    }
    modules = [thing for thing in things if issubclass(type(thing), torch.nn.Module)]
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) + ("forward" in vars(m)) for m in modules)
    found = {name: living[name] for name in COUNTED}
    found["wrappers"] = sum(type(thing) is FunctionType and thing.__qualname__ == WRAPPER for thing in things)
    return web.json_response(
        found | {"tensors": len(tensors), "tensor_mb": round(sum(storages.values()) / 2**20, 3), "hooks": hooks}
    )


NODE_CLASS_MAPPINGS = {}
