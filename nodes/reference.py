"""FluxRegions_Reference: a reference picture that one region alone sees."""

from comfy_api.latest import io

from ..regions.json_values import as_json
from ..regions.printable import printable
from .node_inputs import CATEGORY, FluxRegions, regions_input, which_regions_input
from .search_aliases import search_aliases


class Reference(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Reference",
            display_name="Region Reference",
            category=CATEGORY,
            description="Gives a region a reference picture of its own: a person or a thing that it looks at, and no other region.",
            inputs=[
                regions_input(optional=False),
                which_regions_input(),
                io.Latent.Input(
                    "latent",
                    tooltip="The picture, encoded with VAE Encode and the model's own VAE. For models that read reference "
                    "pictures: FLUX.1 Kontext, FLUX.2, Klein, Qwen-Image-Edit, Krea 2.",
                ),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
            **search_aliases("FluxRegions_Reference"),
        )

    @classmethod
    def execute(cls, regions, region="1", latent=None):
        samples = latent.get("samples") if isinstance(latent, dict) else None
        if getattr(samples, "ndim", 0) < 4:
            shown = f"of the shape {list(samples.shape)}" if hasattr(samples, "shape") else as_json(latent)
            raise ValueError(
                f"Region '{printable(str(region), 40)}': its latent is {shown}, which is no picture. Connect VAE Encode."
            )
        return io.NodeOutput(regions.with_reference(str(region), samples))
