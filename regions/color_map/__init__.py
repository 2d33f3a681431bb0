"""A flat-coloured picture and a legend of its colours, read as regions."""

from .legend import ColourLegend, read_legend
from .masks import colour_shares, nearest_colour

__all__ = ["ColourLegend", "colour_shares", "nearest_colour", "read_legend"]
