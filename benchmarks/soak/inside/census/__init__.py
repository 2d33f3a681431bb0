"""A custom node pack for the soak's server alone: GET /soak/memory and /soak/census say what this process holds."""

import gc
from collections import Counter

import psutil
import torch
from aiohttp import web
from server import PromptServer

COUNTED = ("RegionalRun", "Plan", "Bundle", "BlockHooks", "RegionalAttention", "RegionsCond", "ModelPatcher")


@PromptServer.instance.routes.get("/soak/memory")
async def memory(_):
    return web.json_response({"rss_mb": psutil.Process().memory_info().rss / 2**20})


@PromptServer.instance.routes.get("/soak/census")
async def census(_):
    """Live objects by class, tensors with their bytes, and hooks left on the modules of loaded models; after a full collection."""
    gc.collect()
    living = Counter(type(thing).__name__ for thing in gc.get_objects())
    tensors = [thing for thing in gc.get_objects() if issubclass(type(thing), torch.Tensor)]
    storages = {
        t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors if t.device.type != "meta"
    }
    modules = [thing for thing in gc.get_objects() if issubclass(type(thing), torch.nn.Module)]
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) + ("forward" in vars(m)) for m in modules)
    found = {name: living[name] for name in COUNTED}
    return web.json_response(
        found | {"tensors": len(tensors), "tensor_mb": round(sum(storages.values()) / 2**20, 3), "hooks": hooks}
    )


NODE_CLASS_MAPPINGS = {}
