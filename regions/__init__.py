"""What is drawn, and every way to write it down: torch and the standard library only. In reading order:"""

from .shapes import SHAPE_KINDS, Ellipse, Polygon, Rect, Rotated, Shape, Stroke  # noqa: I001  (reading order)
from .shapes.interval import Interval
from .region_fields import END, FEATHER, REGION_FIELDS, START, STRENGTH
from .region_lora import LORA_END, LORA_FIELDS, LORA_START, LORA_STRENGTH, RegionLora, check_lora
from .view import View, checked_box
from .region import Region, ShapeOp, check_region, region_label
from .region_set import BACKGROUND, RegionSet
from .surroundings import surroundings_are_named
from .token_grid import Piece, TokenGrid
from .coverage import coverage, piece_coverage
from .pixel_mask import region_mask
from .document import read_document, regions_from_document, write_document
from .text import read_text, write_text
from .start_from import filled_document
from .color_map import ColorLegend, GreyId, color_masks, id_masks, largest_ids, nearest_color, read_ids, read_legend
from .prompt_list import name_list, prompt_list
from .layouts import (
    BOX_ORDERS,
    BOX_UNITS,
    WRITTEN_FORMATS,
    BoxConvention,
    numbered_labels,
    read_boxes,
    read_layout,
    write_layout,
    written_report,
)
from .layouts.box_regions import box_around

__all__ = [
    "BACKGROUND",
    "BOX_ORDERS",
    "BOX_UNITS",
    "END",
    "FEATHER",
    "LORA_END",
    "LORA_FIELDS",
    "LORA_START",
    "LORA_STRENGTH",
    "REGION_FIELDS",
    "SHAPE_KINDS",
    "START",
    "STRENGTH",
    "WRITTEN_FORMATS",
    "BoxConvention",
    "ColorLegend",
    "Ellipse",
    "GreyId",
    "Interval",
    "Piece",
    "Polygon",
    "Rect",
    "Region",
    "RegionLora",
    "RegionSet",
    "Rotated",
    "Shape",
    "ShapeOp",
    "Stroke",
    "TokenGrid",
    "View",
    "box_around",
    "check_lora",
    "check_region",
    "checked_box",
    "color_masks",
    "coverage",
    "filled_document",
    "id_masks",
    "largest_ids",
    "name_list",
    "nearest_color",
    "numbered_labels",
    "piece_coverage",
    "prompt_list",
    "read_boxes",
    "read_document",
    "read_ids",
    "read_layout",
    "read_legend",
    "read_text",
    "region_label",
    "region_mask",
    "regions_from_document",
    "surroundings_are_named",
    "write_document",
    "write_layout",
    "write_text",
    "written_report",
]
