"""Where the mathematics meets ComfyUI's models: the only folder that names the host's hooks.

The regions travel in the conditioning (a COND object in `model_conds`), so each conditioning has its own and the
unconditional pass never sees another's. The model carries one wrapper around its forward call. When that call comes with
regions, the wrapper appends their texts, puts an attention override into a copy of `transformer_options`, and calls on.
"""

from .attention_record import record_attention
from .conditioning import regions_of, with_regions, without_regions
from .families import family_names, model_info
from .patch_model import patch_model

__all__ = [
    "family_names",
    "model_info",
    "patch_model",
    "record_attention",
    "regions_of",
    "with_regions",
    "without_regions",
]
