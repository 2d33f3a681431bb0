"""Where the mathematics meets ComfyUI's models: the only folder that names the host's hooks.

The regions travel in the conditioning (a COND object in `model_conds`), so each conditioning has its own and the
unconditional pass never sees another's. A host hook on the conditioning brings a wrapper around the model's forward
call along. When that call comes with regions, the wrapper appends their texts, puts an attention override into a copy
of `transformer_options`, and calls on. The MODEL itself is never patched.
"""

from .attention_record import record_attention
from .conditioning import cropped_regions, regions_of, with_regions, without_regions
from .families import family_names, model_info
from .guider_sides import clipped_to_window
from .lora_file import check_lora_files, lora_names, lora_path, lora_stamps, stamps_of_loras
from .region_references import references_of

__all__ = [
    "check_lora_files",
    "clipped_to_window",
    "cropped_regions",
    "family_names",
    "lora_names",
    "lora_path",
    "lora_stamps",
    "model_info",
    "record_attention",
    "references_of",
    "regions_of",
    "stamps_of_loras",
    "with_regions",
    "without_regions",
]
