"""FluxRegions_Reference: a reference picture that one region alone sees."""

from comfy_api.latest import io

from ..regions.printable import printable
from ..regions.region_reference import check_reference
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
        samples = latent.get("samples") if isinstance(latent, dict) else latent
        check_reference(samples, f"Region '{printable(str(region), 40)}'")
        return io.NodeOutput(regions.with_reference(str(region), samples))
