"""FluxRegions_SetConditioning: any conditioning in place of a region's encoded prompt."""

import logging

from comfy_api.latest import io

from .node_inputs import CATEGORY, FluxRegions, regions_input

logger = logging.getLogger(__name__)


class SetConditioning(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_SetConditioning",
            display_name="Set Region Conditioning",
            category=CATEGORY,
            description="Gives one region a ready-made conditioning, which is used in place of its prompt.",
            inputs=[
                regions_input(optional=False),
                io.String.Input(
                    "region",
                    default="1",
                    tooltip="The region's name, or its number in drawing order from 1. Or: background.",
                ),
                io.Conditioning.Input(
                    "conditioning", tooltip="Its tokens are what the region sees. Its other settings are not used."
                ),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
        )

    @classmethod
    def execute(cls, regions, region, conditioning):
        if not conditioning:
            raise ValueError(f"Region '{region}': its conditioning is empty. Check the node that made it.")
        if len(conditioning) != 1:
            raise ValueError(
                f"Region '{region}': its conditioning has {len(conditioning)} parts; give one that is not combined."
            )
        if "attention_mask" in conditioning[0][1]:
            logger.warning(
                "Region '%s': its conditioning brings an attention mask, which is not used, so the picture in it acts "
                "at full strength. In Apply Style Model set strength_type to 'multiply'.",
                region,
            )
        return io.NodeOutput(regions.with_conditioning(str(region), conditioning[0][0]))
