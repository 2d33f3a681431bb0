"""FluxRegions_FromColorMap: regions from a picture painted in colours and a legend of what they stand for."""

import re
from dataclasses import replace

import comfy.model_management
import torch
from comfy_api.latest import io
from PIL import ImageColor

from ..regions import (
    ColorLegend,
    GreyId,
    RegionSet,
    color_masks,
    id_masks,
    largest_ids,
    nearest_color,
    read_ids,
    read_legend,
)
from ..regions.json_values import require_number
from ..regions.printable_log import printable_logger
from ..regions.rgb_picture import rgb_picture
from .node_inputs import CATEGORY, MAX_SIDE, FluxRegions, regions_input, size_of
from .search_aliases import search_aliases

logger = printable_logger(__name__)

EXAMPLE = "#ff0000 = a red circle on a white background\n#0000ff = a blue star on a white background"
LOG_ABOVE = 0.01
"""The log mentions a larger part of the picture than this that is in no colour of the legend."""


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
                        "One colour a line: '#ff0000 = a red car'. Also red, rgb(255, 0, 0), id(3) of a segmentation, "
                        "and 'base =' and 'background ='. Other colours of the picture are background."
                    ),
                ),
                io.Int.Input(
                    "tolerance",
                    default=24,
                    min=0,
                    max=255,
                    tooltip="How far red, green and blue (0 to 255) of a pixel may each be off. Raise it for JPEG and "
                    "photos.",
                ),
                regions_input(),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
            **search_aliases("FluxRegions_FromColorMap"),
        )

    @classmethod
    def validate_inputs(cls, legend=None, tolerance=None):
        """Raises ValueError unless what is typed in is a legend and a tolerance."""
        check_tolerance(tolerance)
        if legend is not None:
            has_ids(read_legend(legend, rgb, MAX_SIDE))
        return True

    @classmethod
    def execute(cls, image, legend="", tolerance=24, regions=None):
        check_tolerance(tolerance)
        size_of(image)
        if image.shape[0] != 1:
            raise ValueError(
                f"A batch of {image.shape[0]} pictures came in as image. Give one, for example with Image From Batch."
            )
        picture = rgb_picture(image)
        height, width = picture.shape[:2]
        legend = read_legend(legend, rgb, min(width, height))
        merged = painted_regions(picture, legend, tolerance).on_top_of(RegionSet() if regions is None else regions)
        return io.NodeOutput(replace(merged, canvas=(width, height)))


def painted_regions(picture: torch.Tensor, legend: ColorLegend, tolerance: int) -> RegionSet:
    """The legend's regions, each with its mask. picture: [H, W, 3] in 0..1; tolerance: per channel, 0..255.

    Raises ValueError for a colour of the legend that the picture does not have, and for a legend of colours and ids.
    """
    check = comfy.model_management.throw_exception_if_processing_interrupted
    if has_ids(legend):
        id_map = read_ids(picture)
        masks, outside = id_masks(id_map, [entry.rgb[0] for entry in legend.entries], check)
        if id_map.between > LOG_ABOVE:
            logger.info(
                "%.0f %% of the map lies between two ids, as scaling leaves it, and is background: scale maps of ids "
                "with nearest-exact.",
                id_map.between * 100,
            )
    else:
        colors = torch.tensor([entry.rgb for entry in legend.entries])
        masks, outside = color_masks(picture, colors, tolerance, check)
    regions = RegionSet(base_prompt=legend.base_prompt, background_prompt=legend.background_prompt)
    for entry, mask in zip(legend.entries, masks, strict=True):
        if mask.max() <= 0:
            raise ValueError(f"{entry.location}: {missing_color_message(picture, entry.rgb, tolerance)}")
        regions = regions.added(replace(entry.region, mask=mask))
    if outside > LOG_ABOVE:
        logger.info("%.0f %% of the colour map is in no colour of its legend: it is background.", outside * 100)
    return regions


def has_ids(legend: ColorLegend) -> bool:
    """Whether the legend is one of ids. Raises ValueError for one of both ids and colours."""
    ids = [isinstance(entry.rgb, GreyId) for entry in legend.entries]
    if any(ids) and not all(ids):
        raise ValueError(
            f"{legend.entries[ids.index(False)].location}: the other lines have ids, this one has a colour. Write "
            "ids, such as id(3), in all of them, or colours."
        )
    return any(ids)


def missing_color_message(picture: torch.Tensor, color: tuple[int, int, int], tolerance: int) -> str:
    """Why a colour of the legend has no region, and what to do. picture and tolerance: as in painted_regions."""
    if isinstance(color, GreyId):
        ids = ", ".join(map(str, largest_ids(read_ids(picture))))
        there = f"Its largest ids are {ids}." if ids else "It is no map of ids: its pixels are coloured, or scaled."
        return f"the picture has no pixel of id({color.red}). {there}"
    nearest, distance = nearest_color(picture, torch.tensor(color))
    if distance <= tolerance:
        return f"{to_hex(color)} is only there where other colours blend. Paint its area larger, or remove the line."
    return (
        f"the picture has no {to_hex(color)}. The nearest to it is {to_hex(nearest)}, off by {distance}: write that "
        f"colour, or raise tolerance from {tolerance} to {distance}."
    )


def rgb(text: str) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of a colour as CSS writes it, without transparency; a GreyId of id(3).

    Raises ValueError for other text.
    """
    number = re.fullmatch(r"id\s*\(\s*(\d{1,5})\s*\)", text.strip(), re.IGNORECASE)
    if number is not None:
        return GreyId.of(int(number[1]))
    color = ImageColor.getrgb("".join(text.split()))[:3]
    if not all(0 <= value <= 255 for value in color):
        raise ValueError(f"{text} has a value outside 0 to 255.")
    return color


def to_hex(color: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def check_tolerance(tolerance: int | None) -> None:
    """Raises ValueError outside of 0..255. None = not known yet."""
    if tolerance is not None:
        require_number(tolerance, "tolerance")
    if tolerance is not None and not 0 <= tolerance <= 255:
        raise ValueError(f"tolerance is {tolerance}; give 0 to 255.")
