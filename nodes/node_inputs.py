"""The pack's own wire types, and the inputs that several nodes have, with their checks.

What is typed into a node is checked when the workflow is queued, in its validate_inputs. A linked input is None there;
it is checked in execute, when its value has come. Both raise ValueError: a string that validate_inputs returned, the
host would repeat for every input that it names. For those inputs the host leaves minimum, maximum and options to us,
too.
"""

from comfy_api.latest import io

from ..regions import FEATHER, STRENGTH
from ..regions.json_values import number_outside, require_number
from ..regions.parts import BASES

FluxRegions = io.Custom("FLUX_REGIONS")
FluxRegionalPrompt = io.Custom("FLUX_REGIONAL_PROMPT")
FluxRegionsAttention = io.Custom("FLUX_REGIONS_ATTENTION")

CATEGORY = "conditioning/flux regions"
MIN_SIDE, MAX_SIDE = 64, 8192
"""Of a picture, in pixels."""


def regions_input(optional: bool = True):
    """Regions from other nodes: those to add to, or (not optional) those that the node is about."""
    tooltip = "Regions to add to: this node's region is drawn on top of them." if optional else "The regions."
    return FluxRegions.Input("regions", optional=optional, tooltip=tooltip)


def which_regions_input():
    """The regions that a node gives something to."""
    return io.String.Input(
        "region",
        default="1",
        optional=True,
        tooltip="The region's name, or its number in drawing order from 1. Or: background. Several: 1, 2.",
    )


def base_input(part: str):
    """What the base prompt of a part of the picture is. part: what it is called."""
    return io.Combo.Input(
        "base",
        options=list(BASES),
        default="regions",
        optional=True,
        tooltip=f"The base prompt of each {part}. regions: the prompts of the regions in it, else the background prompt. whole: "
        "that of the whole picture, which names what is elsewhere, too.",
    )


def region_inputs(several: str) -> list:
    """Strength, feather and name of a region. several: what may come in many, in words for people: "masks"."""
    return [
        io.Float.Input(
            "strength",
            default=STRENGTH.default,
            min=STRENGTH.low,
            max=STRENGTH.high,
            step=0.05,
            tooltip="How strongly the region follows its own prompt. 1 = as base_ratio says, 0 = not at all, up to 2 "
            "= stronger.",
        ),
        io.Float.Input(
            "feather",
            default=FEATHER.default,
            min=FEATHER.low,
            max=FEATHER.high,
            step=0.01,
            tooltip="Width over which the region's edge fades, as a fraction of the picture's shorter side. 0 = hard "
            "edge.",
        ),
        io.String.Input(
            "name",
            default="",
            tooltip=f"What to call the region in other nodes, reports and error messages. May be empty. Several "
            f"{several}: a, b, c.",
        ),
    ]


def prompt_input(several: str):
    """A region's prompt. several: as in region_inputs."""
    return io.String.Input(
        "prompt",
        default="",
        multiline=True,
        dynamic_prompts=True,
        tooltip=f"What to draw in this region, described as for a picture of its own. Several {several}: one line for "
        f"each.",
    )


def size_inputs(use: str, optional: bool = False) -> list:
    """Width and height of a picture in pixels. use: a sentence for their tooltips, on what a side is for."""

    def side(name: str):
        tooltip = f"The picture's {name} in pixels. {use}"
        return io.Int.Input(name, default=1024, min=MIN_SIDE, max=MAX_SIDE, step=16, optional=optional, tooltip=tooltip)

    return [side("width"), side("height")]


def size_of(image) -> tuple[int, int]:
    """(width, height) in pixels of an IMAGE [B, H, W, C]. Raises ValueError for one without a picture or a pixel."""
    if image.ndim != 4 or 0 in image.shape[:3]:
        raise ValueError(
            f"image has the shape {list(image.shape)}, which is no picture: batch x height x width x channels is "
            "needed. Check the node that made it."
        )
    return image.shape[2], image.shape[1]


def check_limits(limits: dict[str, tuple[float, float]], **values: float | None) -> None:
    """Raises ValueError for a number out of its limits, by name. None = not known yet."""
    for name, value in values.items():
        if value is None:
            continue
        require_number(value, name)
        low, high = limits[name]
        if not low <= value <= high:
            raise ValueError(f"{name} is {number_outside(value, low, high)}; give {low:g} to {high:g}.")


def check_size(width: int | None, height: int | None) -> None:
    """Raises ValueError for a side outside of MIN_SIDE..MAX_SIDE pixels. None = not known yet."""
    for name, side in (("width", width), ("height", height)):
        if side is not None:
            require_number(side, name)
        if side is not None and not MIN_SIDE <= side <= MAX_SIDE:
            raise ValueError(f"{name} is {side}; give {MIN_SIDE} to {MAX_SIDE} pixels.")
