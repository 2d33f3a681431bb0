"""FluxRegions_Apply: an encoded regional prompt with its settings, as a conditioning; for graphs made before Regional
Prompt.
"""

from dataclasses import fields

from comfy_api.latest import io

from ..adapter import family_names, model_info, with_regions, without_regions
from ..adapter.regional_prompt import AppliedRegions, RegionalPrompt
from ..attention import Settings
from .node_inputs import CATEGORY, FluxRegionalPrompt
from .search_aliases import search_aliases
from .settings_inputs import check_typed_settings, setting_input

SETTINGS = {field.name for field in fields(Settings)}


class Apply(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Apply",
            display_name="Apply Regions to FLUX",
            category=CATEGORY,
            description="Makes FLUX draw each region's prompt where it was drawn. Regional Prompt does the same in one "
            "node.",
            inputs=[
                io.Model.Input("model", tooltip=f"A {family_names()} model. It passes through as it is."),
                FluxRegionalPrompt.Input("regional_prompt", tooltip="From Encode Regional Prompt."),
                FluxRegionalPrompt.Input(
                    "negative",
                    optional=True,
                    tooltip="A negative prompt with regions of its own, for CFG above 1. Without it the negative is "
                    "zeroed out.",
                ),
                setting_input("base_ratio"),
                setting_input("start"),
                setting_input("end"),
                setting_input("double_interval"),
                setting_input("single_interval"),
                setting_input("image_stream"),
                setting_input("overlap"),
                setting_input("isolation"),
                setting_input("balance", optional=True),
            ],
            outputs=[
                io.Model.Output(display_name="model"),
                io.Conditioning.Output(display_name="positive"),
                io.Conditioning.Output(id="negative_out", display_name="negative"),
            ],
            **search_aliases("FluxRegions_Apply"),
        )

    @classmethod
    def validate_inputs(cls, **inputs):
        """Raises ValueError unless what is typed in makes sense together."""
        check_typed_settings(**{name: value for name, value in inputs.items() if name in SETTINGS})
        return True

    @classmethod
    def execute(cls, model, regional_prompt: RegionalPrompt, negative: RegionalPrompt | None = None, **inputs):
        settings = Settings(**inputs)
        info = model_info(model)
        return io.NodeOutput(
            model,
            with_regions(AppliedRegions(regional_prompt, settings, info)),
            zero_conditioning(regional_prompt.base)
            if negative is None
            else with_regions(AppliedRegions(negative, settings, info)),
        )


def zero_conditioning(conditioning: list) -> list:
    """conditioning without regions, its embeddings at zero: the empty negative that guidance-distilled models want.

    Anima makes its text of word ids too, which zero would make another word; their weights take them out.
    """

    def zero(value):
        return value * 0 if hasattr(value, "shape") else value

    return [
        [
            zero(tokens),
            {**without_regions(extra), "pooled_output": zero(extra.get("pooled_output"))}
            | ({"t5xxl_weights": zero(extra["t5xxl_weights"])} if "t5xxl_weights" in extra else {}),
        ]
        for tokens, extra in conditioning
    ]
