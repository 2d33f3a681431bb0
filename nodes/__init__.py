"""The nodes and their inputs: what people see of the pack in a graph."""

import sys

from comfy_api.latest import ComfyExtension

from .apply import Apply
from .attention_view import AttentionView
from .canvas import Canvas
from .checked_inputs import check_inputs_of
from .conditioning import Conditioning
from .crop import Crop
from .details import Details
from .encode import Encode
from .for_tiles import ForTiles
from .from_box import FromBox
from .from_color_map import FromColorMap
from .from_layout import FromLayout
from .from_mask import FromMask
from .from_plan import FromPlan
from .from_text import FromText
from .lora import Lora
from .lost_regions import watch_queue
from .masked_conditioning import MaskedConditioning
from .paste import Paste
from .places import Places
from .plan import Plan
from .plan_prompt import PlanPrompt
from .pocket_model import PocketModel
from .preview import Preview
from .reference import Reference
from .set_conditioning import SetConditioning
from .text_route import serve_region_text
from .to_layout import ToLayout
from .watch_attention import WatchAttention

NODES = [
    Canvas,
    FromText,
    FromBox,
    FromMask,
    FromColorMap,
    FromLayout,
    ToLayout,
    Plan,
    PlanPrompt,
    FromPlan,
    SetConditioning,
    Lora,
    Reference,
    Conditioning,
    Encode,
    Apply,
    MaskedConditioning,
    Crop,
    Places,
    ForTiles,
    Details,
    Paste,
    Preview,
    WatchAttention,
    AttentionView,
    PocketModel,
]
for _node in NODES:
    check_inputs_of(_node)


class FluxRegionsExtension(ComfyExtension):
    async def get_node_list(self):
        # Hosts before 0.4 never call on_load. In a script that calls nodes there is no server.
        server = sys.modules.get("server")
        if server is not None and getattr(server.PromptServer, "instance", None) is not None:
            watch_queue(server.PromptServer.instance, sys.modules["nodes"].NODE_CLASS_MAPPINGS)  # ComfyUI's own nodes
            serve_region_text(server.PromptServer.instance)
        return NODES
