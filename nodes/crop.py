"""FluxRegions_Crop: the regions of a part of the picture, for a sampler that makes that part alone."""

import comfy.model_management
from comfy_api.latest import io
from comfy_execution.graph_utils import ExecutionBlocker

from ..adapter import cropped_regions
from ..regions import checked_box
from ..regions.json_values import require_number
from ..regions.parts import box_of_places
from .node_inputs import CATEGORY, FluxRegions
from .search_aliases import search_aliases

WHOLE = {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}
MEANINGS = {
    "x": "The left edge of the part, as a fraction of the picture's width.",
    "y": "The top edge of the part, as a fraction of the picture's height.",
    "width": "The width of the part, as a fraction of the picture's.",
    "height": "The height of the part, as a fraction of the picture's.",
}


class Crop(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Crop",
            display_name="Crop Regions",
            category=CATEGORY,
            description="The regions as they lie in a part of the picture: for tiles, crops and inpainting of a part.",
            inputs=[
                FluxRegions.Input("regions", optional=True, tooltip="The regions of the whole picture."),
                io.Conditioning.Input(
                    "conditioning",
                    optional=True,
                    tooltip="A conditioning of Regional Prompt, whose regions are cropped. No prompt is encoded again.",
                ),
                *(
                    io.Float.Input(
                        name, default=default, min=0.0, max=1.0, step=0.001, optional=True, tooltip=MEANINGS[name]
                    )
                    for name, default in WHOLE.items()
                ),
                io.Image.Input(
                    "place",
                    optional=True,
                    tooltip="A Picture of Places that was cut and scaled as the picture was. It says where the part lies, in place "
                    "of x, y, width and height.",
                ),
            ],
            outputs=[FluxRegions.Output(display_name="regions"), io.Conditioning.Output(display_name="conditioning")],
            **search_aliases("FluxRegions_Crop"),
        )

    @classmethod
    def validate_inputs(cls, x=None, y=None, width=None, height=None):
        sides = {"x": x, "y": y, "width": width, "height": height}
        for name, value in sides.items():
            if value is not None:
                require_number(value, name)
        if None not in (x, y, width, height):
            checked_box((x, y, width, height))  # pyright: ignore[reportArgumentType]  (it does not see the line before)
        return True

    @classmethod
    def execute(cls, regions=None, conditioning=None, x=0.0, y=0.0, width=1.0, height=1.0, place=None):
        if regions is None and conditioning is None:
            raise ValueError("There is nothing to crop: connect regions, or a conditioning of Regional Prompt.")
        check = comfy.model_management.throw_exception_if_processing_interrupted
        box = (x, y, width, height) if place is None else box_of_places(place)
        return io.NodeOutput(
            ExecutionBlocker("Crop Regions was given no regions: connect some to it.")
            if regions is None
            else regions.crop(box, check=check),
            ExecutionBlocker("Crop Regions was given no conditioning: connect one to it.")
            if conditioning is None
            else cropped_regions(conditioning, box),
        )
