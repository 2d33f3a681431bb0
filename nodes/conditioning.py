"""FluxRegions_Conditioning: the regions, whole, in a conditioning; the one node that most graphs need."""

from comfy_api.latest import io

from ..adapter import with_regions
from ..adapter.regional_prompt import AppliedRegions
from ..attention import Settings, check_choice
from ..regions import RegionSet
from .node_inputs import CATEGORY, regions_input
from .region_prompts import BACKGROUND_IN_REGIONS, with_shared_words
from .search_aliases import search_aliases
from .settings_inputs import advanced, check_typed_settings, setting_input
from .text_encoding import PADDINGS, encode_regional_prompt


class Conditioning(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Conditioning",
            display_name="Regional Prompt",
            category=CATEGORY,
            description="Puts the regions and their prompts into the conditioning. Give it to the sampler as the positive one.",
            inputs=[
                regions_input(optional=False),
                io.Conditioning.Input(
                    "conditioning",
                    optional=True,
                    tooltip="The prompt of the whole picture, encoded, with guidance, ControlNet and reference pictures. Without "
                    "it the base prompt of the regions is encoded.",
                ),
                io.Clip.Input(
                    "clip",
                    optional=True,
                    tooltip="The text encoders, for the regions' prompts. Needed unless every region has a conditioning of its own.",
                ),
                io.String.Input(
                    "background_prompt",
                    optional=True,
                    multiline=True,
                    dynamic_prompts=True,
                    default="",
                    tooltip="What the part in no region shows; regions agree on it. Empty: the one that came with the regions.",
                ),
                io.String.Input(
                    "shared_prompt",
                    optional=True,
                    multiline=True,
                    dynamic_prompts=True,
                    default="",
                    tooltip="Words added to the prompt of every region and of the background: light, style, setting.",
                ),
                io.Combo.Input(
                    "background_in_regions",
                    options=list(BACKGROUND_IN_REGIONS),
                    default="auto",
                    optional=True,
                    tooltip="Whether the background prompt is added to the regions' prompts, so that they agree on their "
                    "surroundings. auto: where a prompt does not hold it already.",
                ),
                setting_input(
                    "balance",
                    options=("auto", "manual"),
                    default="auto",
                    optional=True,
                    tooltip="auto: a rule for any number of regions; base_ratio, end and single_interval are not used. manual: "
                    "they are as set here; their defaults are the paper's.",
                ),
                setting_input("base_ratio", optional=True),
                setting_input("start", optional=True),
                setting_input("end", optional=True),
                setting_input("overlap", optional=True),
                setting_input(
                    "isolation",
                    options=("auto", "regions", "text", "modulate"),
                    default="auto",
                    optional=True,
                    tooltip="auto: what suits the model. regions: a region sees only itself (the paper). text: pixels see the whole "
                    "picture, only prompts are routed; softer. modulate: nothing is kept apart, attention is drawn to the own "
                    "region (DenseDiffusion).",
                ),
                io.Combo.Input(
                    "padding",
                    options=["trim", "keep"],
                    default="trim",
                    optional=True,
                    tooltip="trim: of the model's text padding, regions carry as much as gives all texts one length; faster. keep: all of it, as "
                    "in the paper.",
                    **advanced(),
                ),
                setting_input("double_interval", optional=True, **advanced()),
                setting_input("single_interval", optional=True, **advanced()),
                setting_input("image_stream", optional=True, **advanced()),
            ],
            outputs=[io.Conditioning.Output(display_name="conditioning")],
            **search_aliases("FluxRegions_Conditioning"),
        )

    @classmethod
    def validate_inputs(
        cls,
        background_in_regions=None,
        balance=None,
        base_ratio=None,
        start=None,
        end=None,
        overlap=None,
        isolation=None,
        padding=None,
        double_interval=None,
        single_interval=None,
        image_stream=None,
    ):
        check_choice("background_in_regions", background_in_regions, BACKGROUND_IN_REGIONS)
        check_choice("padding", padding, PADDINGS)
        check_typed_settings(
            balance=balance,
            base_ratio=base_ratio,
            start=start,
            end=end,
            overlap=overlap,
            isolation=isolation,
            double_interval=double_interval,
            single_interval=single_interval,
            image_stream=image_stream,
        )
        return True

    @classmethod
    def execute(
        cls,
        regions: RegionSet,
        conditioning=None,
        clip=None,
        background_prompt="",
        shared_prompt="",
        background_in_regions="auto",
        padding="trim",
        balance="auto",
        isolation="auto",
        **settings,
    ):
        chosen = Settings(balance=balance, isolation=isolation, **settings)
        worded = with_shared_words(regions, background_prompt, shared_prompt, background_in_regions)
        prompt = encode_regional_prompt(clip, worded, "", "", conditioning, padding)
        return io.NodeOutput(with_regions(AppliedRegions(prompt, chosen)))
