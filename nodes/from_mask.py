"""FluxRegions_FromMask: a region from a painted mask, or one from each mask of a batch."""

from comfy_api.latest import io

from ..regions import FEATHER, STRENGTH, Region, RegionSet, name_list, prompt_list
from ..regions.mask import mask_batch
from .node_inputs import CATEGORY, FluxRegions, prompt_input, region_inputs, regions_input
from .search_aliases import search_aliases


class FromMask(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_FromMask",
            display_name="Region from Mask",
            category=CATEGORY,
            description="A region of any shape with its own prompt; of a batch of masks, one region each. White is "
            "inside.",
            inputs=[
                io.Mask.Input(
                    "mask",
                    tooltip="White = inside. Any size, but with the picture's proportions. Of a batch, each mask is a "
                    "region.",
                ),
                prompt_input(several="masks"),
                *region_inputs(several="masks"),
                regions_input(),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
            **search_aliases("FluxRegions_FromMask"),
        )

    @classmethod
    def execute(cls, mask, prompt="", strength=STRENGTH.default, feather=FEATHER.default, name="", regions=None):
        regions = RegionSet() if regions is None else regions
        masks = mask_batch(mask, "mask")
        if len(masks) == 1:
            return io.NodeOutput(regions.added(Region(name, prompt, strength, feather, mask=masks[0])))
        if not len(masks):
            raise ValueError("No masks came in: the batch is empty. Check the node that made it.")
        prompts, names = prompt_list(prompt, len(masks), "masks"), name_list(name, len(masks), "masks")
        for mask, prompt, name in zip(masks, prompts, names, strict=True):
            regions = regions.added(Region(name, prompt, strength, feather, mask=mask))
        return io.NodeOutput(regions)
