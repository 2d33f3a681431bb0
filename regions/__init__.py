"""What is drawn, and every way to write it down: torch and the standard library only. In reading order:"""

from .shapes import SHAPE_KINDS, Ellipse, Polygon, Rect, Shape, Stroke  # noqa: I001  (reading order)
from .shapes.interval import Interval
from .region_fields import END, FEATHER, REGION_FIELDS, START, STRENGTH
from .region import Region, ShapeOp, check_region, region_label
from .region_set import BACKGROUND, RegionSet
from .mask import same_aspect
from .token_grid import TokenGrid
from .coverage import coverage
from .pixel_mask import region_mask
from .document import read_document, regions_from_document, write_document
from .text import read_text, write_text
from .color_map import ColorLegend, color_masks, nearest_color, read_legend
from .prompt_list import name_list, prompt_list

__all__ = [
    "BACKGROUND",
    "END",
    "FEATHER",
    "REGION_FIELDS",
    "SHAPE_KINDS",
    "START",
    "STRENGTH",
    "ColorLegend",
    "Ellipse",
    "Interval",
    "Polygon",
    "Rect",
    "Region",
    "RegionSet",
    "Shape",
    "ShapeOp",
    "Stroke",
    "TokenGrid",
    "check_region",
    "color_masks",
    "coverage",
    "name_list",
    "nearest_color",
    "prompt_list",
    "read_document",
    "read_legend",
    "read_text",
    "region_label",
    "region_mask",
    "regions_from_document",
    "same_aspect",
    "write_document",
    "write_text",
]
