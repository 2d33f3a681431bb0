"""FluxRegions_Places: a picture that says where its pixels lie, to be cut beside another one."""

from comfy_api.latest import io

from ..regions.parts import picture_of_places
from .node_inputs import CATEGORY, size_of
from .search_aliases import search_aliases


class Places(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Places",
            display_name="Picture of Places",
            category=CATEGORY,
            description="A picture that says where each pixel lies: cut it as another picture is cut, and Crop Regions knows the "
            "part.",
            inputs=[io.Image.Input("image", tooltip="The picture that will be cut. Only its size counts.")],
            outputs=[io.Image.Output(display_name="image")],
            **search_aliases("FluxRegions_Places"),
        )

    @classmethod
    def execute(cls, image):
        return io.NodeOutput(picture_of_places(*size_of(image)))
