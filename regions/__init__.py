"""What is drawn, and every way to write it down: torch and the standard library only. In reading order:"""

from .shapes import Ellipse, Polygon, Rect, Shape, Stroke  # noqa: I001  (reading order)
from .region import BACKGROUND, MAX_FEATHER, MAX_STRENGTH, Mark, Region, RegionSet, check_region, region_label
from .token_grid import TokenGrid
from .coverage import coverage
from .pixel_mask import drawing
from .document import read_document, write_document
from .text import read_text, write_text
from .color_map import ColourLegend, colour_shares, nearest_colour, read_legend
from .prompt_list import name_list, prompt_list

__all__ = [
    "BACKGROUND",
    "MAX_FEATHER",
    "MAX_STRENGTH",
    "ColourLegend",
    "Ellipse",
    "Mark",
    "Polygon",
    "Rect",
    "Region",
    "RegionSet",
    "Shape",
    "Stroke",
    "TokenGrid",
    "check_region",
    "colour_shares",
    "coverage",
    "drawing",
    "name_list",
    "nearest_colour",
    "prompt_list",
    "read_document",
    "read_legend",
    "read_text",
    "region_label",
    "write_document",
    "write_text",
]
