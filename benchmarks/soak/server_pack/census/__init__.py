"""A custom node pack for the soak's server alone: GET /soak/memory and /soak/census say what this process holds."""

import gc
from collections import Counter
from types import FunctionType

import psutil
import torch
from aiohttp import web
from comfy.model_patcher import ModelPatcher
from server import PromptServer

from .counted import LASTING, TRANSIENT, classes, pack_in_host, wrapper_code


@PromptServer.instance.routes.get("/soak/memory")
async def memory(_):
    return web.json_response({"rss_mb": psutil.Process().memory_info().rss / 2**20})


@PromptServer.instance.routes.get("/soak/census")
async def census(_):
    """What lives after a full collection.

    transient, lasting: instances by class, see counted.py; the latter with the wrappers. tensors, tensor_mb: of the
    whole process. hooks: left on the modules of loaded models. HTTP 500 if one of the classes does not exist.
    """
    pack = pack_in_host()
    transient, lasting, wrapper = classes(pack, TRANSIENT), classes(pack, LASTING), wrapper_code(pack)
    gc.collect()
    objects = gc.get_objects()
    counts = Counter(id(type(item)) for item in objects)
    tensors = [item for item in objects if issubclass(type(item), torch.Tensor)]
    storages = {
        t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors if t.device.type != "meta"
    }
    modules = [item for item in objects if issubclass(type(item), torch.nn.Module)]
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) + ("forward" in vars(m)) for m in modules)
    wrappers = sum(type(item) is FunctionType and item.__code__ is wrapper for item in objects)
    return web.json_response(
        {
            "transient": {counted.__name__: counts[id(counted)] for counted in transient},
            "lasting": {counted.__name__: counts[id(counted)] for counted in (*lasting, ModelPatcher)}
            | {"wrappers": wrappers},
            "tensors": len(tensors),
            "tensor_mb": round(sum(storages.values()) / 2**20, 3),
            "hooks": hooks,
        }
    )


NODE_CLASS_MAPPINGS = {}
