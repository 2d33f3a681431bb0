"""FluxRegions_SetConditioning: any conditioning in place of a region's encoded prompt."""

from comfy_api.latest import io

from ..regions.printable import printable
from ..regions.printable_log import printable_logger
from ..regions.region_reference import check_reference
from ..regions.region_text import check_embedding
from .node_inputs import CATEGORY, FluxRegions, regions_input

logger = printable_logger(__name__)

UNUSED_SETTINGS = {
    "hooks": "hooks (for a LoRA of its own: Region LoRA)",
    "start_percent": "a time range",
    "end_percent": "a time range",
    "clip_start_percent": "a time range",
    "area": "an area",
    "mask": "a mask",
    "control": "a ControlNet",
    "gligen": "GLIGEN boxes",
    "guidance": "a guidance",
    "concat_latent_image": "an inpainting picture",
    "attention_mask_img_shape": "an attention mask",
}
"""What a conditioning may carry beside its tokens and reference pictures, and a region does not use. (A mask of the
style model comes with the size of its picture; the mask alone only says where the text is padded.)"""


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
                    "conditioning",
                    tooltip="Its text and its reference pictures are what the region sees, and no other. Its other settings are "
                    "not used.",
                ),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
        )

    @classmethod
    def execute(cls, regions, region, conditioning):
        region = str(region)
        label = f"Region '{printable(region, 40)}'"
        if not conditioning:
            raise ValueError(f"{label}: its conditioning is empty. Check the node that made it.")
        if len(conditioning) != 1:
            raise ValueError(f"{label}: its conditioning has {len(conditioning)} parts; give one that is not combined.")
        tokens, settings = conditioning[0]
        check_embedding(tokens, label)
        latents = settings.get("reference_latents")
        for latent in latents if isinstance(latents, (list, tuple)) else [] if latents is None else [latents]:
            check_reference(latent, label)
        warn_of_unused_settings(printable(region, 40), settings)
        return io.NodeOutput(regions.with_conditioning(region, tokens, settings))


def warn_of_unused_settings(region: str, settings: dict) -> None:
    """Names in the log what a region's own conditioning carries in vain. settings: its dict."""
    names = list(dict.fromkeys(text for key, text in UNUSED_SETTINGS.items() if settings.get(key) is not None))
    if not names:
        return
    logger.warning(
        "Region '%s': of its conditioning only the tokens and reference pictures are used, not %s. A region's own times are "
        "its start and end; for the whole picture put such things on the conditioning of Regional Prompt. (Apply Style Model: set strength_type "
        "to 'multiply'.)",
        region,
        ", ".join(names),
    )
