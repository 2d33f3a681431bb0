"""The mathematics of regional prompting, apart from any host: torch and the standard library only. In reading order:"""

from .shapes import Ellipse, Polygon, Rect, Shape, Stroke  # noqa: I001  (reading order)
from .regions import BACKGROUND, MAX_FEATHER, MAX_STRENGTH, Mark, Region, RegionSet, check_region, region_label
from .document import read_document, write_document
from .region_text import read_text, write_text
from .colour_legend import ColourLegend, read_legend
from .colour_map import colour_shares, nearest_colour
from .prompt_list import name_list, prompt_list
from .token_grid import TokenGrid
from .coverage import coverage
from .drawing import drawing
from .settings import BALANCES, IMAGE_STREAMS, ISOLATIONS, OVERLAPS, Settings, check_choice
from .schedule import keeps_apart, region_steps, spells, step_at, window_steps
from .overlap import Share, shares
from .balance import FITTED, Rule, balanced, is_firm
from .layout import Layout
from .groups import Group, Put, Spoken, apart, spoken, together
from .bundles import Bundle, bundled, to_device
from .grouped_attention import grouped_attention, take
from .plan import Plan, hearing
from .modulation import Modulation, Segments, level, segments
from .attention_share import Shares, attention_shares, owners

__all__ = [
    "BACKGROUND",
    "BALANCES",
    "FITTED",
    "IMAGE_STREAMS",
    "ISOLATIONS",
    "MAX_FEATHER",
    "MAX_STRENGTH",
    "OVERLAPS",
    "Bundle",
    "ColourLegend",
    "Ellipse",
    "Group",
    "Layout",
    "Mark",
    "Modulation",
    "Plan",
    "Polygon",
    "Put",
    "Rect",
    "Region",
    "RegionSet",
    "Rule",
    "Segments",
    "Settings",
    "Shape",
    "Share",
    "Shares",
    "Spoken",
    "Stroke",
    "TokenGrid",
    "apart",
    "attention_shares",
    "balanced",
    "bundled",
    "check_choice",
    "check_region",
    "colour_shares",
    "coverage",
    "drawing",
    "grouped_attention",
    "hearing",
    "is_firm",
    "keeps_apart",
    "level",
    "name_list",
    "nearest_colour",
    "prompt_list",
    "owners",
    "read_document",
    "read_legend",
    "read_text",
    "region_label",
    "region_steps",
    "segments",
    "shares",
    "spells",
    "spoken",
    "step_at",
    "take",
    "to_device",
    "together",
    "window_steps",
    "write_document",
    "write_text",
]
