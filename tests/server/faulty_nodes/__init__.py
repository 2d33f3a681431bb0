"""Test nodes for a real server: masks that no sane node makes, a model that is not FLUX, and text for no model at
all.
"""

import torch


class FaultyMask:
    CATEGORY, FUNCTION, RETURN_TYPES = "tests", "make", ("MASK",)

    @classmethod
    def INPUT_TYPES(cls):
        size = ("INT", {"default": 128})
        return {"required": {"fault": (["none", "nan", "range", "batch"],), "width": size, "height": size}}

    def make(self, fault, width, height):
        mask = torch.ones(2 if fault == "batch" else 1, height, width)
        if fault == "nan":
            mask[0, 0, 0] = float("nan")
        return (mask * 255 if fault == "range" else mask,)


class TinySDXL:
    CATEGORY, FUNCTION, RETURN_TYPES = "tests", "make", ("MODEL",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def make(self):
        import comfy.model_base
        import comfy.model_patcher
        import comfy.supported_models

        config = comfy.supported_models.SDXL({
            "in_channels": 4, "out_channels": 4, "model_channels": 32, "num_res_blocks": [1, 1], "channel_mult": [1, 2],
            "transformer_depth": [0, 1], "transformer_depth_output": [0, 0, 1, 1], "transformer_depth_middle": 1,
            "context_dim": 64, "num_head_channels": 32, "use_linear_in_transformer": True, "adm_in_channels": 64,
            "num_classes": "sequential", "use_spatial_transformer": True, "legacy": False, "image_size": 32, "use_temporal_attention": False,
        })  # fmt: skip
        config.set_inference_dtype(torch.float32, None)
        device = torch.device("cpu")
        return (comfy.model_patcher.ModelPatcher(comfy.model_base.SDXL(config), device, device),)


class WideText:
    CATEGORY, FUNCTION, RETURN_TYPES = "tests", "make", ("CONDITIONING",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def make(self):
        return ([[torch.ones(1, 4, 7), {}]],)


class Boxes:
    """A detector as newer hosts have it: boxes of each picture of a batch."""

    CATEGORY, FUNCTION, RETURN_TYPES = "tests", "make", ("BOUNDING_BOX",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"count": ("INT", {"default": 2})}}

    def make(self, count):
        found = [{"x": 64.0 * i, "y": 0.0, "width": 64.0, "height": 128.0, "label": "cat"} for i in range(count)]
        return ([found],)


NODE_CLASS_MAPPINGS = {
    "FluxRegionsTest_Boxes": Boxes,
    "FluxRegionsTest_FaultyMask": FaultyMask,
    "FluxRegionsTest_TinySDXL": TinySDXL,
    "FluxRegionsTest_WideText": WideText,
}
