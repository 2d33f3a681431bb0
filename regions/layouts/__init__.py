"""Layouts that other programs write: boxes with descriptions, as JSON or as Python values, to regions and back."""

from .box_regions import MAX_BOXES
from .formats import LAYOUT_FORMATS, WRITTEN_FORMATS, read_layout, write_layout, written_report
from .labels import numbered_labels
from .layout_format import BOX_ORDERS, BOX_UNITS, BoxConvention
from .pixel_boxes import read_boxes

__all__ = [
    "BOX_ORDERS",
    "BOX_UNITS",
    "LAYOUT_FORMATS",
    "MAX_BOXES",
    "WRITTEN_FORMATS",
    "BoxConvention",
    "numbered_labels",
    "read_boxes",
    "read_layout",
    "write_layout",
    "written_report",
]
