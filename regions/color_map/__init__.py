"""A flat-coloured picture and a legend of its colours, read as regions."""

from .ids import GreyId, id_masks, largest_ids, read_ids
from .legend import ColorLegend, read_legend
from .masks import color_masks, nearest_color

__all__ = [
    "ColorLegend",
    "GreyId",
    "color_masks",
    "id_masks",
    "largest_ids",
    "nearest_color",
    "read_ids",
    "read_legend",
]
