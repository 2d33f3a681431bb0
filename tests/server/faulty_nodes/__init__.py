"""Test nodes for a real server: masks that no sane node makes, a model that is not FLUX, text for no model at all, and
text models that write what nobody asked for, or what they are told.
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


class TinyTextModel:
    """A text encoder of the host's own class that can write, three layers with random weights."""

    CATEGORY, FUNCTION, RETURN_TYPES = "tests", "make", ("CLIP",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def make(self):
        import comfy.sd
        import comfy.text_encoders.llama
        from comfy import sd1_clip
        from comfy.text_encoders.z_image import ZImageTokenizer

        size = {
            "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 2,
            "num_key_value_heads": 1,
        }  # fmt: skip

        class Tiny(sd1_clip.SDClipModel):
            def __init__(self, device="cpu", model_options=None, **_):
                super().__init__(
                    device=device, layer="hidden", layer_idx=-2, textmodel_json_config=size, dtype=torch.float32,
                    special_tokens={"pad": 151643}, layer_norm_hidden_state=False, enable_attention_masks=True,
                    model_class=comfy.text_encoders.llama.Qwen3_4B, return_attention_masks=True,
                    model_options=model_options or {},
                )  # fmt: skip

        class TinyTextEncoder(sd1_clip.SD1ClipModel):
            def __init__(self, device="cpu", dtype=None, model_options=None):
                super().__init__(
                    device=device, dtype=dtype, name="qwen3_4b", clip_model=Tiny, model_options=model_options or {}
                )

        class Target:
            clip, tokenizer, params = TinyTextEncoder, ZImageTokenizer, {}

        text_encoder = comfy.sd.CLIP(Target(), parameters=0)
        weights = torch.Generator().manual_seed(0)
        for parameter in text_encoder.cond_stage_model.parameters():
            parameter.data = torch.randn(parameter.shape, generator=weights) / 6
        return (text_encoder,)


class ScriptedTextModel:
    """What *Generate Text* asks of a text encoder, with a given answer."""

    CATEGORY, FUNCTION, RETURN_TYPES = "tests", "make", ("CLIP",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"answer": ("STRING", {"multiline": True, "dynamicPrompts": False})}}

    def make(self, answer):
        class Scripted:
            def tokenize(self, prompt, **_):
                return prompt

            def generate(self, prompt, **_):
                return answer.replace("ASKED", str("a fox by a well" in prompt))

            def decode(self, ids):
                return ids

        return (Scripted(),)


NODE_CLASS_MAPPINGS = {
    "FluxRegionsTest_Boxes": Boxes,
    "FluxRegionsTest_FaultyMask": FaultyMask,
    "FluxRegionsTest_ScriptedTextModel": ScriptedTextModel,
    "FluxRegionsTest_TinySDXL": TinySDXL,
    "FluxRegionsTest_TinyTextModel": TinyTextModel,
    "FluxRegionsTest_WideText": WideText,
}
