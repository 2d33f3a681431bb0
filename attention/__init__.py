"""The mathematics of regional prompting, apart from any host: torch and the standard library only. In reading order:"""

from .shapes import Ellipse, Polygon, Rect, Shape, Stroke  # noqa: I001  (reading order)
from .regions import BACKGROUND, MAX_FEATHER, MAX_STRENGTH, Mark, Region, RegionSet, check_region, region_label
from .document import read_document
from .token_grid import TokenGrid
from .coverage import coverage
from .drawing import drawing
from .settings import IMAGE_STREAMS, ISOLATIONS, OVERLAPS, Settings, check_choice
from .schedule import keeps_apart, region_steps, step_at, window_steps
from .overlap import Share, shares
from .layout import Layout
from .groups import Group, Put, Spoken, apart, spoken, together
from .bundles import Bundle, bundled, to_device
from .grouped_attention import grouped_attention, take
from .plan import Plan, hearing
from .attention_share import Shares, attention_shares, owners

__all__ = [
    "BACKGROUND",
    "IMAGE_STREAMS",
    "ISOLATIONS",
    "MAX_FEATHER",
    "MAX_STRENGTH",
    "OVERLAPS",
    "Bundle",
    "Ellipse",
    "Group",
    "Layout",
    "Mark",
    "Plan",
    "Polygon",
    "Put",
    "Rect",
    "Region",
    "RegionSet",
    "Settings",
    "Shape",
    "Share",
    "Shares",
    "Spoken",
    "Stroke",
    "TokenGrid",
    "apart",
    "attention_shares",
    "bundled",
    "check_choice",
    "check_region",
    "coverage",
    "drawing",
    "grouped_attention",
    "hearing",
    "keeps_apart",
    "owners",
    "read_document",
    "region_label",
    "region_steps",
    "shares",
    "spoken",
    "step_at",
    "take",
    "to_device",
    "together",
    "window_steps",
]
