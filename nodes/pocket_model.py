"""FluxRegions_PocketModel: the miniature FLUX that ships with the pack, as ordinary MODEL, CLIP and VAE."""

from comfy_api.latest import io

from ..pocket.load import load_pocket
from .node_inputs import CATEGORY


class PocketModel(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_PocketModel",
            display_name="Load Pocket Flux",
            category=CATEGORY,
            description="A miniature FLUX that runs on any computer in seconds, to try regions without downloading "
            "FLUX.",
            inputs=[],
            outputs=[
                io.Model.Output(display_name="model"),
                io.Clip.Output(display_name="clip"),
                io.Vae.Output(display_name="vae"),
            ],
        )

    @classmethod
    def execute(cls):
        return io.NodeOutput(*load_pocket())
