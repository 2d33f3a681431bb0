"""FluxRegions_PocketModel: the miniature FLUX that ships with the pack, as ordinary MODEL, CLIP and VAE."""

import logging

from comfy_api.latest import io

from ..pocket.load import WEIGHTS, build_pocket, load_pocket
from ..pocket.weights import random_weights
from .wire_types import CATEGORY

logger = logging.getLogger(__name__)


class PocketModel(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_PocketModel",
            display_name="Load Pocket Flux",
            category=CATEGORY,
            description="A miniature FLUX that runs on any computer in seconds, to try regions without downloading FLUX.",
            inputs=[],
            outputs=[
                io.Model.Output(display_name="model"),
                io.Clip.Output(display_name="clip"),
                io.Vae.Output(display_name="vae"),
            ],
        )

    @classmethod
    def execute(cls):
        if WEIGHTS.exists():
            return io.NodeOutput(*load_pocket(WEIGHTS))
        logger.warning("Pocket Flux is not trained yet: its weights are random, and so its pictures are noise.")
        return io.NodeOutput(*build_pocket(random_weights(0)))
