"""The pack's own wire types and the words its inputs share."""

from comfy_api.latest import io

from ..regions import MAX_FEATHER, MAX_STRENGTH

FluxRegions = io.Custom("FLUX_REGIONS")
FluxRegionalPrompt = io.Custom("FLUX_REGIONAL_PROMPT")
FluxRegionsAttention = io.Custom("FLUX_REGIONS_ATTENTION")

CATEGORY = "conditioning/flux regions"


def regions_input(optional: bool = True):
    tooltip = "Regions to add to: this node's region is drawn on top of them." if optional else "The regions."
    return FluxRegions.Input("regions", optional=optional, tooltip=tooltip)


def region_inputs(several: str) -> list:
    """Strength, feather and name, the same on every node that makes a region. several: what may come in many, as people say."""
    return [
        io.Float.Input(
            "strength",
            default=1.0,
            min=0.0,
            max=MAX_STRENGTH,
            step=0.05,
            tooltip="How strongly the region follows its own prompt. 1 = as base_ratio says, 0 = not at all, up to 2 = stronger.",
        ),
        io.Float.Input(
            "feather",
            default=0.0,
            min=0.0,
            max=MAX_FEATHER,
            step=0.01,
            tooltip="Width over which the region's edge fades, as a fraction of the picture's shorter side. 0 = hard edge.",
        ),
        io.String.Input(
            "name",
            default="",
            tooltip=f"What to call the region in other nodes, reports and error messages. May be empty. Several {several}: a, b, c.",
        ),
    ]


def prompt_input(several: str):
    return io.String.Input(
        "prompt",
        default="",
        multiline=True,
        tooltip=f"What to draw in this region, described as for a picture of its own. Several {several}: one line for each.",
    )
