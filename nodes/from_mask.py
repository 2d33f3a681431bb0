"""FluxRegions_FromMask: a region from a painted mask."""

from comfy_api.latest import io

from ..attention import Region, RegionSet, region_label
from .wire_types import CATEGORY, FluxRegions, prompt_input, region_inputs, regions_input


class FromMask(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_FromMask",
            display_name="Region from Mask",
            category=CATEGORY,
            description="A region of any shape with its own prompt: white is inside, grey is partly inside.",
            inputs=[
                io.Mask.Input(
                    "mask",
                    tooltip="White = inside. Any size, but with the picture's proportions. Grey makes soft edges.",
                ),
                prompt_input(),
                *region_inputs(),
                regions_input(),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
        )

    @classmethod
    def execute(cls, mask, prompt="", strength=1.0, feather=0.0, name="", regions=None):
        regions = regions or RegionSet()
        label = region_label(len(regions), name)
        while mask.ndim > 2 and mask.shape[0] == 1:
            mask = mask[0]
        if mask.ndim == 3:
            raise ValueError(
                f"{label}: a batch of {mask.shape[0]} masks came in; pick one, and add a node for each region."
            )
        return io.NodeOutput(regions.added(Region(name, prompt, strength, feather, mask=mask)))
