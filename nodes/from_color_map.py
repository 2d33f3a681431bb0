"""FluxRegions_FromColorMap: regions from a picture painted in colours and a legend of what they stand for."""

import logging
from dataclasses import replace

import torch
from comfy_api.latest import io
from PIL import ImageColor

from ..regions import ColourLegend, RegionSet, colour_shares, nearest_colour, read_legend
from .node_inputs import CATEGORY, FluxRegions, regions_input
from .picture_size import MAX_SIDE

logger = logging.getLogger(__name__)

EXAMPLE = "#ff0000 = a red circle on a white background\n#0000ff = a blue star on a white background"
WORTH_SAYING = 0.01
"""The share of a picture outside of the legend that the log mentions."""


class FromColorMap(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_FromColorMap",
            display_name="Regions from Colour Map",
            category=CATEGORY,
            description="Regions painted in colours: a legend says what each colour of the picture stands for.",
            inputs=[
                io.Image.Input(
                    "image", tooltip="The painted map, in the picture's proportions. Smooth borders are fine."
                ),
                io.String.Input(
                    "legend",
                    default=EXAMPLE,
                    multiline=True,
                    dynamic_prompts=False,  # a line is kept as it is typed: its braces, // and columns
                    tooltip=(
                        "One colour a line: '#ff0000 = a red car'. Also red, rgb(255, 0, 0), and 'base =' and "
                        "'background ='. Other colours of the picture are background."
                    ),
                ),
                io.Int.Input(
                    "tolerance",
                    default=24,
                    min=0,
                    max=255,
                    tooltip="How far red, green and blue (0 to 255) of a pixel may each be off. Raise it for JPEG and photos.",
                ),
                regions_input(),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
        )

    @classmethod
    def validate_inputs(cls, legend=None, tolerance=None):
        """At queue time: what is typed in must be a legend; linked values (None) are looked at when they arrive.

        Raises ValueError. A returned string the host would repeat for every input named here.
        """
        check_tolerance(tolerance)
        if legend is not None:
            read_legend(legend, rgb, MAX_SIDE)
        return True

    @classmethod
    def execute(cls, image, legend="", tolerance=24, regions=None):
        check_tolerance(tolerance)
        if image.shape[0] != 1:
            raise ValueError(
                f"A batch of {image.shape[0]} pictures came in as image. Give one, for example with Image From Batch."
            )
        picture = image[0, ..., :3].float().cpu()
        height, width = picture.shape[:2]
        key = read_legend(legend, rgb, min(width, height))
        both = painted_regions(picture, key, tolerance).over(RegionSet() if regions is None else regions)
        return io.NodeOutput(replace(both, canvas=(width, height)))


def painted_regions(picture: torch.Tensor, legend: ColourLegend, tolerance: int) -> RegionSet:
    """picture: [H, W, 3] in 0..1. The legend's regions, each with its mask. Raises ValueError for a colour that is not there."""
    masks, outside = colour_shares(picture, torch.tensor([entry.rgb for entry in legend.entries]), tolerance)
    regions = RegionSet(base_prompt=legend.base_prompt, background_prompt=legend.background_prompt)
    for entry, mask in zip(legend.entries, masks, strict=True):
        if mask.max() <= 0:
            raise ValueError(f"{entry.place}: {absence(picture, entry.rgb, tolerance)}")
        regions = regions.added(replace(entry.region, mask=mask))
    if outside > WORTH_SAYING:
        logger.info("%.0f %% of the colour map is in no colour of its legend: it is background.", outside * 100)
    return regions


def absence(picture: torch.Tensor, wanted: tuple[int, int, int], tolerance: int) -> str:
    """Why a colour of the legend has no region, and what to do."""
    nearest, off = nearest_colour(picture, torch.tensor(wanted))
    if off <= tolerance:
        return (
            f"{hexadecimal(wanted)} is only there where other colours blend. Paint its area larger, or remove the line."
        )
    return (
        f"the picture has no {hexadecimal(wanted)}. The nearest to it is {hexadecimal(nearest)}, off by {off}: write that "
        f"colour, or raise tolerance from {tolerance} to {off}."
    )


def rgb(typed: str) -> tuple[int, int, int]:
    """A colour as CSS writes it to 0..255; transparency is left out. Raises ValueError for what is none."""
    colour = ImageColor.getrgb("".join(typed.split()))[:3]
    if not all(0 <= value <= 255 for value in colour):
        raise ValueError(f"{typed} has a value outside 0 to 255.")
    return colour


def hexadecimal(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def check_tolerance(tolerance: int | None) -> None:
    """Raises ValueError outside of 0..255. None = not known yet. Named in validate_inputs, the host leaves it to us."""
    if tolerance is not None and not 0 <= tolerance <= 255:
        raise ValueError(f"tolerance is {tolerance}; give 0 to 255.")
