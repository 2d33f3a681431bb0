"""FluxRegions_Paste: crops of regions, made anew, put back into their picture."""

from comfy_api.latest import io

from ..regions.parts import pasted
from .node_inputs import CATEGORY, size_of
from .search_aliases import search_aliases


class Paste(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Paste",
            display_name="Paste Region Crops",
            category=CATEGORY,
            description="Puts the crops of Region Crops back into the picture, one after the other, through their masks.",
            is_input_list=True,
            inputs=[
                io.Image.Input("image", tooltip="The picture that Region Crops was given."),
                io.Image.Input(
                    "crops", tooltip="The crops, made anew, in the order of Region Crops; later ones lie on top."
                ),
                io.Mask.Input("masks", tooltip="The masks of Region Crops. Where they are black nothing changes."),
                io.Int.Input("x", min=0, max=65536, force_input=True, tooltip="x of Region Crops."),
                io.Int.Input("y", min=0, max=65536, force_input=True, tooltip="y of Region Crops."),
            ],
            outputs=[io.Image.Output(display_name="image")],
            **search_aliases("FluxRegions_Paste"),
        )

    @classmethod
    def execute(cls, image, crops, masks, x, y):
        lengths = {"crops": len(crops), "masks": len(masks), "x": len(x), "y": len(y)}
        if len(set(lengths.values())) != 1 or len(image) != 1:
            listed = ", ".join(f"{count} {name}" for name, count in lengths.items())
            raise ValueError(
                f"There are {listed}, and {len(image)} pictures; as many of each and one picture are needed. Connect masks, x and y "
                "of the Region Crops that made the crops."
            )
        (result,) = image
        for crop, mask, left, top in zip(crops, masks, x, y, strict=True):
            size_of(crop)
            result = pasted(result, crop, mask, left, top)
        return io.NodeOutput(result)
