"""Parts of a picture that are made by themselves: where each lies, what it shows, and how it comes back."""

from .base_prompt import BASES, with_base
from .details import Detail, detail_of
from .paste import pasted
from .places import box_of_places, picture_of_places
from .tiles import tile_boxes

__all__ = [
    "BASES",
    "Detail",
    "box_of_places",
    "detail_of",
    "pasted",
    "picture_of_places",
    "tile_boxes",
    "with_base",
]
