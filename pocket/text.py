"""ComfyUI's own T5 and T5 tokenizer in a small size, behind the interface of FLUX's text encoders."""

import os

from .architecture import POOLED, TEXT_MIN_LENGTH, TEXT_WIDTH, t5_config


def make_clip(state: dict):
    """A `comfy.sd.CLIP` around the T5 whose weights are `state` (T5's names, with `shared.weight`)."""
    import inspect

    import comfy.sd
    import comfy.supported_models_base
    import torch

    target = comfy.supported_models_base.ClipTarget(_tokenizer_class(), _model_class())
    known = inspect.signature(comfy.sd.CLIP.__init__).parameters
    extra = {"disable_dynamic": True} if "disable_dynamic" in known else {}
    clip = comfy.sd.CLIP(
        target,
        parameters=sum(value.numel() for value in state.values()),
        model_options={"dtype": torch.float32},
        **extra,
    )
    clip.load_sd(state)
    return clip


def _tokenizer_class():
    from comfy import sd1_clip
    from comfy.text_encoders import flux
    from transformers import T5TokenizerFast

    class PocketT5Tokenizer(sd1_clip.SDTokenizer):
        def __init__(self, embedding_directory=None, tokenizer_data=None):
            path = os.path.join(os.path.dirname(os.path.realpath(flux.__file__)), "t5_tokenizer")
            super().__init__(
                path,
                embedding_directory=embedding_directory,
                pad_with_end=False,
                embedding_size=TEXT_WIDTH,
                embedding_key="t5xxl",
                tokenizer_class=T5TokenizerFast,
                has_start_token=False,
                pad_to_max_length=False,
                max_length=99999999,
                min_length=TEXT_MIN_LENGTH,
                tokenizer_data=tokenizer_data or {},
            )

    class PocketTokenizer:
        def __init__(self, embedding_directory=None, tokenizer_data=None):
            self.t5xxl = PocketT5Tokenizer(embedding_directory=embedding_directory, tokenizer_data=tokenizer_data or {})

        def tokenize_with_weights(self, text: str, return_word_ids=False, **kwargs) -> dict:
            return {"t5xxl": self.t5xxl.tokenize_with_weights(text, return_word_ids, **kwargs)}

        def untokenize(self, token_weight_pair):
            return self.t5xxl.untokenize(token_weight_pair)

        def state_dict(self) -> dict:
            return {}

    return PocketTokenizer


def _model_class():
    import torch
    from comfy import sd1_clip
    from comfy.text_encoders import t5

    class PocketT5(sd1_clip.SDClipModel):
        def __init__(self, device="cpu", dtype=None, model_options=None):
            super().__init__(
                device=device,
                layer="last",
                textmodel_json_config=t5_config(),
                dtype=dtype,
                special_tokens={"end": 1, "pad": 0},
                model_class=t5.T5,
                enable_attention_masks=False,
                return_attention_masks=False,
                model_options={**(model_options or {}), "model_name": "t5xxl"},
            )

    class PocketTextEncoder(torch.nn.Module):
        def __init__(self, device="cpu", dtype=None, model_options=None):
            super().__init__()
            self.t5xxl = PocketT5(device=device, dtype=dtype, model_options=model_options)
            self.dtypes = {dtype}

        def set_clip_options(self, options):
            self.t5xxl.set_clip_options(options)

        def reset_clip_options(self):
            self.t5xxl.reset_clip_options()

        def encode_token_weights(self, token_weight_pairs: dict):
            """-> text [1, T, width] and the pooled vector [1, 32], which is zero: content comes through the tokens."""
            text, _ = self.t5xxl.encode_token_weights(token_weight_pairs["t5xxl"])
            return text, torch.zeros((text.shape[0], POOLED), dtype=text.dtype, device=text.device)

        def load_sd(self, sd):
            return self.t5xxl.load_sd(sd)

    return PocketTextEncoder
