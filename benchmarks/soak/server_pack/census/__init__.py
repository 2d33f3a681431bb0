"""A custom node pack for the soak's server alone: GET /soak/memory and /soak/census say what this process holds."""

import gc
from collections import Counter

import psutil
import torch
from aiohttp import web
from comfy.model_patcher import ModelPatcher
from server import PromptServer

from .counted import LASTING, TRANSIENT, classes, forget_embeddings, open_runs, pack_in_host, regional_wrappers


@PromptServer.instance.routes.get("/soak/memory")
async def memory(_):
    return web.json_response({"rss_mb": psutil.Process().memory_info().rss / 2**20})


@PromptServer.instance.routes.get("/soak/census")
async def census(_):
    """What lives after a full collection.

    transient, lasting: instances by class, see counted.py; the former with open runs and wrappers left on models.
    tensors, tensor_mb: of the whole process. hooks: left on the modules of loaded models. HTTP 500 if one of the
    classes does not exist.
    """
    pack = pack_in_host()
    transient, lasting = classes(pack, TRANSIENT), classes(pack, LASTING)
    forget_embeddings(pack)
    gc.collect()
    objects = gc.get_objects()
    counts = Counter(id(type(item)) for item in objects)
    tensors = [item for item in objects if issubclass(type(item), torch.Tensor)]
    storages = {
        t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors if t.device.type != "meta"
    }
    modules = [item for item in objects if issubclass(type(item), torch.nn.Module)]
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) + ("forward" in vars(m)) for m in modules)
    patchers = [item for item in objects if isinstance(item, ModelPatcher)]
    (run_cache,) = [counted for counted in lasting if counted.__name__ == "RunCache"]
    leftovers = {
        "open runs": open_runs([item for item in objects if type(item) is run_cache]),
        "wrappers": regional_wrappers(patchers),
    }
    return web.json_response(
        {
            "transient": {counted.__name__: counts[id(counted)] for counted in transient} | leftovers,
            "lasting": {counted.__name__: counts[id(counted)] for counted in (*lasting, ModelPatcher)},
            "tensors": len(tensors),
            "tensor_mb": round(sum(storages.values()) / 2**20, 3),
            "hooks": hooks,
        }
    )


NODE_CLASS_MAPPINGS = {}
