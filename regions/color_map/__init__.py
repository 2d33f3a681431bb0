"""A flat-coloured picture and a legend of its colours, read as regions."""

from .legend import ColorLegend, read_legend
from .masks import color_masks, nearest_color

__all__ = ["ColorLegend", "color_masks", "nearest_color", "read_legend"]
