"""FluxRegions_WatchAttention: records where the regions' pixels look while a sampler runs."""

from comfy_api.latest import io

from ..adapter import record_attention
from ..adapter.attention_record import AttentionRecords
from .node_inputs import CATEGORY, FluxRegionsAttention


class WatchAttention(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_WatchAttention",
            display_name="Watch Region Attention",
            category=CATEGORY,
            description="Records where the regions' pixels look while a sampler runs. Bypass it to switch it off.",
            inputs=[
                io.Model.Input(
                    "model",
                    tooltip="The model of a sampler whose positive comes from Regional Prompt. Give this node's model "
                    "to that sampler alone.",
                ),
            ],
            outputs=[
                io.Model.Output(display_name="model"),
                FluxRegionsAttention.Output(display_name="attention"),
            ],
        )

    @classmethod
    def execute(cls, model):
        records = AttentionRecords()
        return io.NodeOutput(record_attention(model, records), records)
