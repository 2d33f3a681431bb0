"""Where the mathematics meets ComfyUI's Flux: the only folder that names the host's hooks.

The regions travel in the conditioning (a COND object in `model_conds`), so each conditioning has its own and the
unconditional pass never sees another's. The model carries one wrapper around its forward call. When that call comes with
regions, the wrapper appends their texts, puts an attention override into a copy of `transformer_options`, and calls on.
"""

from .conditioning import attach, carried, without_regions
from .families import check_supported, model_shape
from .patch_model import patched
from .watch import watched

__all__ = ["attach", "carried", "check_supported", "model_shape", "patched", "watched", "without_regions"]
