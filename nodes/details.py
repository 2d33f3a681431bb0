"""FluxRegions_Details: regions cut out of a picture, each to be made anew by itself."""

import comfy.model_management
from comfy_api.latest import io

from ..attention import check_choice
from ..regions.parts import BASES, detail_of, with_base
from .node_inputs import CATEGORY, FluxRegions, base_input, check_limits, regions_input, size_of
from .search_aliases import search_aliases

LIMITS = {"margin": (0, 2), "size": (0, 8192), "soft": (0, 0.5)}


class Details(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Details",
            display_name="Region Crops",
            category=CATEGORY,
            description="Cuts regions out of a picture, enlarged, each with its mask and the regions in it: a detailer for each "
            "region.",
            inputs=[
                regions_input(optional=False),
                io.Image.Input("image", tooltip="The picture that the regions were drawn for, at any size."),
                io.String.Input(
                    "region",
                    default="",
                    optional=True,
                    tooltip="Which to cut out: a name, or a number in drawing order from 1. Several: 1, 2. Empty: all.",
                ),
                io.Float.Input(
                    "margin",
                    default=0.15,
                    min=0.0,
                    max=2.0,
                    step=0.05,
                    optional=True,
                    tooltip="How much around the region comes along, as a fraction of its longer side.",
                ),
                io.Int.Input(
                    "size",
                    default=1024,
                    min=0,
                    max=8192,
                    step=16,
                    optional=True,
                    tooltip="The longer side of each crop in pixels once it is enlarged. Crops are never made smaller. 0 = as it is.",
                ),
                io.Float.Input(
                    "soft",
                    default=0.1,
                    min=0.0,
                    max=0.5,
                    step=0.01,
                    optional=True,
                    tooltip="The width over which the mask fades, inwards, as a fraction of the region's shorter side.",
                ),
                base_input("crop"),
            ],
            outputs=[
                io.Image.Output(display_name="image", is_output_list=True),
                io.Mask.Output(display_name="mask", is_output_list=True),
                FluxRegions.Output(display_name="regions", is_output_list=True),
                *(io.Int.Output(display_name=name, is_output_list=True) for name in ("x", "y", "width", "height")),
            ],
            **search_aliases("FluxRegions_Details"),
        )

    @classmethod
    def validate_inputs(cls, margin=None, size=None, soft=None, base=None):
        check_limits(LIMITS, margin=margin, size=size, soft=soft)
        return check_choice("base", base, BASES)

    @classmethod
    def execute(cls, regions, image, region="", margin=0.15, size=1024, soft=0.1, base="regions"):
        size_of(image)
        check_limits(LIMITS, margin=margin, size=size, soft=soft)
        indices = regions.indices_of(region) if region.strip() else range(len(regions))
        if not indices:
            raise ValueError("There are no regions to cut out. Draw some.")
        check = comfy.model_management.throw_exception_if_processing_interrupted
        details = [detail_of(regions, index, image, margin, size, soft, check) for index in indices]
        return io.NodeOutput(
            [detail.image for detail in details],
            [detail.mask for detail in details],
            [with_base(regions.crop(detail.box, check=check), base) for detail in details],
            [detail.x for detail in details],
            [detail.y for detail in details],
            [detail.mask.shape[2] for detail in details],
            [detail.mask.shape[1] for detail in details],
        )
