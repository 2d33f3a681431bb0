"""FluxRegions_Encode: turns every region's prompt into a text embedding."""

from comfy_api.latest import io

from ..attention import check_choice
from .node_inputs import CATEGORY, FluxRegionalPrompt, regions_input
from .text_encoding import PADDINGS, encode_regional_prompt


class Encode(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Encode",
            display_name="Encode Regional Prompt",
            category=CATEGORY,
            description="Encodes the base prompt, the background prompt and every region's prompt.",
            inputs=[
                io.Clip.Input(
                    "clip",
                    optional=True,
                    tooltip="The text encoders. Needed unless every prompt has a conditioning of its own.",
                ),
                regions_input(optional=False),
                io.String.Input(
                    "base_prompt",
                    optional=True,
                    multiline=True,
                    dynamic_prompts=True,
                    default="",
                    tooltip="The whole picture in words, regions included. Empty: the base prompt that came with the "
                    "regions.",
                ),
                io.String.Input(
                    "background_prompt",
                    optional=True,
                    multiline=True,
                    dynamic_prompts=True,
                    default="",
                    tooltip="What the part in no region shows. Empty: it follows the base prompt.",
                ),
                io.Conditioning.Input(
                    "base_conditioning",
                    optional=True,
                    tooltip="Used in place of the base prompt. Guidance, ControlNet and reference pictures in it stay "
                    "in force.",
                ),
                io.Combo.Input(
                    "padding",
                    options=list(PADDINGS),
                    default="keep",
                    optional=True,  # the editor lists required inputs first, and this one belongs below the prompts
                    tooltip="keep: regions carry the model's text padding, as in the paper. trim: only so much of it "
                    "as gives all texts one length; faster. Chroma has no padding.",
                ),
            ],
            outputs=[FluxRegionalPrompt.Output(display_name="regional_prompt")],
        )

    @classmethod
    def validate_inputs(cls, padding=None):
        return check_choice("padding", padding, PADDINGS)

    @classmethod
    def execute(cls, regions, clip=None, base_prompt="", background_prompt="", base_conditioning=None, padding="keep"):
        return io.NodeOutput(
            encode_regional_prompt(clip, regions, base_prompt, background_prompt, base_conditioning, padding)
        )
